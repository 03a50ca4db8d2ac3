import type { Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import styles from './queues.module.css'
import { queueWords } from './words.ts'

/** How much of what its workers can do at once a queue uses. */
export function Slots({
  queue: { name, running, slots },
  compact = false,
}: {
  readonly queue: Queue
  /** Figures only beside the bar. */
  readonly compact?: boolean
}) {
  const words = useWords(queueWords)
  const { count } = useFigures()
  if (slots === 0) return <span className="soft">{words.noWorker}</span>
  const share = Math.min(1, running / slots)
  return (
    <span
      className={styles.slots}
      role="meter"
      aria-label={words.slotsLabel(name)}
      aria-valuemin={0}
      aria-valuemax={slots}
      aria-valuenow={Math.min(running, slots)}
      aria-valuetext={words.slots(count(running), count(slots))}
      data-full={share >= 1 || undefined}
    >
      <i>
        <b style={{ width: `${share * 100}%` }} />
      </i>
      <span className="soft" aria-hidden="true" translate={compact ? 'no' : undefined}>
        {compact ? `${count(running)}/${count(slots)}` : words.slots(count(running), count(slots))}
      </span>
    </span>
  )
}
