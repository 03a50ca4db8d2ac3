import { lazy, Suspense } from 'react'
import { getQueues, type Queue } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { Answered, Loading, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import { Limits } from './limits.tsx'
import { PauseFacts } from './pause-facts.tsx'
import { QueueSwitch } from './queue-switch.tsx'
import styles from './queues.module.css'
import { Slots } from './slots.tsx'
import { useDepths } from './use-depths.ts'
import { WaitCell } from './wait-cell.tsx'
import { queueWords } from './words.ts'

const SHOWN = 30
const ENOUGH = 5
const DepthChart = lazy(() => import('./depth-chart.tsx').then((module) => ({ default: module.DepthChart })))

/** The queues: what waits, what runs, what is stopped and why. */
export function Page() {
  const words = useWords(queueWords)
  const query = useApi(getQueues, {}, { live: 'queues' })
  const depths = useDepths(query.data?.items, query.dataUpdatedAt)
  return (
    <Frame title={words.title} about={words.about}>
      <Section flush>
        <Answered query={query}>
          {({ items: queues }) =>
            queues.length === 0 ? (
              <State icon="queue" title={words.emptyTitle}>
                {words.emptyNext}
              </State>
            ) : (
              <SimpleTable
                label={words.title}
                heads={[
                  { title: words.queue },
                  { title: words.state, wraps: true },
                  { title: words.queued, end: true },
                  { title: words.running },
                  { title: words.wait },
                  { title: words.scheduled, end: true, desk: true },
                  { title: words.blocked, end: true, desk: true },
                  { title: words.oldest, end: true },
                  { title: words.acts, acts: true },
                ]}
                rows={queues.map((queue) => ({
                  key: queue.name,
                  cells: cellsOf(
                    queue,
                    depths.slice(-SHOWN).map(({ byQueue }) => byQueue[queue.name] ?? 0),
                    words,
                  ),
                }))}
              />
            )
          }
        </Answered>
      </Section>
      <Limits queues={query.data?.items ?? []} />
      {depths.length >= ENOUGH && (
        <Section title={words.chart}>
          <Suspense fallback={<Loading rows={4} />}>
            <DepthChart depths={depths} />
          </Suspense>
        </Section>
      )}
    </Frame>
  )
}

type Words = ReturnType<typeof useWords<(typeof queueWords)['en']>>

function cellsOf(queue: Queue, depths: readonly number[], words: Words) {
  const link = (state: string, value: number) =>
    value === 0 ? (
      <span key={state} className="soft" translate="no">
        0
      </span>
    ) : (
      <Go key={state} to="/runs" search={{ q: `queue:${queue.name} state:${state}` }}>
        <Count value={value} />
      </Go>
    )
  return [
    <Go key="name" to="/runs" search={{ q: `queue:${queue.name}` }}>
      <span translate="no">{queue.name}</span>
    </Go>,
    queue.pausedAt === undefined ? (
      <Status key="state" tone={queue.running > 0 ? 'busy' : 'calm'} icon={queue.running > 0 ? 'busy' : 'check'}>
        {queue.running > 0 ? words.moving : words.idle}
      </Status>
    ) : (
      <span key="state" className={styles.state}>
        <Status tone="warn" icon="held">
          {words.paused}
        </Status>
        <PauseFacts queue={queue} />
      </span>
    ),
    <span key="queued" style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
      {depths.length > 3 && depths.some((depth) => depth > 0) && (
        <Sparkline values={depths} label={words.queued} width={60} height={16} />
      )}
      {link('queued', queue.queued)}
    </span>,
    <Slots key="running" queue={queue} />,
    <WaitCell key="wait" queue={queue} />,
    link('scheduled', queue.scheduled),
    link('blocked', queue.blocked),
    queue.oldestMs === undefined ? (
      <span key="oldest" className="soft" translate="no">
        –
      </span>
    ) : (
      <Duration key="oldest" ms={queue.oldestMs} />
    ),
    <QueueSwitch key="act" queue={queue} />,
  ]
}
