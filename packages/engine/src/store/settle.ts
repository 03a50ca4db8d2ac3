import { EngineError } from '../errors.ts'
import { type FailedAttempt, recordAttempts } from './attempts.ts'
import { lockAgainstCancel, readCancels } from './cancels.ts'
import { endRuns, type FinishedRun } from './finish.ts'
import { dropSlots, lockGatesOf, makeReady, releaseHolds, wakeFree } from './gates.ts'
import type { HotStore } from './hot.ts'
import { type LeaseRest, readLeases, writeLeases } from './leases.ts'
import { cancelRuns } from './run-changes.ts'
import { isPostgres, type Tx } from './tables.ts'
import { type Continuation, endingAmong, moveWorkflows, type Suspension } from './workflows.ts'

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
  /** Those of them that give their slots back: nobody knows when they are claimed again. */
  readonly emptyHanded: readonly number[]
  readonly blocked: readonly BlockedRun[]
  readonly suspended: readonly Suspension[]
  readonly continued: readonly Continuation[]
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
  const { epoch, leases } = settlement
  await fence(tx, epoch)
  const held = await stillHeld(tx, settlement)
  const { finished, attempts, delayed, returned, postponed, blocked, suspended, continued } = held
  const moved = [...delayed, ...returned, ...postponed, ...blocked, ...suspended, ...continued].map(({ id }) => id)
  const gates = [...new Set(blocked.map(({ gate }) => gate))]
  const limited = finished.filter(({ options }) => options.l !== undefined).map(({ id }) => id)
  await lockGatesOf(tx, [...limited, ...moved], gates)
  await releaseHolds(
    tx,
    [...delayed, ...blocked].map(({ id }) => id),
  )
  await dropSlots(tx, settlement.emptyHanded)
  // Into the line before others end, so that a slot given back in this same settlement finds them there.
  await block(tx, blocked)
  const { parents } = await endRuns(tx, hot, finished)
  await delay(tx, [...delayed, ...postponed])
  await makeReady(tx, returned)
  // Before the workflows' own rows, as whoever cancels does.
  await lockAgainstCancel(tx, moved, 'mover')
  await moveWorkflows(tx, { woken: parents, suspended, continued })
  await wakeFree(tx, gates)
  await recordAttempts(tx, attempts)
  await writeLeases(tx, leases, epoch)
  await cancelMoved(tx, hot, moved, settlement.at)
}

async function delay(tx: Tx, runs: readonly DelayedRun[]): Promise<void> {
  if (runs.length === 0) return
  await tx
    .insertInto('engine_timer')
    .values(runs.map(({ id, attempt, due }) => ({ id, attempt, due, kind: 'run' as const })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function block(tx: Tx, runs: readonly BlockedRun[]): Promise<void> {
  if (runs.length === 0) return
  await tx
    .insertInto('engine_blocked')
    .values(runs)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Runs that somebody wants to stop wait for nothing any more: they heard of it too late, or were never started. A workflow
 * that is ending has heard, and waits for its children or for its next try to undo a step: woken now, it would come back at
 * once, again and again.
 */
async function cancelMoved(tx: Tx, hot: HotStore, runs: readonly number[], at: number): Promise<void> {
  if (runs.length === 0) return
  const cancels = await readCancels(tx, runs)
  if (cancels.length === 0) return
  const ending = await endingAmong(
    tx,
    cancels.map(({ run }) => run),
  )
  const unheard = cancels.filter(({ run }) => !ending.has(run))
  const requests = Map.groupBy(unheard, ({ reason }) => reason)
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

type Held = Omit<Settlement, 'epoch' | 'at' | 'emptyHanded' | 'leases'>
const NO_MOVES = { delayed: [], returned: [], postponed: [], blocked: [], suspended: [], continued: [] } as const

/**
 * What of a settlement is about runs that its leases still cover and that have not ended. After a lost answer the same
 * settlement is written again; a run whose `ctx.complete` did commit comes back as failed, and may have been retried in
 * between: none may run twice, and the end of one life is not that of the next. A success needs no such look: only its own
 * worker can have ended it.
 */
async function stillHeld(
  tx: Tx,
  { epoch, at: _at, leases: rests, emptyHanded: _slots, ...given }: Settlement,
): Promise<Held> {
  const { finished, attempts, delayed, returned, postponed, blocked, suspended, continued } = given
  const moving = [...delayed, ...returned, ...postponed, ...blocked, ...suspended, ...continued].map(({ id }) => id)
  const failing = finished.filter(({ state }) => state !== 'succeeded').map(({ id }) => id)
  if (moving.length + failing.length === 0) return { finished, attempts, ...NO_MOVES }
  const touched = new Set(rests.map(({ id }) => id))
  const leases = await readLeases(tx, [epoch])
  const ended = await tx
    .selectFrom('engine_done')
    .select('id')
    .where('id', 'in', [...moving, ...failing])
    .execute()
  const over = new Set(ended.map(({ id }) => id))
  const covered = (some: typeof leases) => new Set(some.flatMap(({ ids }) => ids).filter((id) => !over.has(id)))
  // A lease that only ends runs is not written again, so it need not be among the rests.
  const [leased, held] = [covered(leases), covered(leases.filter(({ id }) => touched.has(id)))]
  const isHeld = ({ id }: { readonly id: number }): boolean => held.has(id)
  const past = new Set(failing.filter((id) => !leased.has(id)))
  return {
    finished: finished.filter(({ id }) => !past.has(id)),
    attempts: attempts.filter(({ run }) => !past.has(run)),
    delayed: delayed.filter(isHeld),
    returned: returned.filter(isHeld),
    postponed: postponed.filter(isHeld),
    blocked: blocked.filter(isHeld),
    suspended: suspended.filter(isHeld),
    continued: continued.filter(isHeld),
  }
}
