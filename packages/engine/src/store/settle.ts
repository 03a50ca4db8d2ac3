import { EngineError } from '../errors.ts'
import { lockAgainstCancel, readCancels } from './cancels.ts'
import { type FinishedRun, finishRuns } from './finish.ts'
import { makeReady, releaseHolds } from './gates.ts'
import type { HotStore } from './hot.ts'
import { type LeaseRest, readLeases, writeLeases } from './leases.ts'
import { cancelRuns } from './run-changes.ts'
import { isPostgres, type Tx } from './tables.ts'

/** A run's next attempt, and when. */
export interface DelayedRun {
  readonly id: number
  readonly attempt: number
  readonly due: number
}

/** Where a run waits for a gate. */
export interface BlockedRun {
  readonly id: number
  readonly attempt: number
  readonly gate: string
  readonly priority: number
  readonly vtime: number
}

/** One attempt that did not succeed. */
export interface FailedAttempt {
  readonly run: number
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt: number
  /** JSON of a `StoredError`. */
  readonly error: string
}

/** Everything a worker has to write about runs that did not simply succeed. */
export interface Settlement {
  readonly epoch: number
  /** The latest instant of what is written. */
  readonly at: number
  readonly finished: readonly FinishedRun[]
  readonly delayed: readonly DelayedRun[]
  /** Their rate has reserved them a later start; the reservation is kept. */
  readonly postponed: readonly DelayedRun[]
  /** Back into their queues with the attempt they had: they were not started, or interrupted by a stop. */
  readonly returned: readonly { readonly id: number; readonly attempt: number }[]
  readonly blocked: readonly BlockedRun[]
  readonly attempts: readonly FailedAttempt[]
  readonly leases: readonly LeaseRest[]
}

/** Refuses what a worker wants to write when it was declared dead: somebody else has its runs. Throws `LEASE_LOST`. */
export async function fence(tx: Tx, epoch: number): Promise<void> {
  const row = await tx
    .selectFrom('engine_worker')
    .select('epoch')
    .where('epoch', '=', epoch)
    .$if(isPostgres(tx), (query) => query.forKeyShare())
    .executeTakeFirst()
  if (row !== undefined) return
  throw new EngineError(
    'LEASE_LOST',
    `worker ${epoch} was silent for too long and its runs were taken over: what it still wanted to write was refused`,
  )
}

/** Writes a settlement in the open transaction, behind the fence. */
export async function settle(tx: Tx, hot: HotStore, settlement: Settlement): Promise<void> {
  const { epoch, finished, blocked, attempts, leases } = settlement
  await fence(tx, epoch)
  const moving = [...settlement.delayed, ...settlement.returned, ...settlement.postponed, ...blocked].map(
    ({ id }) => id,
  )
  const held = await heldRuns(tx, leases, epoch, moving)
  const [delayed, returned] = [
    settlement.delayed.filter(({ id }) => held.has(id)),
    settlement.returned.filter(({ id }) => held.has(id)),
  ]
  const postponed = settlement.postponed.filter(({ id }) => held.has(id))
  await finishRuns(tx, hot, finished)
  const waiting = blocked.filter(({ id }) => held.has(id))
  await releaseHolds(
    tx,
    [...delayed, ...returned, ...waiting].map(({ id }) => id),
  )
  if (delayed.length + postponed.length > 0) {
    const timers = [...delayed, ...postponed].map(({ id, attempt, due }) => ({
      id,
      attempt,
      due,
      kind: 'run' as const,
    }))
    await tx
      .insertInto('engine_timer')
      .values(timers)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  await makeReady(tx, returned)
  if (waiting.length > 0)
    await tx
      .insertInto('engine_blocked')
      .values(waiting)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  await recordAttempts(tx, attempts)
  await writeLeases(tx, leases)
  await cancelMoved(
    tx,
    hot,
    moving.filter((id) => held.has(id)),
    settlement.at,
  )
}

/** Runs that somebody wants to stop wait for nothing any more: they heard of it too late, or were never started. */
async function cancelMoved(tx: Tx, hot: HotStore, runs: readonly number[], at: number): Promise<void> {
  if (runs.length === 0) return
  await lockAgainstCancel(tx, runs, 'mover')
  const requests = Map.groupBy(await readCancels(tx, runs), ({ reason }) => reason)
  for (const [reason, asked] of requests) {
    await cancelRuns(
      tx,
      hot,
      asked.map(({ run }) => run),
      reason,
      at,
    )
  }
}

/**
 * The runs a settlement may move: its leases still cover them and they have not ended. After a lost answer the same
 * settlement is written again, or a run whose `ctx.complete` did commit comes back as failed; neither may run twice.
 */
async function heldRuns(
  tx: Tx,
  rests: readonly LeaseRest[],
  epoch: number,
  moving: readonly number[],
): Promise<ReadonlySet<number>> {
  if (rests.length === 0 || moving.length === 0) return new Set()
  const touched = new Set(rests.map(({ id }) => id))
  const leases = await readLeases(tx, [epoch])
  const held = new Set(leases.filter(({ id }) => touched.has(id)).flatMap(({ ids }) => ids))
  const ended = await tx.selectFrom('engine_done').select('id').where('id', 'in', moving).execute()
  for (const { id } of ended) held.delete(id)
  return held
}

/** Keeps what went wrong with each attempt. */
export async function recordAttempts(tx: Tx, attempts: readonly FailedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const rows = attempts.map(({ run, attempt, startedAt, endedAt, error }) => {
    return { run, attempt, started_at: startedAt, ended_at: endedAt, error }
  })
  await tx
    .insertInto('engine_attempt')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
