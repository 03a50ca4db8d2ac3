/** Stops a timer that has not fired yet; calling it twice does nothing. */
export type CancelTimer = () => void

/** Where the engine takes its time from. Tests give a fake one and move it by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Calls `callback` once, `delayMs` milliseconds from now; never keeps the process alive. */
  setTimer(callback: () => void, delayMs: number): CancelTimer
}

// setTimeout treats anything longer than 2^31-1 ms (24.8 days) as 1 ms.
const LONGEST_TIMER_MS = 2_147_483_647

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
