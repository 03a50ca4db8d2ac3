import type { Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import styles from './queues.module.css'
import { queueWords } from './words.ts'

/** How long runs waited in the last hour: a curve, half of them, 95 of 100. */
export function WaitCell({
  queue: { name, waits },
  compact = false,
}: {
  readonly queue: Queue
  /** The curve and the longer of the two. */
  readonly compact?: boolean
}) {
  const words = useWords(queueWords)
  const { duration } = useFigures()
  if (waits === undefined)
    return (
      <span className="soft" title={words.noWaits} translate={compact ? 'no' : undefined}>
        {compact ? '–' : words.noWaits}
      </span>
    )
  return (
    <span className={styles.waits} title={words.waitHelp}>
      <Sparkline values={waits.recent} label={words.waitLabel(name)} width={60} height={16} />
      <span translate="no">
        {compact ? duration(waits.p95Ms) : words.waits(duration(waits.p50Ms), duration(waits.p95Ms))}
      </span>
    </span>
  )
}
