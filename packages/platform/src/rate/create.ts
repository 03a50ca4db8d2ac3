import type { Clock, Database, Logger } from '@regie/engine'
import type { Config } from '../config/config.ts'
import type { RateCounts } from './counts.ts'
import { createGate, type Gate } from './gate.ts'
import { createLimiter, type Limiter } from './limiter.ts'
import { memoryCounts } from './memory.ts'
import { redisCounts } from './redis.ts'
import { databaseCounts } from './store/database.ts'

/** Rate limiting as it is configured. */
export interface Rates extends AsyncDisposable {
  /** For limits that are no endpoint's, such as those of sign-in. */
  readonly limiter: Limiter
  readonly gate: Gate
}

/** What rate limiting is made of. */
export interface RatesOptions {
  readonly config: Pick<Config, 'http'>
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}

/** Opens the counts where `REGIE_RATE_STORE` says. Throws `REDIS_UNAVAILABLE` when Redis is wanted and `ioredis` is missing. */
export async function createRates({ config, database, clock, log }: RatesOptions): Promise<Rates> {
  const counts = await openCounts(config.http, database)
  const limiter = createLimiter({ counts, clock, log })
  return {
    limiter,
    gate: createGate(limiter, {
      ...(config.http.rateLimit !== undefined && { usual: config.http.rateLimit }),
      ...(config.http.signInRateLimit !== undefined && { signIn: config.http.signInRateLimit }),
    }),
    [Symbol.asyncDispose]: () => counts[Symbol.asyncDispose](),
  }
}

async function openCounts({ rateCounts }: Config['http'], database: Database): Promise<RateCounts> {
  if (rateCounts.kind === 'memory') return memoryCounts()
  return rateCounts.kind === 'redis' ? redisCounts(rateCounts.url) : databaseCounts(database)
}
