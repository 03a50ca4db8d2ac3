import type { Db } from './tables.ts'

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
