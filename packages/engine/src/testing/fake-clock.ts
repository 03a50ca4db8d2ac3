import type { Clock } from '../clock.ts'
import { settle } from './settle.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** How many timers have neither fired nor been stopped. */
  readonly pending: number
  /**
   * Moves on by `ms` milliseconds: stops at every timer on the way, fires it at its own instant, and lets promises and the
   * store settle before it goes on. Never sleeps.
   */
  advance(ms: number): Promise<void>
  /** Moves on by `ms` milliseconds in one leap, as a machine that was suspended: timers fire late, at the end. */
  leap(ms: number): Promise<void>
}

interface FakeTimer {
  readonly due: number
  readonly callback: () => void
}

/** Monday 5 January 2026, 09:00 UTC. */
const START = Date.UTC(2026, 0, 5, 9)

// A pass of upkeep fires a thousand timers, and looks again at once when there are more.
const MOST_ROUNDS = 200

/** Makes a clock that starts at `startAt` (milliseconds UTC; default Monday 5 January 2026, 09:00). */
export function fakeClock(startAt = START): FakeClock {
  const timers = new Set<FakeTimer>()
  let now = startAt
  const nextDue = (): number => Math.min(...[...timers].map(({ due }) => due))
  const fire = (): void => {
    const due = [...timers].filter((timer) => timer.due <= now).toSorted((a, b) => a.due - b.due)
    for (const timer of due) if (timers.delete(timer)) timer.callback()
  }
  const fireAll = async (): Promise<void> => {
    for (let rounds = 0; nextDue() <= now; rounds++) {
      if (rounds > MOST_ROUNDS) throw new Error('an engine sets a timer for now again and again')
      fire()
      await settle()
    }
  }
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer = { due: now + Math.max(0, Math.ceil(delayMs)), callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    get pending() {
      return timers.size
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (let next = nextDue(); next <= end; next = nextDue()) {
        now = Math.max(now, next)
        await fireAll()
      }
      now = end
      await settle()
    },
    async leap(ms) {
      now += ms
      await fireAll()
      await settle()
    },
  }
}
