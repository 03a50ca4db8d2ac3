import type { Transaction } from 'kysely'
import type { BatchEnqueued, EnqueueOptions } from '../context.ts'
import { EngineError, isEngineError } from '../errors.ts'
import type { Shares } from '../queue/shares.ts'
import { addRows, createBatch, writeCallback } from '../store/beside.ts'
import type { Database } from '../store/database.ts'
import type { StoredCall } from '../store/finish.ts'
import type { HotStore, NewRun } from '../store/hot.ts'
import { connectionOf } from '../store/open.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import { addStarters, holdKeys, postpone, replaceInput, takeKey } from '../store/unique.ts'
import type { AnyJob, JobCall } from './job.ts'
import { type PreparedRun, type PrepareGround, prepareRun } from './prepare.ts'
import type { Enqueued } from './run.ts'

// More than these nobody reads in one message; the issues have all.
const TOLD = 10

/** What enqueueing works on. */
export interface EnqueueGround {
  readonly database: Database
  readonly hot: HotStore
  readonly shares: Shares
  /** Everything but the batch. */
  readonly prepare: () => PrepareGround
  /** Told once runs are durable: which queues have work, and the earliest future start. */
  readonly enqueued: (runs: readonly NewRun[]) => void
}

/** Checks all calls first, then stores all runs in one commit; inside `tx` when given. */
export async function enqueueCalls<DB>(
  ground: EnqueueGround,
  calls: readonly { readonly job: AnyJob; readonly input: unknown }[],
  options: EnqueueOptions | undefined,
  tx?: Transaction<DB>,
): Promise<readonly Enqueued[]> {
  const place = ground.prepare()
  const prepared = prepareCalls(calls, ({ job, input }) => prepareRun(place, job, input, options))
  return storePrepared(ground, await ground.shares.assign(prepared, tx), tx)
}

/** As {@link enqueueCalls}, with a batch around the runs and a callback at its end. */
export async function enqueueBatch<DB>(
  ground: EnqueueGround,
  calls: readonly JobCall[],
  options: (EnqueueOptions & { readonly then?: JobCall }) | undefined,
  tx?: Transaction<DB>,
): Promise<BatchEnqueued> {
  if (calls.length === 0)
    throw new EngineError('BATCH_EMPTY', 'a batch needs at least one call: its end would never come')
  const place = ground.prepare()
  const unique = calls.find(({ job }) => job.definition.unique !== undefined || job.definition.debounce !== undefined)
  if (unique !== undefined)
    throw new EngineError(
      'JOB_INVALID',
      `the unique job ${unique.job.name} cannot be part of a batch: a run that is there already belongs to somebody else`,
    )
  const { then: callback, ...rest } = options ?? {}
  const prepareAll = (batchId: number) =>
    prepareCalls(calls, ({ job, input }) => prepareRun({ ...place, batchId }, job, input, rest))
  const prepareCallback = (closesBatchId: number, { job, input }: JobCall) =>
    prepareRun({ ...place, closesBatchId }, job, input, callOptions(rest))
  // Everything is checked before a transaction is begun.
  prepareAll(0)
  if (callback !== undefined) prepareCallback(0, callback)
  return inTransaction(ground, tx, async (own) => {
    const batchId = await createBatch(own, calls.length, rest.org ?? place.org, place.now)
    // What follows takes its share now, behind the batch it belongs to, whoever ends the last of its runs.
    const follower = callback === undefined ? [] : [prepareCallback(batchId, callback)]
    const placed = await ground.shares.assign([...prepareAll(batchId), ...follower], own)
    for (const call of placed.slice(calls.length)) await writeCallback(own, batchId, storedCall(call))
    const runs = await storePrepared(ground, placed.slice(0, calls.length), own)
    return { batchId, ids: runs.map(({ id }) => id) }
  })
}

/** Prepares all calls. Of several, those whose inputs are not valid are told together, each with its place among them. */
function prepareCalls<Call>(calls: readonly Call[], prepare: (call: Call) => PreparedRun): readonly PreparedRun[] {
  if (calls.length === 1) return calls.map(prepare)
  const refused: { readonly place: string; readonly error: EngineError }[] = []
  const prepared = calls.flatMap((call, index) => {
    try {
      return prepare(call)
    } catch (error) {
      if (!isEngineError(error, 'PAYLOAD_INVALID')) throw error
      refused.push({ place: `calls.${index}`, error })
      return []
    }
  })
  const [first] = refused
  if (first === undefined) return prepared
  const told = refused.slice(0, TOLD).map(({ place, error }) => `${place}: ${error.message}`)
  const more = refused.length > TOLD ? `; and ${refused.length - TOLD} more calls` : ''
  // Whole places: an issue that named a field alone would be taken for one of whatever the caller was given itself.
  const issues = refused.flatMap(({ place, error }) =>
    error.issues.map((issue) => ({
      ...issue,
      path: [place, 'input', issue.path].filter((part) => part !== '').join('.'),
    })),
  )
  throw new EngineError('PAYLOAD_INVALID', `${told.join('; ')}${more}`, { issues, cause: first.error })
}

/** What follows a batch belongs to it, but it is due when it is due, in the queue of its own job. */
function callOptions({ org, tags, startedBy }: EnqueueOptions): EnqueueOptions {
  return {
    ...(org === undefined ? {} : { org }),
    ...(tags === undefined ? {} : { tags }),
    ...(startedBy === undefined ? {} : { startedBy }),
  }
}

function storedCall({ run: { due: _due, ...call } }: PreparedRun): StoredCall {
  return call
}

/** Stores checked runs, inside `tx` when given. Their shares are assigned already. */
export async function storePrepared<DB>(
  ground: EnqueueGround,
  prepared: readonly PreparedRun[],
  tx?: Transaction<DB>,
): Promise<readonly Enqueued[]> {
  const plain = prepared.every(
    ({ unique, options }) =>
      unique === undefined && options.t === undefined && options.e === undefined && options.d === undefined,
  )
  if (!plain) return inTransaction(ground, tx, (own) => storeOneByOne(ground, own, prepared))
  const runs = prepared.map(({ run }) => run)
  if (tx !== undefined) (await connectionOf(tx)).afterCommit(() => ground.enqueued(runs))
  const ids = await ground.hot.insert(runs, tx)
  if (tx === undefined) ground.enqueued(runs)
  return ids.map((id) => ({ id, duplicate: false }))
}

/**
 * Unique keys are taken one after the other, because the same key may occur twice in one call, and in the order of the
 * keys, so that two callers never wait for each other in a circle.
 */
async function storeOneByOne(
  ground: EnqueueGround,
  tx: Tx,
  given: readonly PreparedRun[],
): Promise<readonly Enqueued[]> {
  const prepared = [...given]
  const holders: (number | undefined)[] = []
  const places = new Map<string, number>()
  const keyOf = ({ unique }: PreparedRun): string => unique?.key ?? ''
  const inOrder = [...given.entries()].toSorted(([a, one], [b, other]) =>
    keyOf(one) === keyOf(other) ? a - b : keyOf(one) < keyOf(other) ? -1 : 1,
  )
  for (const [index, run] of inOrder) holders[index] = await resolveConflict(tx, run, places, index, prepared)
  const fresh = prepared.filter((_, index) => holders[index] === undefined)
  const ids =
    fresh.length === 0
      ? []
      : await ground.hot.insert(
          fresh.map(({ run }) => run),
          tx,
        )
  const stored = fresh.map((run, index) => ({ ...run, id: ids[index] ?? 0 }))
  await holdKeys(
    tx,
    stored.flatMap(({ unique, id }) => (unique === undefined ? [] : [{ key: unique.key, run: id }])),
  )
  await addRows(tx, stored)
  const connection = await connectionOf(tx)
  connection.afterCommit(() => ground.enqueued(fresh.map(({ run }) => run)))
  const idOf = new Map(fresh.map((run, index) => [run, ids[index] ?? 0]))
  return prepared.map((run, index) => {
    const holder = holders[index]
    if (holder === undefined) return { id: idOf.get(run) ?? 0, duplicate: false }
    return { id: holder < 0 ? (idOf.get(prepared[-holder - 1] ?? run) ?? 0) : holder, duplicate: true }
  })
}

/** The run that holds the key already (as `-index - 1` when it is one of this very call), or undefined when the key is now ours. */
async function resolveConflict(
  tx: Tx,
  { known, run, unique, options }: PreparedRun,
  places: Map<string, number>,
  index: number,
  prepared: PreparedRun[],
): Promise<number | undefined> {
  if (unique === undefined) return undefined
  const holder = await takeKey(tx, unique.key, unique.until, run.createdAt)
  const sibling = places.get(unique.key)
  if (holder === undefined) places.set(unique.key, index)
  if (holder === undefined) return undefined
  if (unique.onConflict === 'refuse') throw uniqueConflict(known.name, sibling === undefined ? holder : undefined)
  const first = sibling === undefined ? undefined : prepared[sibling]
  if (sibling !== undefined && first !== undefined) {
    if (unique.onConflict === 'replace') prepared[sibling] = { ...first, run: { ...first.run, payload: run.payload } }
    return -sibling - 1
  }
  if (options.by !== undefined) await addStarters(tx, holder, options.by)
  const replaced = unique.onConflict === 'replace' && (await replaceInput(tx, holder, run.payload))
  // Claimed but not started: the key is given back at the start, which this call is ahead of. It is a new run's now.
  if (!replaced && unique.onConflict === 'replace' && options.us === true) {
    places.set(unique.key, index)
    return undefined
  }
  if (replaced && known.debounce !== undefined)
    await postpone(tx, holder, run.createdAt + known.debounce.waitMs, known.debounce.maxMs)
  return holder
}

function uniqueConflict(name: string, holder: number | undefined): EngineError {
  if (holder === undefined)
    return new EngineError('UNIQUE_CONFLICT', `two runs of ${name} in one call have the same key`)
  const message = `a run of ${name} with the same key is there already: run ${holder}`
  return new EngineError('UNIQUE_CONFLICT', message, { runId: holder })
}

async function inTransaction<T, DB>(
  ground: EnqueueGround,
  tx: Transaction<DB> | undefined,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  // The caller's transaction knows his tables; the engine's are in the same database.
  if (tx !== undefined) return work(tx as unknown as Tx)
  return ground.database.transaction<T, EngineTables>(work)
}
