import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import type { Level, LogLine } from './line.ts'
import styles from './logs.module.css'
import { logWords } from './words.ts'

const SIGNS: Readonly<Record<Level, IconName>> = { debug: 'more', info: 'info', warn: 'error', error: 'cross' }

/** One line of the log at its place; chosen, it shows all of its fields elsewhere. */
export function Line({
  line: { level, at, process, part, text, gap, heading },
  top,
  several,
  isDated,
  isChosen,
  onChoose,
}: {
  readonly line: LogLine
  readonly top: number
  /** Several processes write: it says which one. */
  readonly several: boolean
  /** Not all lines are of today. */
  readonly isDated: boolean
  readonly isChosen: boolean
  readonly onChoose: () => void
}) {
  const words = useWords(logWords)
  const { count, short, stamp } = useFigures()
  if (heading !== undefined)
    return (
      <div className={styles.heading} style={{ transform: `translateY(${top}px)` }}>
        {heading}
      </div>
    )
  return (
    <button
      type="button"
      className={styles.line}
      style={{ transform: `translateY(${top}px)` }}
      data-level={level}
      aria-current={isChosen || undefined}
      onClick={onChoose}
    >
      <time dateTime={new Date(at).toISOString()} translate="no">
        {isDated ? stamp(at) : short(at, at)}
      </time>
      <Icon name={SIGNS[level]} size={12} />
      <span className={styles.part} translate="no" title={several ? process : undefined}>
        {several ? `${process.slice(process.lastIndexOf(':') + 1)} ${part}` : part}
      </span>
      {gap === undefined ? <span translate="no">{text}</span> : <span>{words.gap(count(gap))}</span>}
    </button>
  )
}
