import type { Database } from '@regie/engine'
import { sql } from 'kysely'
import type { RateCounts } from '../counts.ts'
import { type RatePolicy, verdictOf } from '../gcra.ts'

interface Tables {
  readonly platform_rate: { readonly key: string; readonly until_us: number }
}

const PRUNE_EVERY_US = 60_000_000

/** Counts in the database, shared by all its processes; accounts at rest are removed every minute. */
export function databaseCounts(database: Database): RateCounts {
  let prunedAt = 0
  let pruning: Promise<unknown> = Promise.resolve()
  return {
    async take(key, policy, nowUs) {
      if (nowUs - prunedAt >= PRUNE_EVERY_US) {
        prunedAt = nowUs
        // Whoever asks next meets the same failure, if there is one.
        pruning = prune(database, nowUs).catch(() => {})
      }
      const spent = await spendOne(database, key, policy, nowUs)
      if (spent !== undefined) return verdictOf(policy, true, spent, nowUs)
      return verdictOf(policy, false, await standing(database, key), nowUs)
    },
    async [Symbol.asyncDispose]() {
      await pruning
    },
  }
}

/** One statement, so that no two processes spend the same request; nothing is written for what is refused. */
async function spendOne(database: Database, key: string, { costUs, burstUs }: RatePolicy, nowUs: number) {
  const row = await database
    .kysely<Tables>()
    .insertInto('platform_rate')
    .values({ key, until_us: nowUs + costUs })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          until_us: sql<number>`case when platform_rate.until_us > ${nowUs} then platform_rate.until_us else ${nowUs} end + ${costUs}`,
        })
        .where('platform_rate.until_us', '<=', nowUs + burstUs - costUs),
    )
    .returning('until_us')
    .executeTakeFirst()
  return row?.until_us
}

async function standing(database: Database, key: string): Promise<number> {
  const row = await database
    .kysely<Tables>()
    .selectFrom('platform_rate')
    .select('until_us')
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.until_us ?? 0
}

function prune(database: Database, nowUs: number) {
  return database.kysely<Tables>().deleteFrom('platform_rate').where('until_us', '<=', nowUs).execute()
}
