import { sql } from 'kysely'
import { isPostgres, type Tx } from './tables.ts'

/**
 * Joins the body `b` of a run and its row `r` in its queue. A run's place follows from its body, so no index by id is
 * needed on the hottest table.
 */
export const AT_ITS_PLACE = sql<boolean>`r.queue = b.queue and r.priority = b.priority and r.vtime = b.vtime and r.id = b.id`

/** A run's row in its queue. */
export interface ReadyRow {
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly id: number
}

/** The rows of these runs in their queues, locked; those being claimed at this moment are left out. */
export async function lockReady(tx: Tx, ids: readonly number[]): Promise<readonly ReadyRow[]> {
  return tx
    .selectFrom('engine_body as b')
    .innerJoin('engine_ready as r', (join) => join.on(AT_ITS_PLACE))
    .select(['r.queue', 'r.priority', 'r.vtime', 'r.id'])
    .where('b.id', 'in', ids)
    .$if(isPostgres(tx), (query) => query.forUpdate('r').skipLocked())
    .execute()
}
