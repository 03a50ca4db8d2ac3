import { sql } from 'kysely'
import { AT_ITS_PLACE } from './ready.ts'
import type { StoredOptions } from './schema.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

/** A claimed run that has limits and wants to start. */
export interface Applicant {
  readonly id: number
  readonly limits: NonNullable<StoredOptions['l']>
}

/** What the gates of parked runs begin with: nobody holds slots of them. */
export const PARKING = 'job:'

/** What a decision needs to know of one gate. */
export interface GateState {
  /** The theoretical arrival time after all starts, reserved ones included … */
  arrival: number
  /** … and after those that have happened: a reserved start may come late, and then pushes the others on. */
  started: number
  held: number
  /** Where the next one is put off to, within one decision. */
  putOff: number
}

/** A slot that a run occupies or was handed (`starts_at` null), or the start its rate has reserved for it. */
export interface Hold {
  readonly run: number
  readonly key: string
  readonly starts_at: number | null
}

/** Locked in key order, so that two workers never wait for each other in a circle. */
export async function lockGates(
  tx: Tx,
  applicants: readonly Applicant[],
  keys: readonly string[],
): Promise<Map<string, GateState>> {
  const slots = new Map(
    applicants.flatMap(({ limits }) => limits.map(([key, count]) => [key, count > 0 ? count : null] as const)),
  )
  await tx
    .insertInto('engine_gate')
    .values(keys.map((key) => ({ key, slots: slots.get(key) ?? null, arrival: 0 })))
    .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ slots: eb.ref('excluded.slots') })))
    .execute()
  const rows = await lockKeys(tx, keys)
  const held = await heldSlots(tx, keys)
  return new Map(
    rows.map(({ key, arrival, started }) => [key, { arrival, started, held: held.get(key) ?? 0, putOff: 0 }]),
  )
}

async function heldSlots(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('engine_hold')
    .select(['key', ({ fn }) => fn.countAll<number>().as('held')])
    .where('key', 'in', keys)
    .where('starts_at', 'is', null)
    .groupBy('key')
    .execute()
  return new Map(rows.map(({ key, held }) => [key, Number(held)]))
}

/** What the applicants bring along: starts reserved by their rates, and slots handed to them. */
export async function takeHolds(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<string, Hold>> {
  const rows = await tx
    .deleteFrom('engine_hold')
    .where('run', 'in', ids)
    .returning(['run', 'key', 'starts_at'])
    .execute()
  return new Map(rows.map((hold) => [`${hold.run} ${hold.key}`, hold]))
}

/** Keeps slots and reservations; one that is there already stays. */
export async function writeHolds(tx: Tx, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return
  await tx
    .insertInto('engine_hold')
    .values(holds)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Keeps how far the virtual schedules have come. */
export async function writeArrivals(
  tx: Tx,
  gates: ReadonlyMap<string, GateState>,
  keys: readonly string[],
): Promise<void> {
  await tx
    .insertInto('engine_gate')
    .values(
      keys.map((key) => {
        const { arrival = 0, started = 0 } = gates.get(key) ?? {}
        return { key, slots: null, arrival, started }
      }),
    )
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => ({ arrival: eb.ref('excluded.arrival'), started: eb.ref('excluded.started') })),
    )
    .execute()
}

/** Gives back the slots and reservations of runs, and lets as many of those waiting for each slot try again. */
export async function releaseHolds(tx: Tx, runs: readonly number[]): Promise<void> {
  if (runs.length === 0) return
  const held = await tx
    .selectFrom('engine_hold')
    .select('key')
    .distinct()
    .where('run', 'in', runs)
    .orderBy('key')
    .execute()
  if (held.length === 0) return
  const keys = held.map(({ key }) => key)
  // Whoever is being refused by this gate right now has finished deciding before we look for the refused.
  await lockKeys(tx, keys)
  const freed = await tx.deleteFrom('engine_hold').where('run', 'in', runs).returning(['key', 'starts_at']).execute()
  const slots = new Map<string, number>()
  for (const { key, starts_at: startsAt } of freed) if (startsAt === null) slots.set(key, (slots.get(key) ?? 0) + 1)
  await wakeBlocked(tx, slots)
}

/**
 * Takes back the slots of runs that go back to their queues, and wakes nobody for them: they are the first in line, and
 * the sweep finds what stays free. What their rates have reserved stays theirs.
 */
export async function dropSlots(tx: Tx, runs: readonly number[]): Promise<void> {
  if (runs.length === 0) return
  await tx.deleteFrom('engine_hold').where('run', 'in', runs).where('starts_at', 'is', null).execute()
}

/**
 * Moves the first `count` runs waiting at each gate back to their queues, each with a slot of that gate. `queues`: only those
 * of these.
 */
export async function wakeBlocked(
  tx: Tx,
  slots: ReadonlyMap<string, number>,
  queues?: readonly string[],
): Promise<number> {
  if (slots.size === 0) return 0
  const among =
    queues === undefined
      ? sql``
      : sql`and exists (select 1 from engine_body b where b.id = engine_blocked.id and b.queue in (${sql.join(queues)}))`
  const firsts = [...slots].map(
    ([gate, count]) =>
      sql`select * from (
        select id, attempt, gate from engine_blocked where gate = ${gate} ${among} order by priority, vtime, id limit ${count}
      ) as first`,
  )
  const woken = await sql<{ id: number; attempt: number }>`${sql.join(firsts, sql` union all `)}`.execute(tx)
  if (woken.rows.length === 0) return 0
  const rows = await tx
    .deleteFrom('engine_blocked')
    .where(
      'id',
      'in',
      woken.rows.map(({ id }) => id),
    )
    .returning(['id', 'attempt', 'gate'])
    .execute()
  await makeReady(tx, rows)
  await writeHolds(
    tx,
    rows
      .filter(({ gate }) => !gate.startsWith(PARKING))
      .map(({ id, gate }) => ({ run: id, key: gate, starts_at: null })),
  )
  return rows.length
}

/** Puts runs back into their queues, at the place their priority and share give them. */
export async function makeReady(
  tx: Tx,
  runs: readonly { readonly id: number; readonly attempt: number }[],
): Promise<void> {
  if (runs.length === 0) return
  const list = JSON.stringify(runs.map(({ id, attempt }) => ({ id, attempt })))
  const source = isPostgres(tx)
    ? sql`select (r ->> 'id')::bigint as id, (r ->> 'attempt')::integer as attempt from jsonb_array_elements(${list}::jsonb) as r`
    : sql`select json_extract(value, '$.id') as id, json_extract(value, '$.attempt') as attempt from json_each(${list})`
  await sql`
    insert into engine_ready (queue, priority, vtime, id, attempt)
    select b.queue, b.priority, b.vtime, b.id, r.attempt from (${source}) as r join engine_body b on b.id = r.id
    where true on conflict do nothing`.execute(tx)
}

// Looks at each gate once, however many runs wait there (a loose index scan).
const GATES_WITH_WAITERS = sql<{ gate: string }>`
  with recursive g(gate) as (
    select min(gate) from engine_blocked
    union all
    select (select min(b.gate) from engine_blocked b where b.gate > g.gate) from g where g.gate is not null
  ) select gate from g where gate is not null`

/** Finds gates that have both free slots and runs waiting: a woken run may have been cancelled, or the limit raised. */
export async function sweepGates(tx: Tx): Promise<number> {
  await releaseLeaked(tx)
  const { rows } = await GATES_WITH_WAITERS.execute(tx)
  const keys = rows.map(({ gate }) => gate)
  await dropPausedSlots(tx, keys)
  return wakeFree(tx, keys)
}

/**
 * Lets parked runs go on: `gates` are those of the jobs this process knows. Only in the `queues` it works: whoever works
 * another one may not know the job either, and would park the run again each time.
 */
export async function unparkRuns(tx: Tx, gates: ReadonlySet<string>, queues: readonly string[]): Promise<number> {
  const { rows } = await GATES_WITH_WAITERS.execute(tx)
  const parked = rows.filter(({ gate }) => gates.has(gate)).map(({ gate }) => [gate, SWEEP] as const)
  return wakeBlocked(tx, new Map(parked), queues)
}

const SWEEP = 500

/** A slot of a run that has ended: its admission was committed after the run had been taken over and finished elsewhere. */
async function releaseLeaked(tx: Tx): Promise<void> {
  const leaked = await tx
    .selectFrom('engine_hold as h')
    .innerJoin('engine_done as d', 'd.id', 'h.run')
    .select('h.run')
    .distinct()
    .limit(SWEEP)
    .execute()
  await releaseHolds(
    tx,
    leaked.map(({ run }) => run),
  )
}

/** A run that was handed a slot and whose queue was paused before it could start keeps nobody else waiting. */
async function dropPausedSlots(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await sql`
    delete from engine_hold where starts_at is null and key in (${sql.join(keys)}) and run in (
      select b.id from engine_hold h join engine_body b on b.id = h.run
      join engine_queue q on q.name = b.queue and q.paused_at is not null
      join engine_ready r on ${AT_ITS_PLACE}
      where h.starts_at is null)`.execute(tx)
}

/** Lets as many of those waiting at each of these gates try again as there are free slots. */
export async function wakeFree(tx: Tx, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0
  const gates = await lockAnew(tx, keys)
  const held = await heldSlots(tx, keys)
  const free = gates.map(({ key, slots }) => [key, Math.min(SWEEP, (slots ?? SWEEP) - (held.get(key) ?? 0))] as const)
  return wakeBlocked(tx, new Map(free.filter(([, count]) => count > 0)))
}

/**
 * Locks gates at which runs wait. One may have been forgotten, as nobody was at it, after a run had been refused there and before
 * that was written down: it is made anew with one slot, and whoever passes it says how many there are.
 */
async function lockAnew(tx: Tx, keys: readonly string[]) {
  const gates = await lockKeys(tx, keys)
  const known = new Set(gates.map(({ key }) => key))
  const lost = keys.filter((key) => !known.has(key) && !key.startsWith(PARKING))
  if (lost.length === 0) return gates
  await tx
    .insertInto('engine_gate')
    .values(lost.map((key) => ({ key, slots: 1, arrival: 0 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return lockKeys(tx, keys)
}

/** Locks, in their order, every gate that these runs hold slots of, and these keys: whoever needs several must begin with it. */
export async function lockGatesOf(tx: Tx, runs: readonly number[], keys: readonly string[]): Promise<void> {
  if (!isPostgres(tx)) return
  const held =
    runs.length === 0 ? [] : await tx.selectFrom('engine_hold').select('key').where('run', 'in', runs).execute()
  const all = new Set([...keys, ...held.map(({ key }) => key)])
  if (all.size > 0) await lockKeys(tx, [...all])
}

async function lockKeys(tx: Tx, keys: readonly string[]) {
  return tx
    .selectFrom('engine_gate')
    .select(['key', 'arrival', 'started', 'slots'])
    .where('key', 'in', keys)
    .orderBy('key')
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
}
