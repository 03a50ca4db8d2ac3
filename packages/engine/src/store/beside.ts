import type { StoredCall } from './finish.ts'
import type { StoredOptions } from './schema.ts'
import { chunks, type Tx } from './tables.ts'

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

/** Stores a batch of `total` runs and the call to be enqueued at its end. Answers its id. */
export async function createBatch(
  tx: Tx,
  total: number,
  org: string,
  callback: StoredCall | null,
  now: number,
): Promise<number> {
  const row = await tx
    .insertInto('engine_batch')
    .values({
      org,
      total,
      pending: total,
      failed: 0,
      callback: callback === null ? null : JSON.stringify(callback),
      callback_run: null,
      created_at: now,
      finished_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}
