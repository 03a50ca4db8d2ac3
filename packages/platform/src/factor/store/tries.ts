import type { Database } from '@regie/engine'
import { sql } from 'kysely'
import type { FactorTables } from './tables.ts'

/** What a person may be wrong about; each is counted by itself. */
export type TryKind = 'totp' | 'backup-code'

/** How often, and in which time. */
export interface TryLimit {
  readonly max: number
  readonly windowMs: number
}

/**
 * Counts a try before anything is compared, so that a hundred at once are a hundred. Answers the number of this one, or
 * undefined when there have been `max` in the window already.
 */
export async function countTry(
  database: Database,
  { userId, kind, now }: { readonly userId: string; readonly kind: TryKind; readonly now: number },
  { max, windowMs }: TryLimit,
): Promise<number | undefined> {
  const over = now - windowMs
  const row = await database
    .kysely<FactorTables>()
    .insertInto('platform_factor_try')
    .values({ user_id: userId, kind, tries: 1, since: now })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'kind'])
        .doUpdateSet({
          tries: sql<number>`case when platform_factor_try.since <= ${over} then 1 else platform_factor_try.tries + 1 end`,
          since: sql<number>`case when platform_factor_try.since <= ${over} then ${now} else platform_factor_try.since end`,
        })
        .where((where) =>
          where.or([where('platform_factor_try.tries', '<', max), where('platform_factor_try.since', '<=', over)]),
        ),
    )
    .returning('tries')
    .executeTakeFirst()
  return row?.tries
}

/** Begins to count anew: a right one has come. */
export async function forgetTries(database: Database, userId: string, kind: TryKind): Promise<void> {
  await database
    .kysely<FactorTables>()
    .deleteFrom('platform_factor_try')
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .execute()
}
