import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { inSight, LINE_PX } from './in-sight.ts'
import type { LogLine } from './line.ts'
import { Line } from './log-line.tsx'
import styles from './logs.module.css'
import { logWords } from './words.ts'

const NEAR_END_PX = 40
// Older lines are on their way before the first one is in sight.
const NEAR_TOP_PX = 40 * LINE_PX
const SHORT_LINES = 16
// Room for a bar to scroll sideways.
const EDGE_PX = 4

/** The lines in sight of a list that grows many times a second; it follows the end until somebody scrolls up. */
export function LogWindow({
  label,
  lines,
  several = false,
  isShort = false,
  follows,
  chosen,
  onChoose,
  onFreeze,
  onFollow,
  onTop,
}: {
  /** Default: the log. */
  readonly label?: string
  readonly lines: readonly LogLine[]
  /** Lines of several processes: each says which. */
  readonly several?: boolean
  /** No taller than its lines, and never tall: it is a part of a page. */
  readonly isShort?: boolean
  readonly follows: boolean
  readonly chosen: LogLine | undefined
  readonly onChoose: (line: LogLine) => void
  readonly onFreeze: () => void
  readonly onFollow: () => void
  /** Somebody scrolls to where older lines would be. */
  readonly onTop?: () => void
}) {
  const words = useWords(logWords)
  const { short } = useFigures()
  const place = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const height = useHeight(place)
  const last = lines.at(-1)?.seq
  const first = useRef<number>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it goes to the end whenever there is another last line
  useLayoutEffect(() => {
    const { current } = place
    if (current === null) return
    // What somebody reads stays where it is, though older lines come above it.
    const above = follows ? 0 : lines.findIndex(({ seq }) => seq === first.current)
    first.current = lines[0]?.seq
    if (follows) current.scrollTop = current.scrollHeight
    else if (above > 0) current.scrollTop += above * LINE_PX
    if (!follows) setTop(current.scrollTop)
  }, [follows, last, lines.length, height])
  const onScroll = (): void => {
    const { current } = place
    if (current === null) return
    const isNearEnd = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END_PX
    // What is followed is drawn without asking where it was scrolled to: once for each change, not twice.
    if (follows && isNearEnd) return
    setTop(current.scrollTop)
    if (current.scrollTop < NEAR_TOP_PX && current.scrollTop < top) onTop?.()
    if (follows) onFreeze()
    else if (isNearEnd) onFollow()
  }
  const begin = lines[0]?.at ?? 0
  const isDated = !isShort && short(begin, Date.now()) !== short(begin, begin)
  const { first: drawn, end } = inSight(lines.length, { top, height, follows })
  return (
    <div
      ref={place}
      className={styles.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      role="region"
      aria-label={label ?? words.title}
      data-plain={(isShort && lines.every(({ part }) => part === '')) || undefined}
      data-dated={isDated || undefined}
      style={isShort ? { height: Math.min(SHORT_LINES, lines.length) * LINE_PX + EDGE_PX } : undefined}
      onScroll={onScroll}
    >
      <div className={styles.all} style={{ height: lines.length * LINE_PX }}>
        {lines.slice(drawn, end).map((line, index) => (
          <Line
            key={line.seq}
            line={line}
            top={(drawn + index) * LINE_PX}
            several={several}
            isDated={isDated}
            isChosen={line.seq === chosen?.seq}
            onChoose={() => onChoose(line)}
          />
        ))}
      </div>
    </div>
  )
}

function useHeight(place: { readonly current: HTMLDivElement | null }): number {
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const { current } = place
    if (current === null) return
    const observer = new ResizeObserver(() => setHeight(current.clientHeight))
    observer.observe(current)
    return () => observer.disconnect()
  }, [place])
  return height
}
