import { getWorkers, type Worker } from '../api.gen.ts'
import type { Figures } from '../i18n/figures.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import { DrainSwitch } from './drain-switch.tsx'
import { workerWords } from './words.ts'
import styles from './workers.module.css'

const LATE_MS = 100
const LINKS = 4

/** The processes that run jobs: which live, what they work on, and when they were heard of. */
export function Page() {
  const words = useWords(workerWords)
  const figures = useFigures()
  const query = useApi(getWorkers, {}, { live: 'workers' })
  const silent = query.data?.items.filter(({ alive }) => !alive).length ?? 0
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
          {({ items: workers }) =>
            workers.length === 0 ? (
              <State icon="worker" tone="warn" title={words.emptyTitle} action={<Go to="/queues">{words.toQueues}</Go>}>
                {words.emptyNext}
              </State>
            ) : (
              <SimpleTable
                label={words.title}
                heads={[
                  { title: words.process, wide: true },
                  { title: words.state },
                  { title: words.running },
                  { title: words.queues },
                  { title: words.delay, end: true },
                  { title: words.memory, end: true },
                  { title: words.version },
                  { title: words.heard },
                  { title: words.started },
                  { title: words.acts, acts: true },
                ]}
                rows={workers.map((worker) => ({
                  key: String(worker.epoch),
                  cells: cellsOf(worker, workers, { words, figures }),
                }))}
              />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}

interface Tools {
  readonly words: ReturnType<typeof useWords<(typeof workerWords)['en']>>
  readonly figures: Figures
}

function cellsOf(worker: Worker, all: readonly Worker[], { words, figures }: Tools) {
  const { epoch, name, startedAt, beatAt, queues, vitals } = worker
  return [
    <span key="name" translate="no">
      {name} <code className="soft">#{epoch}</code>
    </span>,
    <WorkerStatus key="state" worker={worker} />,
    <Held key="running" worker={worker} />,
    <span key="queues" translate="no">
      {queues.join(', ')}
    </span>,
    vitals !== undefined && (
      <span key="delay" className={vitals.loopDelayMs > LATE_MS ? styles.late : undefined} title={words.delayAbout}>
        <Duration ms={vitals.loopDelayMs} />
      </span>
    ),
    vitals !== undefined && (
      <span key="memory" translate="no">
        {figures.size(vitals.rssBytes)}
      </span>
    ),
    vitals !== undefined && (
      <span key="version" translate="no">
        {vitals.version} <span className="soft">Node {vitals.node}</span>
      </span>
    ),
    <Moment key="heard" at={beatAt} />,
    <Moment key="started" at={startedAt} />,
    <DrainSwitch key="acts" worker={worker} all={all} />,
  ]
}

function WorkerStatus({ worker: { alive, drainingAt, running } }: { readonly worker: Worker }) {
  const words = useWords(workerWords)
  if (!alive)
    return (
      <Status tone="bad" icon="offline">
        {words.silent}
      </Status>
    )
  if (drainingAt === undefined)
    return (
      <Status tone="good" icon="check">
        {words.alive}
      </Status>
    )
  return (
    <Status tone="warn" icon={running === 0 ? 'stop' : 'wait'}>
      {running === 0 ? words.drained : words.draining}
    </Status>
  )
}

/** What it runs, each a link. */
function Held({ worker: { running, runIds } }: { readonly worker: Worker }) {
  const words = useWords(workerWords)
  const { count } = useFigures()
  const shown = runIds.slice(0, LINKS)
  return (
    <span className={styles.runs}>
      {running === 0 && <Count value={0} />}
      {shown.map((id) => (
        <Go key={id} to={`/runs/${id}`}>
          <span translate="no">#{id}</span>
        </Go>
      ))}
      {running > shown.length && <span className="soft">{words.moreRuns(count(running - shown.length))}</span>}
    </span>
  )
}
