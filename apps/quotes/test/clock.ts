import type { QuotesContext } from '../src/regie.ts'

type Clock = QuotesContext['clock']

/** A clock that stands still until it is moved by hand. */
export interface ManualClock extends Clock {
  /** Moves on and calls what has become due, each timer once. */
  advance(ms: number): void
}

/** Makes a clock that stands at `start` (milliseconds UTC). */
export function manualClock(start: number): ManualClock {
  let now = start
  let timers: readonly { readonly due: number; readonly callback: () => void }[] = []
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer = { due: now + delayMs, callback }
      timers = [...timers, timer]
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      now += ms
      const due = timers.filter((timer) => timer.due <= now)
      timers = timers.filter((timer) => timer.due > now)
      for (const { callback } of due) callback()
    },
  }
}
