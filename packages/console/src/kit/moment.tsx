import { useSyncExternalStore } from 'react'
import { useFigures } from '../i18n/language.tsx'

const TICK_MS = 1_000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The time, each second, the same for everything on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/**
 * An instant of the API as a distance from now, with date, time and zone on hover; `exact` writes the time instead, with its day unless
 * it is today; `full` the whole of it.
 */
export function Moment({
  at,
  exact = false,
  full = false,
}: {
  readonly at: string
  readonly exact?: boolean
  readonly full?: boolean
}) {
  const figures = useFigures()
  const current = useNow()
  const instant = Date.parse(at)
  return (
    <time dateTime={at} title={figures.full(instant)} translate="no">
      {full ? figures.full(instant) : exact ? figures.short(instant, current) : figures.ago(instant, current)}
    </time>
  )
}

/** A length of time. */
export function Duration({ ms }: { readonly ms: number }) {
  return <span translate="no">{useFigures().duration(ms)}</span>
}

/** A number. */
export function Count({ value }: { readonly value: number }) {
  return <span translate="no">{useFigures().count(value)}</span>
}
