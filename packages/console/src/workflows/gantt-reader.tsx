import { type RefObject, useEffect, useRef, useState } from 'react'
import type { WorkflowStep } from '../api.gen.ts'
import { useFigures } from '../i18n/language.tsx'
import styles from './gantt.module.css'
import type { View } from './use-range.ts'

const DRAG_PX = 5
const WHEEL = 0.002
const MOST_WHEEL = 120

/** Where the bars stand within the frame, in pixels. */
interface Place {
  readonly left: number
  readonly width: number
  readonly top: number
  readonly head: number
  readonly bottom: number
}

interface Reading {
  readonly place: Place
  /** Instants: where it is read, and where a drag began. */
  readonly at: number
  readonly since?: number
}

/**
 * Lies over the bars: says which instant the pointer or the focused row is at, and has a part chosen by dragging and by
 * Ctrl or Cmd with the wheel. It has its own state: the rows are not drawn anew while a pointer moves.
 */
export function GanttReader({
  frame,
  steps,
  view,
  stepMs,
}: {
  readonly frame: RefObject<HTMLDivElement | null>
  readonly steps: readonly WorkflowStep[]
  readonly view: View
  readonly stepMs: number
}) {
  const figures = useFigures()
  const [reading, setReading] = useState<Reading>()
  const latest = useRef({ view, steps })
  latest.current = { view, steps }
  useEffect(() => {
    const { current: element } = frame
    return element === null ? undefined : listenTo(element, () => latest.current, setReading)
  }, [frame])
  if (reading === undefined) return null
  const { place, at, since } = reading
  const { range, whole } = view
  const pxOf = (instant: number): number =>
    place.left + Math.min(1, Math.max(0, (instant - range.from) / (range.to - range.from))) * place.width
  const x = pxOf(at)
  const text =
    since === undefined
      ? `${figures.lapse(at - whole.from, Math.min(stepMs / 10, 1_000))} · ${figures.full(at)}`
      : figures.duration(Math.abs(at - since))
  return (
    <div className={styles.reader} aria-hidden="true" translate="no">
      {since !== undefined && (
        <div
          className={styles.chosen}
          style={{
            left: Math.min(x, pxOf(since)),
            width: Math.abs(x - pxOf(since)),
            top: place.top,
            height: place.bottom - place.top,
          }}
        />
      )}
      <div className={styles.cursor} style={{ left: x, top: place.head, height: place.bottom - place.head }} />
      <div
        className={styles.instant}
        style={
          x - place.left < place.width / 2
            ? { left: Math.max(0, x - 8), top: place.top }
            : { left: x + 8, top: place.top, translate: '-100%' }
        }
      >
        {text}
      </div>
    </div>
  )
}

type Latest = () => { readonly view: View; readonly steps: readonly WorkflowStep[] }

function listenTo(frame: HTMLElement, latest: Latest, read: (reading: Reading | undefined) => void): () => void {
  const control = new AbortController()
  const { signal } = control
  let begun: { readonly x: number; readonly at: number; readonly isTouch: boolean } | undefined
  let isDragged = false
  const instantOf = (x: number): number | undefined => {
    const place = placeOf(frame)
    const { range } = latest().view
    if (place === undefined || place.width === 0) return undefined
    const share = (x - frame.getBoundingClientRect().left - place.left) / place.width
    return range.from + Math.min(1, Math.max(0, share)) * (range.to - range.from)
  }
  const show = (at: number | undefined, since?: number): void => {
    const place = placeOf(frame)
    const isThere = at !== undefined && place !== undefined
    read(isThere ? { place, at, ...(since !== undefined && { since }) } : undefined)
  }
  const end = (): void => {
    begun = undefined
    isDragged = false
    read(undefined)
  }
  frame.addEventListener(
    'wheel',
    (event) => {
      if (!isOnBars(event)) return
      const { view } = latest()
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        const by = Math.min(MOST_WHEEL, Math.max(-MOST_WHEEL, event.deltaY * (event.deltaMode === 0 ? 1 : 40)))
        view.zoom(Math.exp(by * WHEEL), instantOf(event.clientX))
      } else if (view.isZoomed && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
        event.preventDefault()
        view.pan((event.deltaX || event.deltaY) / (placeOf(frame)?.width ?? 1_000))
      }
    },
    { passive: false, signal },
  )
  frame.addEventListener(
    'pointerdown',
    (event) => {
      const at = instantOf(event.clientX)
      if (event.button !== 0 || at === undefined || !isOnBars(event)) return
      // Otherwise the texts beside the bars are selected.
      if (event.pointerType !== 'touch') event.preventDefault()
      begun = { x: event.clientX, at, isTouch: event.pointerType === 'touch' }
      frame.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  frame.addEventListener(
    'pointermove',
    (event) => {
      const at = instantOf(event.clientX)
      if (begun === undefined) return isOnBars(event) ? show(at) : read(undefined)
      if (begun.isTouch) {
        latest().view.pan((begun.x - event.clientX) / (placeOf(frame)?.width ?? 1_000))
        begun = { ...begun, x: event.clientX }
        return
      }
      isDragged ||= Math.abs(event.clientX - begun.x) >= DRAG_PX
      show(at, isDragged ? begun.at : undefined)
    },
    { signal },
  )
  frame.addEventListener(
    'pointerup',
    (event) => {
      const at = instantOf(event.clientX)
      if (begun !== undefined && isDragged && at !== undefined)
        latest().view.show({ from: Math.min(at, begun.at), to: Math.max(at, begun.at) })
      end()
    },
    { signal },
  )
  frame.addEventListener('pointercancel', end, { signal })
  frame.addEventListener('pointerleave', () => begun === undefined && read(undefined), { signal })
  frame.addEventListener('keydown', ({ key }) => key === 'Escape' && end(), { signal })
  frame.addEventListener(
    'focusin',
    ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-index]') : null
      const step = row === null ? undefined : latest().steps[Number(row.dataset.index)]
      if (step === undefined || !(target instanceof Element && target.matches(':focus-visible'))) return
      show(Date.parse(step.startedAt))
    },
    { signal },
  )
  frame.addEventListener('focusout', () => read(undefined), { signal })
  return () => control.abort()
}

function isOnBars({ target }: Event): boolean {
  return target instanceof Element && target.closest('[data-axis]') !== null
}

function placeOf(frame: HTMLElement): Place | undefined {
  const axis = frame.querySelector('thead [data-axis]')?.getBoundingClientRect()
  const head = frame.querySelector('thead')?.getBoundingClientRect()
  const scroll = frame.querySelector('[role="group"]')?.getBoundingClientRect()
  if (axis === undefined || head === undefined || scroll === undefined) return undefined
  const { left, top } = frame.getBoundingClientRect()
  return {
    left: axis.left - left,
    width: axis.width,
    top: head.top - top,
    head: head.bottom - top,
    bottom: scroll.bottom - top,
  }
}
