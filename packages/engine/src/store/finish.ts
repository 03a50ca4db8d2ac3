import { addRows } from './beside.ts'
import { releaseHolds } from './gates.ts'
import type { HotStore, NewRun } from './hot.ts'
import { lockReady } from './ready.ts'
import type { EndState, StoredOptions } from './schema.ts'
import { type EndedChild, endSteps } from './steps.ts'
import { parseOptions, type Tx } from './tables.ts'
import { dropWaits, wakeWorkflows } from './workflows.ts'

/** A run that ended, with everything that has to be given back. */
export interface FinishedRun {
  readonly id: number
  readonly state: EndState
  readonly attempt: number
  readonly at: number
  readonly durationMs: number
  readonly result: string | null
  /** The result is in `engine_blob`, because it is over 1 MiB. */
  readonly blob?: string
  readonly error: string | null
  readonly fingerprint: string | null
  readonly options: StoredOptions
}

/**
 * Ends runs: their rows in `engine_done`, their unique keys and slots given back, their batches counted down, and the
 * callback of a batch enqueued by whoever ends its last run. A run that has ended already is left as it is.
 */
export async function finishRuns(tx: Tx, hot: HotStore, runs: readonly FinishedRun[]): Promise<readonly number[]> {
  const { ended, parents } = await endRuns(tx, hot, runs)
  await wakeWorkflows(tx, parents)
  return ended
}

/**
 * As {@link finishRuns}, for whoever has other workflows to move too: answers also those whose steps were closed by it, to
 * be woken together with them.
 */
export async function endRuns(
  tx: Tx,
  hot: HotStore,
  runs: readonly FinishedRun[],
): Promise<{ readonly ended: readonly number[]; readonly parents: readonly number[] }> {
  if (runs.length === 0) return { ended: [], parents: [] }
  const rows = runs.map(({ id, state, attempt, at, durationMs, result, error, fingerprint }) => {
    return { id, state, attempt, at, duration_ms: durationMs, result, error, fingerprint }
  })
  const inserted = await tx
    .insertInto('engine_done')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  const ended = new Set(inserted.map(({ id }) => id))
  const finished = runs.filter(({ id }) => ended.has(id))
  await giveBack(tx, finished)
  const children = [...(await countDown(tx, hot, finished)), ...finished.flatMap(endedChild)]
  return { ended: [...ended], parents: await endSteps(tx, children) }
}

/** Longest result of a child that its parent's step remembers, as JSON text. */
const MAX_STEP_BYTES = 1_048_576

/** What the step that waits for this run is told. */
function endedChild({ id, state, at, result, blob, error, options }: FinishedRun): readonly EndedChild[] {
  if (options.w === undefined || options.p === undefined) return []
  const ended = { run: options.p, step: options.w, child: id, at }
  if (state !== 'succeeded') return [{ ...ended, state: 'failed', result: null, error }]
  if (blob === undefined) return [{ ...ended, state: 'done', result, error: null }]
  const message = `run ${id} returned more than ${MAX_STEP_BYTES} bytes: store it elsewhere and return a reference`
  return [{ ...ended, state: 'failed', result: null, error: JSON.stringify({ code: 'RESULT_TOO_LARGE', message }) }]
}

async function giveBack(tx: Tx, runs: readonly FinishedRun[]): Promise<void> {
  if (runs.length === 0) return
  const ids = runs.map(({ id }) => id)
  await tx.deleteFrom('engine_cancel').where('run', 'in', ids).execute()
  await dropWaits(
    tx,
    runs.filter(({ options }) => options.v !== undefined).map(({ id }) => id),
  )
  await tx.deleteFrom('engine_timer').where('id', 'in', ids).execute()
  const unique = runs.filter(({ options }) => options.u !== undefined).map(({ id }) => id)
  if (unique.length > 0)
    await tx.deleteFrom('engine_unique').where('run', 'in', unique).where('until', 'is', null).execute()
  await releaseHolds(
    tx,
    runs.filter(({ options }) => options.l !== undefined).map(({ id }) => id),
  )
  const blobs = runs.flatMap(({ id, blob }) => (blob === undefined ? [] : [{ run: id, content: blob }]))
  if (blobs.length > 0)
    await tx
      .insertInto('engine_blob')
      .values(blobs)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

/** A batch's callback as it is kept until the last of its runs has ended. */
export type StoredCall = Omit<NewRun, 'due'>

/** In the place of a callback: the step of a workflow that waits for the batch. */
export interface StoredWaiter {
  readonly run: number
  readonly step: string
}

/** Answers the steps that have waited for batches which ended with these runs. */
async function countDown(tx: Tx, hot: HotStore, runs: readonly FinishedRun[]): Promise<readonly EndedChild[]> {
  const counts = new Map<number, { ended: number; failed: number; at: number }>()
  for (const { options, state, at } of runs) {
    if (options.b === undefined) continue
    const count = counts.get(options.b) ?? { ended: 0, failed: 0, at }
    counts.set(options.b, { ended: count.ended + 1, failed: count.failed + (state === 'succeeded' ? 0 : 1), at })
  }
  // In order of id, so that two workers ending runs of the same batches do not wait for each other in a circle.
  const waiters: EndedChild[] = []
  for (const [batch, { ended, failed, at }] of [...counts].toSorted(([a], [b]) => a - b)) {
    const waiter = await countDownBatch(tx, hot, batch, ended, failed, at)
    if (waiter !== undefined) waiters.push({ ...waiter, child: batch, state: 'ended', at, result: null, error: null })
  }
  return waiters
}

async function countDownBatch(
  tx: Tx,
  hot: HotStore,
  batch: number,
  ended: number,
  failed: number,
  at: number,
): Promise<StoredWaiter | undefined> {
  const row = await tx
    .updateTable('engine_batch')
    .set((eb) => ({ pending: eb('pending', '-', ended), failed: eb('failed', '+', failed) }))
    .where('id', '=', batch)
    .returning(['pending', 'callback', 'callback_run'])
    .executeTakeFirst()
  if (row === undefined || row.pending > 0 || row.callback_run !== null) return undefined
  const then: StoredCall | { readonly waiter: StoredWaiter } | null = JSON.parse(row.callback ?? 'null')
  const run = then === null || 'waiter' in then ? null : await enqueueCallback(tx, hot, then, at)
  await tx.updateTable('engine_batch').set({ finished_at: at, callback_run: run }).where('id', '=', batch).execute()
  return then !== null && 'waiter' in then ? then.waiter : undefined
}

/** Its latest start and end, and how long it waits, count from now, not from the beginning of the batch. */
async function enqueueCallback(tx: Tx, hot: HotStore, call: StoredCall, at: number): Promise<number> {
  const { d, e, r: _r, ...kept } = parseOptions(call.options)
  const later = (instant: number): number => instant + at - call.createdAt
  const options = { ...kept, ...(d === undefined ? {} : { d: later(d) }), ...(e === undefined ? {} : { e: later(e) }) }
  const text = Object.keys(options).length === 0 ? null : JSON.stringify(options)
  const [id = 0] = await hot.insert([{ ...call, options: text, createdAt: at, due: null }], tx)
  await addRows(tx, [{ id, options }])
  return id
}

/** Takes waiting runs out of wherever they wait. Answers those it found; a run claimed meanwhile is not among them. */
export async function takeWaiting(
  tx: Tx,
  ids: readonly number[],
): Promise<ReadonlyMap<number, { readonly attempt: number }>> {
  if (ids.length === 0) return new Map()
  // In the order in which runs move, so that one that moves meanwhile is met at its next place.
  const timers = await tx
    .deleteFrom('engine_timer')
    .where('id', 'in', ids)
    .where('kind', '=', 'run')
    .returning(['id', 'attempt'])
    .execute()
  const blocked = await tx.deleteFrom('engine_blocked').where('id', 'in', ids).returning(['id', 'attempt']).execute()
  const ready = await takeReady(tx, ids)
  return new Map([...timers, ...blocked, ...ready].map(({ id, attempt }) => [id, { attempt }]))
}

async function takeReady(
  tx: Tx,
  ids: readonly number[],
): Promise<readonly { readonly id: number; readonly attempt: number }[]> {
  const rows = await lockReady(tx, ids)
  if (rows.length === 0) return []
  const removed = await tx
    .deleteFrom('engine_ready')
    .where((eb) =>
      eb(
        eb.refTuple('queue', 'priority', 'vtime', 'id'),
        'in',
        rows.map(({ queue, priority, vtime, id }) => eb.tuple(queue, priority, vtime, id)),
      ),
    )
    .returning(['id', 'attempt'])
    .execute()
  return removed
}
