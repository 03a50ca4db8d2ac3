import type { Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { queueWords } from './words.ts'

/** What the jobs of all queues have declared. */
export function Limits({ queues }: { readonly queues: readonly Queue[] }) {
  const words = useWords(queueWords)
  const spell = useSpelling()
  const limits = queues.flatMap(({ name, limits: own }) => own.map((limit) => ({ ...limit, queue: name })))
  if (limits.length === 0) return null
  return (
    <Section title={words.limitsTitle} flush>
      <SimpleTable
        label={words.limitsTitle}
        heads={[
          { title: words.limitJob, wide: true },
          { title: words.queue, desk: true },
          { title: words.limitWhat, wraps: true },
        ]}
        rows={limits.map((limit, index) => ({
          key: `${limit.job} ${index}`,
          cells: [
            <Go key="job" to="/runs" search={{ q: `job:${limit.job}` }}>
              <span translate="no">{limit.job}</span>
            </Go>,
            <span key="queue" translate="no">
              {limit.queue}
            </span>,
            spell(limit),
          ],
        }))}
      />
    </Section>
  )
}

function useSpelling(): (limit: Queue['limits'][number]) => string {
  const words = useWords(queueWords)
  const { count, per } = useFigures()
  return ({ concurrency, rate, key }) => {
    const pace = rate === undefined ? undefined : readRate(rate)
    return [
      concurrency !== undefined && words.atOnce(count(concurrency)),
      pace !== undefined && words.rate(pace.starts, count(pace.starts), per(pace.periodMs)),
      key === undefined && words.perKey,
    ]
      .filter((part) => part !== false)
      .join(', ')
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Of `20/1m`, as jobs declare it. */
function readRate(rate: string): { readonly starts: number; readonly periodMs: number } | undefined {
  const [, starts, length, unit = ''] = /^(\d+)\/(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(rate) ?? []
  const ms = UNIT_MS[unit]
  return ms === undefined ? undefined : { starts: Number(starts), periodMs: Math.round(Number(length) * ms) }
}
