import { getQueues } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { Slots } from '../queues/slots.tsx'
import { WaitCell } from '../queues/wait-cell.tsx'
import { useApi } from '../use-api.ts'
import { homeWords } from './words.ts'

/** The queues, the fullest first. */
export function QueueSummary() {
  const words = useWords(homeWords)
  const query = useApi(getQueues, {}, { live: 'queues' })
  return (
    <Section title={words.queues} flush aside={<Go to="/queues">{words.allQueues}</Go>}>
      <Answered query={query} rows={4}>
        {({ items: queues }) => (
          <SimpleTable
            label={words.queues}
            heads={[
              { title: words.queue, wide: true },
              { title: words.queued, end: true },
              { title: words.running },
              { title: words.wait, desk: true },
              { title: words.oldest, end: true, desk: true },
            ]}
            rows={queues
              .toSorted((a, b) => b.queued - a.queued || b.running - a.running)
              .slice(0, 8)
              .map((queue) => ({
                key: queue.name,
                cells: [
                  <span key="name">
                    <Go to="/runs" search={{ q: `queue:${queue.name}` }}>
                      <span translate="no">{queue.name}</span>
                    </Go>{' '}
                    {queue.pausedAt !== undefined && (
                      <Status tone="warn" icon="held">
                        {words.paused}
                      </Status>
                    )}
                  </span>,
                  <Count key="queued" value={queue.queued} />,
                  <Slots key="running" queue={queue} compact />,
                  <WaitCell key="wait" queue={queue} compact />,
                  queue.oldestMs === undefined ? (
                    <span key="oldest" className="soft">
                      –
                    </span>
                  ) : (
                    <Duration key="oldest" ms={queue.oldestMs} />
                  ),
                ],
              }))}
          />
        )}
      </Answered>
    </Section>
  )
}
