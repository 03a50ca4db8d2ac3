import type { Kysely } from 'kysely'

/** Who has seen the console's tour. */
export interface TourTables {
  readonly platform_tour: { readonly user_id: string; readonly seen_at: number }
}

/** Whether somebody has seen it, or sent it away. */
export async function hasToured(db: Kysely<TourTables>, userId: string): Promise<boolean> {
  const row = await db.selectFrom('platform_tour').select('user_id').where('user_id', '=', userId).executeTakeFirst()
  return row !== undefined
}

/** Somebody has seen it; the first time counts. */
export async function markToured(db: Kysely<TourTables>, userId: string, now: number): Promise<void> {
  await db
    .insertInto('platform_tour')
    .values({ user_id: userId, seen_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
