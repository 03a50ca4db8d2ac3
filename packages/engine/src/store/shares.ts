import { sql } from 'kysely'
import type { Db } from './tables.ts'

/** Both stores read `$1` (as `?1` on SQLite): queue, organisation, length. */
export const TAKE_SHARES = `
  insert into engine_share (queue, org, finish)
  values ($1, $2, coalesce((select q.vtime from engine_queue q where q.name = $1), 0) + $3)
  on conflict (queue, org) do update set finish =
    case when engine_share.finish + $3 > excluded.finish then engine_share.finish + $3 else excluded.finish end
  returning finish`

/** Moves a queue's virtual time on to what was last claimed; it never goes back. */
export async function advanceQueue(db: Db, queue: string, vtime: number): Promise<void> {
  await db
    .insertInto('engine_queue')
    .values({ name: queue, paused_at: null, reason: null, vtime })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        vtime: sql<number>`case when engine_queue.vtime > excluded.vtime then engine_queue.vtime else excluded.vtime end`,
      }),
    )
    .execute()
}
