import { isPostgres, type Tx } from './tables.ts'

/** A run's row in its queue. */
export interface ReadyRow {
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly id: number
}

/**
 * The rows of these runs in their queues, locked; those being claimed at this moment are left out. A run's place follows
 * from its body, so no index by id is needed on the hottest table.
 */
export async function lockReady(tx: Tx, ids: readonly number[]): Promise<readonly ReadyRow[]> {
  return tx
    .selectFrom('engine_body as b')
    .innerJoin('engine_ready as r', (join) =>
      join
        .onRef('r.queue', '=', 'b.queue')
        .onRef('r.priority', '=', 'b.priority')
        .onRef('r.vtime', '=', 'b.vtime')
        .onRef('r.id', '=', 'b.id'),
    )
    .select(['r.queue', 'r.priority', 'r.vtime', 'r.id'])
    .where('b.id', 'in', ids)
    .$if(isPostgres(tx), (query) => query.forUpdate('r').skipLocked())
    .execute()
}
