import type { QuotesContext } from '../src/regie.ts'

/** A clock that stands still until it is moved by hand. Its timers never fire: time passes while the process is down. */
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
    setTimer: () => () => {},
    advance(ms) {
      now += ms
    },
  }
}
