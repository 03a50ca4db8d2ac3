import { useElementSize } from '@mantine/hooks'
import { useEffect } from 'react'
import { useFigures } from '../i18n/language.tsx'
import styles from './gantt.module.css'
import { type Range, roundStep, ticksOf } from './time-axis.ts'

const LETTER_PX = 6.5
const GAP_PX = 22
const LEAST_PX = 64

/** The instants of an axis that are marked, and how each is called. */
export interface Ticks {
  readonly stepMs: number
  readonly at: readonly { readonly share: number; readonly instant: number; readonly text: string }[]
}

/** As many round ticks as there is room for their words. */
export function useTicks(range: Range, origin: number, widthPx: number): Ticks {
  const { lapse } = useFigures()
  const length = range.to - range.from
  const ticksAt = (leastPx: number): Ticks => {
    const stepMs = roundStep(length, widthPx / leastPx)
    return {
      stepMs,
      at: ticksOf(range, origin, stepMs).map((instant) => ({
        share: (instant - range.from) / length,
        instant,
        text: roomFor(lapse(instant - origin, stepMs), widthPx * (1 - (instant - range.from) / length)),
      })),
    }
  }
  const first = ticksAt(LEAST_PX)
  const widest = Math.max(0, ...first.at.map(({ text }) => text.length))
  return ticksAt(widest * LETTER_PX + GAP_PX)
}

/** Without its words where the axis ends before they do. */
function roomFor(text: string, leftPx: number): string {
  return text.length * LETTER_PX + GAP_PX / 3 <= leftPx ? text : ''
}

/** The head of the bars: how long after the beginning, and on hover when that was. */
export function Axis({
  title,
  ticks,
  onWidth,
}: {
  readonly title: string
  readonly ticks: Ticks
  readonly onWidth: (px: number) => void
}) {
  const { full } = useFigures()
  const { ref, width } = useElementSize()
  useEffect(() => {
    if (width > 0) onWidth(width)
  }, [width, onWidth])
  return (
    <span ref={ref} className={styles.axis} data-axis>
      <span className="unseen">{title}</span>
      {ticks.at.map(({ share, instant, text }) => (
        <span
          key={instant}
          className={styles.tick}
          style={{ insetInlineStart: `${share * 100}%` }}
          title={full(instant)}
          aria-hidden="true"
          translate="no"
        >
          {text}
        </span>
      ))}
    </span>
  )
}
