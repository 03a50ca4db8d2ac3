import { PlatformError } from '../errors.ts'
import type { RateCounts } from './counts.ts'
import { verdictOf } from './gcra.ts'

// Redis runs a script as a whole, so that no two processes spend the same request. An account at rest expires by itself.
const SPEND = `
local now, cost, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local after = math.max(before, now) + cost
if after - now > burst then return { 0, string.format('%.0f', before) } end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return { 1, string.format('%.0f', after) }
`

/**
 * Counts in a Redis server, shared by all processes that use it; it may come later and go away in between. Throws
 * `REDIS_UNAVAILABLE` when the package `ioredis` is not installed.
 */
export async function redisCounts(url: string, prefix = 'regie:rate:'): Promise<RateCounts> {
  const { Redis } = await import('ioredis').catch((cause: unknown) => {
    throw new PlatformError('REDIS_UNAVAILABLE', 'REGIE_REDIS_URL needs the package ioredis: npm install ioredis', {
      cause,
    })
  })
  const redis = new Redis(url, {
    // A request does not wait for a server that is away: it is let in or refused, see `whenStoreFails`.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  })
  // Each request says what it met; without a listener the first failure would end the process.
  redis.on('error', () => {})
  await new Promise<void>((settled) => {
    redis.once('ready', settled)
    redis.once('error', () => settled())
    redis.once('close', settled)
  })
  return {
    async take(key, policy, nowUs) {
      const answer = await redis.eval(SPEND, 1, `${prefix}${key}`, nowUs, policy.costUs, policy.burstUs)
      const [allowed, until] = Array.isArray(answer) ? answer : []
      return verdictOf(policy, allowed === 1, Number(until), nowUs)
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect()
    },
  }
}
