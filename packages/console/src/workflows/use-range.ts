import { useEffect, useState } from 'react'
import { useSearchText } from '../kit/use-search.ts'
import { panned, type Range, rangeOf, rangeText, within, zoomed } from './time-axis.ts'

const KEPT_AFTER_MS = 300
/** How much closer one press goes. */
export const CLOSER = 0.5

/** What of a stretch of time is shown, and how to show another part. */
export interface View {
  readonly whole: Range
  readonly range: Range
  readonly isZoomed: boolean
  /** As it stands behind the `?` of the address; undefined for the whole. */
  readonly text: string | undefined
  /** Undefined shows the whole. */
  readonly show: (range: Range | undefined) => void
  /** Below 1 is closer. Default: around the middle of what is shown. */
  readonly zoom: (factor: number, at?: number) => void
  /** By a share of what is shown. */
  readonly pan: (share: number) => void
}

/** The part of the whole that a person looks at; the address keeps it, so that it can be shown to another. */
export function useRange(whole: Range): View {
  const [kept, keep] = useSearchText('range')
  const [chosen, setChosen] = useState(() => rangeOf(kept, whole.from))
  const range = chosen === undefined ? whole : within(chosen, whole)
  const isZoomed = range.to - range.from < whole.to - whole.from
  const text = isZoomed ? rangeText(range, whole.from) : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown is written into the address, once it stays
  useEffect(() => {
    const timer = setTimeout(() => kept !== (text ?? '') && keep(text ?? ''), KEPT_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text])
  const change = (next: (range: Range) => Range): void =>
    setChosen((old) => {
      const wanted = next(old === undefined ? whole : within(old, whole))
      return wanted.to - wanted.from < whole.to - whole.from ? wanted : undefined
    })
  return {
    whole,
    range,
    isZoomed,
    text,
    show: (wanted) => change(() => (wanted === undefined ? whole : within(wanted, whole))),
    zoom: (factor, at) => change((old) => zoomed(old, factor, at ?? (old.from + old.to) / 2, whole)),
    pan: (share) => change((old) => panned(old, share, whole)),
  }
}
