import type { WorkerVitals } from '../queue/vitals.ts'
import { type FailedAttempt, recordAttempts } from './attempts.ts'
import { makeReady, releaseHolds } from './gates.ts'
import { type Lease, readLeases } from './leases.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** A registered worker process. */
export interface WorkerRow {
  readonly epoch: number
  readonly name: string
  readonly queues: readonly string[]
  readonly startedAt: number
  readonly beatAt: number
  /** Since when it takes nothing new. */
  readonly drainingAt?: number
  readonly vitals?: WorkerVitals
}

/** Registers a worker and answers its epoch: its fencing number, never used again. */
export async function registerWorker(db: Db, name: string, queues: readonly string[], now: number): Promise<number> {
  const row = await db
    .insertInto('engine_worker')
    .values({ name, queues: JSON.stringify(queues), started_at: now, beat_at: now })
    .returning('epoch')
    .executeTakeFirstOrThrow()
  return row.epoch
}

/** Says that a worker lives. False when it was declared dead. */
export async function beatWorker(db: Db, epoch: number, now: number): Promise<boolean> {
  const row = await db
    .updateTable('engine_worker')
    .set({ beat_at: now })
    .where('epoch', '=', epoch)
    .returning('epoch')
    .executeTakeFirst()
  return row !== undefined
}

/** Every registered worker, oldest first. */
export async function listWorkers(db: Db): Promise<readonly WorkerRow[]> {
  const rows = await db.selectFrom('engine_worker').selectAll().orderBy('epoch').execute()
  return rows.map((row) => ({
    epoch: row.epoch,
    name: row.name,
    queues: JSON.parse(row.queues),
    startedAt: row.started_at,
    beatAt: row.beat_at,
    ...(row.draining_at === null ? {} : { drainingAt: row.draining_at }),
    ...(row.vitals === null ? {} : { vitals: JSON.parse(row.vitals) }),
  }))
}

/** Lets a worker take nothing new from an instant on, or take again. False when there is no such worker. */
export async function setDraining(db: Db, epoch: number, since: number | null): Promise<boolean> {
  const row = await db
    .updateTable('engine_worker')
    .set(({ eb, fn, val }) => ({
      draining_at: since === null ? null : fn.coalesce(eb.ref('draining_at'), val(since)),
    }))
    .where('epoch', '=', epoch)
    .returning('epoch')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a worker is to take nothing new; undefined when there is no such worker. */
export async function readDraining(db: Db, epoch: number): Promise<boolean | undefined> {
  const row = await db.selectFrom('engine_worker').select('draining_at').where('epoch', '=', epoch).executeTakeFirst()
  return row && row.draining_at !== null
}

/** Keeps what a worker tells of itself. */
export async function writeVitals(db: Db, epoch: number, vitals: WorkerVitals): Promise<void> {
  await db
    .updateTable('engine_worker')
    .set({ vitals: JSON.stringify(vitals) })
    .where('epoch', '=', epoch)
    .execute()
}

/** How workers leave. */
export interface Burial {
  /** They signed off themselves: their runs keep their attempt. */
  readonly interrupted?: boolean
  /** Only those whose row was not written since: one may have come back to life meanwhile. */
  readonly silentSince?: number
}

/**
 * Declares workers dead: their rows go first, which fences whatever they still want to write, then everything they had
 * claimed and not ended returns to its queue as the next attempt. Answers the runs taken over.
 */
export async function buryWorkers(
  tx: Tx,
  epochs: readonly number[],
  now: number,
  { interrupted = false, silentSince }: Burial = {},
): Promise<readonly number[]> {
  const gone = await tx
    .deleteFrom('engine_worker')
    .where('epoch', 'in', epochs)
    .$if(silentSince !== undefined, (query) =>
      query.where(({ eb, or }) => or([eb('beat_at', '<=', silentSince ?? 0), eb('beat_at', '>', now)])),
    )
    .returning('epoch')
    .execute()
  if (gone.length === 0) return []
  const workers = gone.map(({ epoch }) => epoch)
  const leases = await readLeases(tx, workers)
  const orphans = await unfinished(tx, leases)
  await releaseHolds(
    tx,
    orphans.map(({ id }) => id),
  )
  await makeReady(
    tx,
    orphans.map(({ id, attempt }) => ({ id, attempt: interrupted ? attempt : attempt + 1 })),
  )
  if (!interrupted)
    await recordAttempts(
      tx,
      orphans.map((orphan) => lostAttempt(orphan, now)),
    )
  await tx.deleteFrom('engine_lease').where('worker', 'in', workers).execute()
  return orphans.map(({ id }) => id)
}

/**
 * Gives back what a claim whose answer was lost had put under leases that this worker does not know. Answers the leases it
 * has; undefined when it was declared dead.
 */
export async function returnUnknownLeases(
  tx: Tx,
  epoch: number,
  knows: (lease: number) => boolean,
): Promise<ReadonlySet<number> | undefined> {
  const alive = await tx
    .selectFrom('engine_worker')
    .select('epoch')
    .where('epoch', '=', epoch)
    .$if(isPostgres(tx), (query) => query.forKeyShare())
    .executeTakeFirst()
  if (alive === undefined) return undefined
  const leases = await readLeases(tx, [epoch])
  const unknown = leases.filter(({ id }) => !knows(id))
  if (unknown.length > 0) {
    const orphans = await unfinished(tx, unknown)
    await makeReady(tx, orphans)
    const ids = unknown.map(({ id }) => id)
    await tx.deleteFrom('engine_lease').where('id', 'in', ids).execute()
  }
  return new Set(leases.map(({ id }) => id))
}

interface Orphan {
  readonly id: number
  readonly attempt: number
  readonly claimedAt: number
  readonly worker: number
}

async function unfinished(tx: Tx, leases: readonly Lease[]): Promise<readonly Orphan[]> {
  const done = new Set<number>()
  for (const slice of chunks(leases.flatMap(({ ids }) => ids))) {
    const rows = await tx.selectFrom('engine_done').select('id').where('id', 'in', slice).execute()
    for (const { id } of rows) done.add(id)
  }
  return leases.flatMap(({ ids, attempts, claimedAt, worker }) =>
    ids.flatMap((id, index) => (done.has(id) ? [] : [{ id, attempt: attempts[index] ?? 1, claimedAt, worker }])),
  )
}

function lostAttempt({ id, attempt, claimedAt, worker }: Orphan, now: number): FailedAttempt {
  const error = JSON.stringify({
    code: 'WORKER_LOST',
    message: `worker ${worker} died or was silent for too long while it had this run`,
  })
  return { run: id, attempt, startedAt: claimedAt, endedAt: now, error }
}
