import type { QuotesContext } from '../src/regie.ts'

/**
 * A clock that stands still until it is moved by hand. Timers take real time: the heartbeats of a process go on although
 * nothing changes for the app.
 */
export interface ManualClock {
  readonly now: () => number
  readonly setTimer: QuotesContext['clock']['setTimer']
  advance(ms: number): void
}

/** Makes a clock that stands at `start` (milliseconds UTC). */
export function manualClock(start: number): ManualClock {
  let now = start
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs).unref()
      return () => clearTimeout(timer)
    },
    advance(ms) {
      now += ms
    },
  }
}
