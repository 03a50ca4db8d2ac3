import type { Clock, Logger } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import type { RateCounts } from './counts.ts'
import { policyOf, type RateLimit, type RatePolicy, type RateVerdict } from './gcra.ts'

/** Counts requests against limits. */
export interface Limiter {
  /**
   * Counts one request of `key` under the limit called `name`; answers how it stands, undefined when it could not be
   * counted and is let in. Throws `RATE_UNKNOWN` (503) when it could not be counted and the limit says `closed`.
   */
  take(name: string, limit: RateLimit, key: string): Promise<Standing | undefined>
}

/** A verdict and the limit it was given under. */
export interface Standing extends RateVerdict {
  readonly name: string
  readonly policy: RatePolicy
}

/** What a limiter is made of. */
export interface LimiterOptions {
  readonly counts: RateCounts
  readonly clock: Clock
  readonly log: Logger
  /** Longest wait for the counts, in milliseconds. Default 500. */
  readonly patienceMs?: number
}

// One line a time is enough to be noticed; a flood of requests must not become a flood of lines.
const COMPLAIN_EVERY_MS = 10_000

/** Creates a limiter. */
export function createLimiter({ counts, clock, log, patienceMs = 500 }: LimiterOptions): Limiter {
  const policies = new WeakMap<RateLimit, RatePolicy>()
  let complainedAt = Number.NEGATIVE_INFINITY
  return {
    async take(name, limit, key) {
      const policy = policies.get(limit) ?? policyOf(limit)
      policies.set(limit, policy)
      try {
        const counted = counts.take(`${name} ${key}`, policy, clock.now() * 1_000)
        const verdict = counted instanceof Promise ? await within(patienceMs, counted) : counted
        return { ...verdict, name, policy }
      } catch (err) {
        if (clock.now() - complainedAt >= COMPLAIN_EVERY_MS) {
          complainedAt = clock.now()
          log.warn({ err, limit: name }, 'requests cannot be counted')
        }
        if (limit.whenStoreFails !== 'closed') return undefined
        throw new PlatformError('RATE_UNKNOWN', 'Requests cannot be counted at the moment: try again shortly.', {
          status: 503,
          cause: err,
        })
      }
    },
  }
}

async function within<T>(patienceMs: number, answer: Promise<T>): Promise<T> {
  const expired = Promise.withResolvers<never>()
  const timer = setTimeout(() => expired.reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs)
  try {
    return await Promise.race([answer, expired.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Whom an address stands for: an IPv6 client has 2^64 of them, so their first half counts. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return `address:${plain}`
  const [head = '', tail] = plain.split('%')[0]?.toLowerCase().split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(gap).fill('0'), ...right].slice(0, 4)
  return `address:${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

/**
 * The headers that tell a client how it stands (draft-ietf-httpapi-ratelimit-headers), and when to come back. `t` is when
 * all requests may come at once again; for who is refused it is when the next one may, as `Retry-After`.
 */
export function rateHeaders({ name, policy, remaining, fullAfterMs, allowed, retryAfterMs }: Standing) {
  const label = `"${name.replaceAll(/["\\]/g, '')}"`
  const retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  const reset = allowed ? Math.ceil(fullAfterMs / 1_000) : retryAfter
  return {
    'ratelimit-policy': `${label};q=${policy.max};w=${policy.perSeconds}`,
    ratelimit: `${label};r=${remaining};t=${reset}`,
    ...(!allowed && { 'retry-after': String(retryAfter) }),
  }
}
