import { getWorkers, type Worker } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import { workerWords } from './words.ts'

/** The processes that run jobs: which live, what they work on, and when they were heard of. */
export function Page() {
  const words = useWords(workerWords)
  const query = useApi(getWorkers, {}, { live: 'workers' })
  const silent = query.data?.workers.filter(({ alive }) => !alive).length ?? 0
  return (
    <Frame title={words.title} about={words.about}>
      {silent > 0 && (
        <Section>
          <p role="status">
            <Status tone="bad" icon="offline">
              {words.silentTitle(silent)}
            </Status>{' '}
            {words.silentNext}
          </p>
        </Section>
      )}
      <Section flush>
        <Answered query={query}>
          {({ workers }) =>
            workers.length === 0 ? (
              <State icon="worker" tone="warn" title={words.emptyTitle} action={<Go to="/queues">{words.toQueues}</Go>}>
                {words.emptyNext}
              </State>
            ) : (
              <SimpleTable
                label={words.title}
                heads={[
                  { title: words.process },
                  { title: words.state, wide: true },
                  { title: words.running, end: true },
                  { title: words.queues },
                  { title: words.heard },
                  { title: words.started },
                  { title: words.epoch, end: true },
                ]}
                rows={workers.map((worker) => ({ key: String(worker.epoch), cells: cellsOf(worker, words) }))}
              />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}

type Words = ReturnType<typeof useWords<(typeof workerWords)['en']>>

function cellsOf({ epoch, name, startedAt, beatAt, alive, running, queues }: Worker, words: Words) {
  return [
    <span key="name" translate="no">
      {name}
    </span>,
    <Status key="state" tone={alive ? 'good' : 'bad'} icon={alive ? 'check' : 'offline'}>
      {alive ? words.alive : words.silent}
    </Status>,
    <Count key="running" value={running} />,
    <span key="queues" translate="no">
      {queues.join(', ')}
    </span>,
    <Moment key="heard" at={beatAt} />,
    <Moment key="started" at={startedAt} />,
    <code key="epoch" translate="no">
      {epoch}
    </code>,
  ]
}
