import type { Random } from '../random.ts'

/** A retry policy with every default filled in; times in milliseconds. */
export interface Backoff {
  readonly backoff: 'exponential' | 'fixed'
  readonly baseMs: number
  readonly maxMs: number
  readonly jitter: 'full' | 'none'
}

/**
 * How long to wait after the given failed attempt (1 for the first). Full jitter draws evenly between 0 and the bound,
 * which ends a crowd soonest (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs({ backoff, baseMs, maxMs, jitter }: Backoff, attempt: number, random: Random): number {
  // 2^40 times anything is over every `max`; without the bound a long history would overflow to infinity.
  const growth = backoff === 'exponential' ? 2 ** Math.min(attempt - 1, 40) : 1
  const bound = Math.min(maxMs, baseMs * growth)
  return Math.round(jitter === 'full' ? bound * random() : bound)
}
