import { type Duration, durationMs } from '@regie/engine'

/** How often something may be done. `max` at once, and on average `max` in each `per`. */
export interface RateLimit {
  readonly max: number
  readonly per: Duration
  /** What becomes of a request when the counts cannot be reached: `open` lets it in (default), `closed` refuses it. */
  readonly whenStoreFails?: 'open' | 'closed'
}

/** A limit in whole microseconds: fractions of a millisecond count when a thousand are allowed in a second. */
export interface RatePolicy {
  readonly max: number
  readonly perSeconds: number
  /** What one request costs. */
  readonly costUs: number
  /** How far ahead of now one may get. */
  readonly burstUs: number
}

/** What became of one request. */
export interface RateVerdict {
  readonly allowed: boolean
  /** How many more may come at once. */
  readonly remaining: number
  /** Until the next one is let in, in milliseconds; 0 when it is already. */
  readonly retryAfterMs: number
  /** Until all `max` may come at once again, in milliseconds. */
  readonly fullAfterMs: number
}

/** The limit, as it is counted. Throws a RangeError when `max` is no whole number from 1 on. */
export function policyOf({ max, per }: RateLimit): RatePolicy {
  if (!Number.isInteger(max) || max < 1)
    throw new RangeError(`a rate limit of ${max} requests: write a whole number from 1`)
  const perMs = durationMs(per)
  const costUs = Math.ceil((perMs * 1_000) / max)
  return { max, perSeconds: Math.ceil(perMs / 1_000), costUs, burstUs: costUs * max }
}

/**
 * The generic cell rate algorithm: all that is kept of a client is one instant, the one at which it has nothing on its
 * account. `until` is that instant after the request if it was let in, otherwise as it was (microseconds UTC).
 */
export function verdictOf(policy: RatePolicy, allowed: boolean, until: number, nowUs: number): RateVerdict {
  const { costUs, burstUs } = policy
  const ahead = Math.max(0, until - nowUs)
  return {
    allowed,
    remaining: Math.max(0, Math.floor((burstUs - ahead) / costUs)),
    retryAfterMs: Math.max(0, ahead + costUs - burstUs) / 1_000,
    fullAfterMs: ahead / 1_000,
  }
}

/** Spends one request of an account that stood at `until`; answers where it stands now, undefined when it may not. */
export function spend({ costUs, burstUs }: RatePolicy, until: number, nowUs: number): number | undefined {
  const next = Math.max(until, nowUs) + costUs
  return next - nowUs <= burstUs ? next : undefined
}
