import { createHash } from 'node:crypto'
import type { Clock, Database } from '@regie/engine'
import type { IdentityTables } from './schema.ts'
import { blockedUntil, countAttempt, forgetAttempts } from './store/attempts.ts'

const WINDOW_MS = 15 * 60_000
/** This many failures in a window, then none until its end. */
export const MAX_FAILURES = 10
const SLOW_FROM = 5

/** An attempt that was counted. */
export interface Attempt {
  /** For how many seconds none may be made; 0 lets this one through. */
  readonly waitSeconds: number
  /** The how manieth in the window this one is; 0 when it may not be made. */
  readonly nth: number
}

/** Slows down whoever guesses. */
export interface Throttle {
  /** Counts an attempt that is about to be made. */
  attempt(what: string): Promise<Attempt>
  /** The attempt was right: what was counted is forgotten. */
  succeeded(what: string): Promise<void>
}

/**
 * At most 10 failures in 15 minutes for each thing that is guessed, with a wait after the fifth (1 s, 2 s, 4 s, …). What is
 * counted is named by the caller: an account, or an account on a device it has been used on, so that guessing from elsewhere does not lock it out there.
 */
export function createThrottle(database: Database, clock: Clock): Throttle {
  const db = () => database.kysely<IdentityTables>()
  const idOf = (what: string) => createHash('sha256').update(what).digest('base64url')
  return {
    async attempt(what) {
      const id = idOf(what)
      const now = clock.now()
      const limits = { now, windowMs: WINDOW_MS, max: MAX_FAILURES, slowFrom: SLOW_FROM }
      const nth = await countAttempt(db(), id, limits)
      if (nth > 0) return { waitSeconds: 0, nth }
      return { waitSeconds: Math.max(1, Math.ceil(((await blockedUntil(db(), id)) - now) / 1_000)), nth }
    },
    succeeded: (what) => forgetAttempts(db(), idOf(what)),
  }
}
