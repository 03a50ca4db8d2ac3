import type { Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
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
            <span key="job" translate="no">
              {limit.job}
            </span>,
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
  const { count } = useFigures()
  return ({ concurrency, rate, key }) => {
    const [starts = '', period = ''] = (rate ?? '').split('/')
    return [
      concurrency !== undefined && words.atOnce(count(concurrency)),
      rate !== undefined && words.rate(starts, period),
      key === undefined && words.perKey,
    ]
      .filter((part) => part !== false)
      .join(', ')
  }
}
