import { sql } from 'kysely'
import type { StoredOptions } from './schema.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

/** A claimed run that has limits and wants to start. */
export interface Applicant {
  readonly id: number
  readonly limits: NonNullable<StoredOptions['l']>
}

/** May start now; must wait for a slot of `gate`; or may start at `due`, which its rate has reserved. */
export type Admission =
  | { readonly id: number; readonly kind: 'start' }
  | { readonly id: number; readonly kind: 'blocked'; readonly gate: string }
  | { readonly id: number; readonly kind: 'postponed'; readonly due: number }

/** What the gates of parked runs begin with: nobody holds slots of them. */
export const PARKING = 'job:'

interface GateState {
  arrival: number
  held: number
}

// A reserved start is honoured this late; later it must be reserved again, or a stopped worker's backlog would start at once.
const RESERVATION_MS = 1_000

interface Hold {
  readonly run: number
  readonly key: string
  readonly starts_at: number | null
}

/**
 * Decides, in the order given, who of these runs may start. Concurrency is counted in rows of `engine_hold`, so that a
 * crash cannot leave a counter wrong. Rates follow the generic cell rate algorithm (ITU-T I.371, as a virtual schedule): a
 * run that comes too early is given the instant at which it conforms. A run that was woken at a gate comes with the slot
 * it was handed, so that nobody overtakes it on its way; when something else keeps it waiting, it hands the slot on.
 * `lines` are gates where runs of this process are about to wait: whoever comes later goes behind them.
 */
export async function admit(
  tx: Tx,
  applicants: readonly Applicant[],
  now: number,
  lines: ReadonlySet<string>,
): Promise<readonly Admission[]> {
  const keys = [...new Set(applicants.flatMap(({ limits }) => limits.map(([key]) => key)))].toSorted()
  const gates = await lockGates(tx, applicants, keys)
  const brought = await takeHolds(
    tx,
    applicants.map(({ id }) => id),
  )
  const closed = new Set(lines)
  const verdicts = applicants.map((applicant) => judge(applicant, { gates, brought, closed, now }))
  const holds = verdicts.flatMap((verdict) => verdict.holds)
  await writeHolds(tx, holds)
  await writeArrivals(tx, gates, keys)
  await wakeBlocked(tx, countKeys(verdicts.flatMap(({ freed }) => freed)))
  return verdicts.map(({ admission }) => admission)
}

interface Verdict {
  readonly admission: Admission
  readonly holds: readonly Hold[]
  /** Gates whose slot it was handed and cannot use. */
  readonly freed: readonly string[]
}

interface Court {
  readonly gates: ReadonlyMap<string, GateState>
  readonly brought: ReadonlyMap<string, Hold>
  /** Gates with a line that has no slot of its own yet. */
  readonly closed: Set<string>
  readonly now: number
}

function judge({ id, limits }: Applicant, { gates, brought, closed, now }: Court): Verdict {
  const gateOf = (key: string): GateState => gates.get(key) ?? { arrival: 0, held: 0 }
  const own = limits.filter(([key, slots]) => slots > 0 && brought.get(`${id} ${key}`)?.starts_at === null)
  for (const [key] of own) gateOf(key).held--
  const freed = own.map(([key]) => key)
  const isOpen = (key: string, slots: number): boolean =>
    gateOf(key).held < slots && (freed.includes(key) || !closed.has(key))
  const full = limits.find(([key, slots]) => slots > 0 && !isOpen(key, slots))?.[0]
  if (full !== undefined) {
    for (const key of [full, ...freed]) closed.add(key)
    // At the gate that is full nobody else could use the slot either: its limit was lowered.
    return { admission: { id, kind: 'blocked', gate: full }, holds: [], freed: freed.filter((key) => key !== full) }
  }
  const rates = limits.filter(([, , intervalMs]) => intervalMs > 0)
  const isReserved = (key: string): boolean =>
    now - (brought.get(`${id} ${key}`)?.starts_at ?? Number.NEGATIVE_INFINITY) <= RESERVATION_MS
  const starts = rates
    .filter(([key]) => !isReserved(key))
    .map(([key, , intervalMs, burst]) => ({ key, startsAt: Math.ceil(reserve(gateOf(key), intervalMs, burst, now)) }))
  const due = Math.max(now, ...starts.map(({ startsAt }) => startsAt))
  if (due > now) {
    const reservations = rates.map(([key]) => ({ run: id, key, starts_at: due }))
    return { admission: { id, kind: 'postponed', due }, holds: reservations, freed }
  }
  const occupied = limits.filter(([, slots]) => slots > 0)
  for (const [key] of occupied) gateOf(key).held++
  return {
    admission: { id, kind: 'start' },
    holds: occupied.map(([key]) => ({ run: id, key, starts_at: null })),
    freed: [],
  }
}

function countKeys(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Takes the next place in the virtual schedule; answers the instant at which it conforms. */
function reserve(gate: GateState, intervalMs: number, burst: number, now: number): number {
  const startsAt = Math.max(now, gate.arrival - (burst - 1) * intervalMs)
  gate.arrival = Math.max(now, gate.arrival) + intervalMs
  return startsAt
}

/** Locked in key order, so that two workers never wait for each other in a circle. */
async function lockGates(
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
  return new Map(rows.map(({ key, arrival }) => [key, { arrival, held: held.get(key) ?? 0 }]))
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
async function takeHolds(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<string, Hold>> {
  const rows = await tx
    .deleteFrom('engine_hold')
    .where('run', 'in', ids)
    .returning(['run', 'key', 'starts_at'])
    .execute()
  return new Map(rows.map((hold) => [`${hold.run} ${hold.key}`, hold]))
}

async function writeHolds(tx: Tx, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return
  await tx
    .insertInto('engine_hold')
    .values(holds)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function writeArrivals(tx: Tx, gates: ReadonlyMap<string, GateState>, keys: readonly string[]): Promise<void> {
  await tx
    .insertInto('engine_gate')
    .values(keys.map((key) => ({ key, slots: null, arrival: gates.get(key)?.arrival ?? 0 })))
    .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ arrival: eb.ref('excluded.arrival') })))
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

/** Moves the first `count` runs waiting at each gate back to their queues, each with a slot of that gate. */
async function wakeBlocked(tx: Tx, slots: ReadonlyMap<string, number>): Promise<number> {
  if (slots.size === 0) return 0
  const firsts = [...slots].map(
    ([gate, count]) =>
      sql`select * from (
        select id, attempt, gate from engine_blocked where gate = ${gate} order by priority, vtime, id limit ${count}
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

/**
 * Finds gates that have both free slots and runs waiting: a woken run may have been cancelled, or the limit raised.
 * `parkedFor` are the gates of jobs this process knows, whose parked runs may go on.
 */
export async function sweepGates(tx: Tx, parkedFor: ReadonlySet<string>): Promise<number> {
  const { rows } = await GATES_WITH_WAITERS.execute(tx)
  const keys = rows.map(({ gate }) => gate)
  const parked = keys.filter((key) => parkedFor.has(key)).map((key) => [key, SWEEP] as const)
  return (await wakeBlocked(tx, new Map(parked))) + (await wakeFree(tx, keys))
}

const SWEEP = 500

/** Lets as many of those waiting at each of these gates try again as there are free slots. */
export async function wakeFree(tx: Tx, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0
  const gates = await lockKeys(tx, keys)
  const held = await heldSlots(tx, keys)
  const free = gates.map(({ key, slots }) => [key, Math.min(SWEEP, (slots ?? SWEEP) - (held.get(key) ?? 0))] as const)
  return wakeBlocked(tx, new Map(free.filter(([, count]) => count > 0)))
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
    .select(['key', 'arrival', 'slots'])
    .where('key', 'in', keys)
    .orderBy('key')
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
}
