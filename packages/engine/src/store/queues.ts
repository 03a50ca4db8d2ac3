import { sql } from 'kysely'
import type { QueueStatus } from '../engine-api.ts'
import { type Lease, readLeases } from './leases.ts'
import { chunks, type Db } from './tables.ts'

/** Every queue that is declared, paused or has runs. `running` counts what workers hold and have not ended. */
export async function readQueues(db: Db, declared: readonly string[], now: number): Promise<readonly QueueStatus[]> {
  const ready = await db
    .selectFrom('engine_ready')
    .select(['queue', ({ fn }) => fn.countAll<number>().as('runs')])
    .groupBy('queue')
    .execute()
  const oldest = await sql<{ queue: string; since: number }>`
    select b.queue, min(b.created_at) as since
    from (select queue, min(id) as id from engine_ready group by queue) r join engine_body b on b.id = r.id group by b.queue`.execute(
    db,
  )
  const scheduled = await waiting(db, 'engine_timer')
  const blocked = await waiting(db, 'engine_blocked')
  const paused = await db.selectFrom('engine_queue').selectAll().execute()
  const running = await readRunning(db)
  const counts = new Map(ready.map(({ queue, runs }) => [queue, Number(runs)]))
  const since = new Map(oldest.rows.map((row) => [row.queue, row.since]))
  const pauses = new Map(paused.map((row) => [row.name, row]))
  const names = new Set([...declared, ...counts.keys(), ...scheduled.keys(), ...blocked.keys(), ...running.keys()])
  return [...names].toSorted().map((name) => {
    const pause = pauses.get(name)
    const oldestAt = since.get(name)
    return {
      name,
      queued: counts.get(name) ?? 0,
      scheduled: scheduled.get(name) ?? 0,
      blocked: blocked.get(name) ?? 0,
      running: running.get(name) ?? 0,
      ...(oldestAt === undefined ? {} : { oldestMs: Math.max(0, now - oldestAt) }),
      ...(pause?.paused_at === null || pause === undefined
        ? {}
        : { pausedAt: pause.paused_at, pausedReason: pause.reason ?? '' }),
    }
  })
}

async function waiting(db: Db, table: 'engine_timer' | 'engine_blocked'): Promise<ReadonlyMap<string, number>> {
  const only = table === 'engine_timer' ? sql`where w.kind = 'run'` : sql``
  const { rows } = await sql<{ queue: string; runs: number }>`
    select b.queue, count(*) as runs from ${sql.table(table)} w join engine_body b on b.id = w.id ${only} group by b.queue`.execute(
    db,
  )
  return new Map(rows.map(({ queue, runs }) => [queue, Number(runs)]))
}

async function readRunning(db: Db): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { queue, ids } of await readUnended(db)) counts.set(queue, (counts.get(queue) ?? 0) + ids.length)
  return counts
}

/** The runs that each worker holds and has not ended. */
export async function readHeld(db: Db): Promise<ReadonlyMap<number, readonly number[]>> {
  const held = new Map<number, readonly number[]>()
  for (const { worker, ids } of await readUnended(db)) held.set(worker, [...(held.get(worker) ?? []), ...ids])
  return held
}

async function readUnended(db: Db): Promise<readonly Pick<Lease, 'worker' | 'queue' | 'ids'>[]> {
  const leases = await readLeases(db)
  const done = new Set<number>()
  for (const slice of chunks(leases.flatMap(({ ids }) => ids))) {
    const rows = await db.selectFrom('engine_done').select('id').where('id', 'in', slice).execute()
    for (const { id } of rows) done.add(id)
  }
  return leases.map(({ worker, queue, ids }) => ({ worker, queue, ids: ids.filter((id) => !done.has(id)) }))
}

/** Stops a queue from being claimed, in every process, at once. */
export async function pauseQueue(db: Db, name: string, reason: string, now: number): Promise<void> {
  await db
    .insertInto('engine_queue')
    .values({ name, paused_at: now, reason })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ paused_at: now, reason }))
    .execute()
}

/** Lets it be claimed again. */
export async function resumeQueue(db: Db, name: string): Promise<void> {
  await db.updateTable('engine_queue').set({ paused_at: null, reason: null }).where('name', '=', name).execute()
}

/** Whether one of these queues is paused. */
export async function anyPaused(db: Db, names: readonly string[]): Promise<boolean> {
  const query = db
    .selectFrom('engine_queue')
    .select('name')
    .where('name', 'in', names)
    .where('paused_at', 'is not', null)
  return (await query.limit(1).execute()).length > 0
}
