import { type Db, isPostgres, type Tx } from './tables.ts'

/** Which of these runs somebody wants to stop, and why. */
export async function readCancels(
  db: Db,
  runs: readonly number[],
): Promise<readonly { readonly run: number; readonly reason: string }[]> {
  return db.selectFrom('engine_cancel').select(['run', 'reason']).where('run', 'in', runs).execute()
}

/** Asks for a running run to be stopped, in whatever process it is. */
export async function requestCancel(db: Db, run: number, reason: string, now: number): Promise<void> {
  await db
    .insertInto('engine_cancel')
    .values({ run, reason, at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Makes who moves runs out of a worker's hands and who asks for their cancellation wait for each other: otherwise, on
 * PostgreSQL, each could miss what the other is just writing. The modes leave a change of the input alone.
 */
export async function lockAgainstCancel(tx: Tx, runs: readonly number[], side: 'mover' | 'canceller'): Promise<void> {
  if (runs.length === 0 || !isPostgres(tx)) return
  const bodies = tx.selectFrom('engine_body').select('id').where('id', 'in', runs).orderBy('id')
  await (side === 'mover' ? bodies.forUpdate() : bodies.forKeyShare()).execute()
}
