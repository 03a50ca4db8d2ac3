import type { BatchStatus } from '../engine-api.ts'
import type { StoredCall, StoredWaiter } from './finish.ts'
import type { StoredOptions } from './schema.ts'
import { chunks, type Db, type Tx } from './tables.ts'

/** Stores what stands beside a run: its tags, and the timer that ends it if it has not started or ended by then. */
export async function addRows(
  tx: Tx,
  runs: readonly { readonly id: number; readonly options: StoredOptions }[],
): Promise<void> {
  const tags = runs.flatMap(({ id, options }) => (options.t ?? []).map((tag) => ({ tag, run: id })))
  for (const rows of chunks(tags)) await tx.insertInto('engine_tag').values(rows).execute()
  const timers = runs.flatMap(({ id, options: { e, d } }) =>
    e === undefined && d === undefined
      ? []
      : [
          {
            id,
            due: Math.min(e ?? Number.MAX_SAFE_INTEGER, d ?? Number.MAX_SAFE_INTEGER),
            kind: 'expire' as const,
            attempt: 1,
          },
        ],
  )
  for (const rows of chunks(timers)) await tx.insertInto('engine_timer').values(rows).execute()
}

/** Stores a batch of `total` runs. Answers its id. */
export async function createBatch(tx: Tx, total: number, org: string, now: number): Promise<number> {
  const empty = { callback: null, callback_run: null, finished_at: null }
  const row = await tx
    .insertInto('engine_batch')
    .values({ org, total, pending: total, failed: 0, created_at: now, ...empty })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Keeps the call that is enqueued at the end of a batch, or the step that waits for it. */
export async function writeCallback(
  tx: Tx,
  batch: number,
  callback: StoredCall | { readonly waiter: StoredWaiter },
): Promise<void> {
  await tx
    .updateTable('engine_batch')
    .set({ callback: JSON.stringify(callback) })
    .where('id', '=', batch)
    .execute()
}

/** How far a batch is; undefined when there is none, or it was forgotten after its retention. */
export async function readBatch(db: Db, id: number): Promise<BatchStatus | undefined> {
  const row = await db.selectFrom('engine_batch').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id,
    org: row.org,
    total: row.total,
    pending: row.pending,
    failed: row.failed,
    createdAt: row.created_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.callback_run === null ? {} : { callbackRunId: row.callback_run }),
  }
}
