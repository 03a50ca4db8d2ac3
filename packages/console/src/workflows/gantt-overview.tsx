import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import type { WorkflowStep } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import styles from './gantt.module.css'
import { densityOf, type Range } from './time-axis.ts'
import type { View } from './use-range.ts'
import { workflowWords } from './words.ts'

const PARTS = 240
const CLICK_PX = 4

/** All of the time at once: how much was at work when, where it failed, and which part of it the bars show. */
export function Overview({
  steps,
  view,
  said,
}: {
  readonly steps: readonly WorkflowStep[]
  readonly view: View
  /** What is shown, in words. */
  readonly said: string
}) {
  const words = useWords(workflowWords)
  const { whole, range } = view
  const place = useRef<HTMLDivElement>(null)
  const drawing = useDrawing(steps, whole)
  const drag = useDrag(place, view)
  const percent = (at: number): number => (100 * (at - whole.from)) / (whole.to - whole.from)
  const shown = drag.range ?? range
  const onKeyDown = (event: KeyboardEvent): void => {
    const length = range.to - range.from
    const wanted = {
      Home: { from: whole.from, to: whole.from + length },
      End: { from: whole.to - length, to: whole.to },
    }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    view.show(wanted)
  }
  return (
    <div ref={place} className={styles.overview} {...drag.handlers}>
      <svg viewBox={`0 0 ${PARTS} 100`} preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.density} d={drawing.density} />
        <path className={styles.failed} d={drawing.failed} />
      </svg>
      <div
        className={styles.window}
        style={{ insetInlineStart: `${percent(shown.from)}%`, width: `${percent(shown.to) - percent(shown.from)}%` }}
        role="slider"
        tabIndex={0}
        aria-label={words.visibleRange}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent((range.from + range.to) / 2))}
        aria-valuetext={said}
        title={words.overviewAbout}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

function useDrawing(steps: readonly WorkflowStep[], { from, to }: Range) {
  return useMemo(() => {
    const whole = { from, to }
    const spans = steps.map(({ startedAt, endedAt }) => ({
      from: Date.parse(startedAt),
      to: endedAt === undefined ? whole.to : Date.parse(endedAt),
    }))
    const counts = densityOf(spans, whole, PARTS)
    const most = Math.max(1, ...counts)
    const heightOf = (count: number): number => (count === 0 ? 0 : 12 + 80 * Math.sqrt(count / most))
    const failures = spans.filter((_, index) => steps[index]?.state === 'failed').map(({ to }) => ({ from: to, to }))
    const failed = densityOf(failures, whole, PARTS)
    return {
      density: `M0 100 ${counts.map((count, part) => `L${part} ${100 - heightOf(count)} h1`).join(' ')} L${PARTS} 100Z`,
      failed: failed.map((count, part) => (count === 0 ? '' : `M${part} 0 h1.600 v100 h-1.600z`)).join(''),
    }
  }, [steps, from, to])
}

/** Within the window it moves it, beside it a new one is drawn, and a click brings it there. */
function useDrag(place: { readonly current: HTMLDivElement | null }, view: View) {
  const [drawn, setDrawn] = useState<Range>()
  const begun = useRef<{ readonly x: number; readonly at: number; readonly moves: boolean; last: number }>(undefined)
  const { whole, range } = view
  const instantOf = (x: number): number => {
    const box = place.current?.getBoundingClientRect()
    if (box === undefined || box.width === 0) return whole.from
    return whole.from + Math.min(1, Math.max(0, (x - box.left) / box.width)) * (whole.to - whole.from)
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return
    const at = instantOf(event.clientX)
    const moves = view.isZoomed && (event.target !== event.currentTarget || (at >= range.from && at <= range.to))
    begun.current = { x: event.clientX, at, moves, last: at }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent): void => {
    const { current } = begun
    if (current === undefined) return
    const at = instantOf(event.clientX)
    if (current.moves) view.pan((at - current.last) / (range.to - range.from))
    else if (Math.abs(event.clientX - current.x) >= CLICK_PX)
      setDrawn({ from: Math.min(at, current.at), to: Math.max(at, current.at) })
    current.last = at
  }
  const onPointerUp = (event: PointerEvent): void => {
    const { current } = begun
    begun.current = undefined
    setDrawn(undefined)
    if (current === undefined || current.moves || event.type === 'pointercancel') return
    const half = (range.to - range.from) / 2
    if (drawn !== undefined) view.show(drawn)
    else if (view.isZoomed) view.show({ from: current.at - half, to: current.at + half })
  }
  return { range: drawn, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp } }
}
