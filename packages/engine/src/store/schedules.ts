import { sql } from 'kysely'
import type { SlotQuery } from '../engine-api.ts'
import { AT_ITS_PLACE } from './ready.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

/** What is written of a declared schedule at boot. */
export interface ScheduleDeclaration {
  readonly name: string
  readonly org: string
  readonly job: string
  readonly spec: string
  readonly payload: string
  readonly nextSlot: number | null
}

/** A schedule's row, as the scheduler works on it. */
export interface ScheduleRow {
  readonly name: string
  readonly org: string
  readonly job: string
  readonly spec: string
  readonly declared: number
  readonly paused_at: number | null
  readonly reason: string | null
  readonly next_slot: number | null
  readonly last_slot: number | null
  readonly created_at: number
}

/**
 * Makes the table say what the code says. A changed timetable is planned anew from now; a schedule the code no longer has
 * stays, with its history, but fires no more: when the list is `complete`.
 */
export async function declareSchedules(
  tx: Tx,
  declarations: readonly ScheduleDeclaration[],
  now: number,
  complete: boolean,
): Promise<void> {
  if (complete) await strikeOut(tx, declarations)
  if (declarations.length === 0) return
  const same = sql<boolean>`engine_schedule.spec = excluded.spec`
  const known = sql<boolean>`(engine_schedule.declared = 1 and ${same})`
  // Other code struck it out while this process was firing it: what fell due meanwhile is looked at, not skipped.
  const struckOut = complete ? sql<boolean>`1 = 0` : sql<boolean>`(engine_schedule.declared = 0 and ${same})`
  await tx
    .insertInto('engine_schedule')
    .values(
      declarations.map(({ name, org, job, spec, payload, nextSlot }) => {
        return {
          name,
          org,
          job,
          spec,
          payload,
          declared: 1,
          paused_at: null,
          next_slot: nextSlot,
          last_slot: null,
          last_run: null,
          created_at: now,
        }
      }),
    )
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        org: eb.ref('excluded.org'),
        job: eb.ref('excluded.job'),
        payload: eb.ref('excluded.payload'),
        next_slot: sql<number>`case when ${known} then engine_schedule.next_slot when ${struckOut} then ${now} else excluded.next_slot end`,
        last_slot: sql<number>`case when ${known} or ${struckOut} then engine_schedule.last_slot else ${now} end`,
        spec: eb.ref('excluded.spec'),
        declared: 1,
      })),
    )
    .execute()
}

async function strikeOut(tx: Tx, declarations: readonly ScheduleDeclaration[]): Promise<void> {
  await tx
    .updateTable('engine_schedule')
    .set({ declared: 0, next_slot: null })
    .where('name', 'not in', [...declarations.map(({ name }) => name), ''])
    .execute()
}

/**
 * Names of the schedules that have a slot due, and the instant of the next one to come. Schedules that other code has
 * changed are that code's to fire; `forgotten` are ours that other code has struck out.
 */
export async function readDue(db: Db, specs: ReadonlyMap<string, string>, now: number): Promise<DueSchedules> {
  const rows = await db
    .selectFrom('engine_schedule')
    .select(['name', 'spec', 'declared', 'next_slot'])
    .where('paused_at', 'is', null)
    .where('name', 'in', [...specs.keys(), ''])
    .orderBy('next_slot')
    .execute()
  const ours = rows.filter(({ name, spec, declared }) => declared === 1 && spec === specs.get(name))
  const due = ours.filter(({ next_slot: slot }) => slot !== null && slot <= now).map(({ name }) => name)
  const next = ours.find(({ next_slot: slot }) => slot !== null && slot > now)?.next_slot ?? null
  return { due, next, forgotten: rows.filter(({ declared }) => declared === 0).map(({ name }) => name) }
}

/** What there is to do for a scheduler. */
export interface DueSchedules {
  readonly due: readonly string[]
  readonly next: number | null
  readonly forgotten: readonly string[]
}

/** A schedule's row, locked; undefined when another scheduler has it, or it is paused, changed, or nothing is due any more. */
export async function lockDue(tx: Tx, name: string, spec: string, now: number): Promise<ScheduleRow | undefined> {
  return tx
    .selectFrom('engine_schedule')
    .selectAll()
    .where('name', '=', name)
    .where('spec', '=', spec)
    .where('declared', '=', 1)
    .where('paused_at', 'is', null)
    .where('next_slot', '<=', now)
    .$if(isPostgres(tx), (query) => query.forUpdate().skipLocked())
    .executeTakeFirst()
}

/** A slot and what becomes of it. */
export interface SlotRow {
  readonly schedule: string
  readonly slot: number
  readonly outcome: string
  readonly run: number | null
}

/** Writes slots down; answers those that nobody had written before. */
export async function claimSlots(tx: Tx, slots: readonly SlotRow[], now: number): Promise<ReadonlySet<number>> {
  if (slots.length === 0) return new Set()
  const rows = await tx
    .insertInto('engine_slot')
    .values(slots.map((slot) => ({ ...slot, handled_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('slot')
    .execute()
  return new Set(rows.map(({ slot }) => slot))
}

/** Completes a claimed slot. */
export async function recordSlot(tx: Tx, { schedule, slot, outcome, run }: SlotRow): Promise<void> {
  await tx
    .updateTable('engine_slot')
    .set({ outcome, run })
    .where('schedule', '=', schedule)
    .where('slot', '=', slot)
    .execute()
}

/** Moves a schedule on. */
export async function advanceSchedule(tx: Tx, name: string, lastSlot: number, nextSlot: number | null): Promise<void> {
  await tx
    .updateTable('engine_schedule')
    .set({ last_slot: lastSlot, next_slot: nextSlot })
    .where('name', '=', name)
    .execute()
}

/** The runs of a schedule that have not ended, and whether each has started. */
export async function unfinishedRuns(
  tx: Tx,
  name: string,
): Promise<readonly { readonly id: number; readonly started: boolean }[]> {
  const rows = await tx
    .selectFrom((eb) =>
      // Older ones have ended, or there is nothing left to overlap with: a schedule is years of slots.
      eb
        .selectFrom('engine_slot')
        .select(['run', 'slot'])
        .where('schedule', '=', name)
        .where('run', 'is not', null)
        .orderBy('slot', 'desc')
        .limit(20)
        .as('s'),
    )
    .innerJoin('engine_body as b', 'b.id', 's.run')
    .leftJoin('engine_done as d', 'd.id', 's.run')
    .leftJoin('engine_timer as t', (join) => join.onRef('t.id', '=', 's.run').on('t.kind', '=', 'run'))
    .leftJoin('engine_blocked as k', 'k.id', 's.run')
    .leftJoin('engine_ready as r', (join) => join.on(AT_ITS_PLACE))
    .select(['b.id', sql<number | null>`coalesce(t.attempt, k.attempt, r.attempt)`.as('waiting_attempt')])
    .where('d.id', 'is', null)
    .execute()
  return rows.map(({ id, waiting_attempt: attempt }) => ({ id, started: attempt === null || attempt > 1 }))
}

/** Every schedule, declared or not, with the last slot that was handled; for each organisation: of `org`, by default its own. */
export async function listSchedules(db: Db, org?: string) {
  const whose = org === undefined ? sql<string>`s.org` : sql<string>`${org}`
  return db
    .selectFrom('engine_schedule as s')
    .leftJoin('engine_slot as l', (join) =>
      join.onRef('l.schedule', '=', 's.name').on('l.slot', '=', (eb) =>
        eb
          .selectFrom('engine_slot as m')
          .select(({ fn }) => fn.max('m.slot').as('slot'))
          .whereRef('m.schedule', '=', 's.name'),
      ),
    )
    .leftJoin('engine_slot_org as e', (join) =>
      join
        .onRef('e.schedule', '=', 's.name')
        .on('e.org', '=', whose)
        .on('e.slot', '=', (eb) =>
          eb
            .selectFrom('engine_slot_org as m')
            .select(({ fn }) => fn.max('m.slot').as('slot'))
            .whereRef('m.schedule', '=', 's.name')
            .where('m.org', '=', whose),
        ),
    )
    .select([
      's.name',
      's.org',
      's.job',
      's.spec',
      's.declared',
      's.paused_at',
      's.reason',
      's.next_slot',
      's.last_slot',
    ])
    .select(['l.slot', 'l.outcome', 'l.run', 'l.handled_at'])
    .select(['e.slot as org_slot', 'e.org as org_org', 'e.outcome as org_outcome', 'e.run as org_run'])
    .select('e.handled_at as org_handled_at')
    .orderBy('s.name')
    .execute()
}

/** The newest slots of a schedule. */
export async function readSlots(db: Db, name: string, limit: number) {
  return db
    .selectFrom('engine_slot')
    .selectAll()
    .where('schedule', '=', name)
    .orderBy('slot', 'desc')
    .limit(limit)
    .execute()
}

// What each organisation has missed is everybody's.
const EACH = '%"for":"each-organisation"%'

/** The slots of all schedules from one instant up to another, newest first; of each the newest `limit`. */
export async function readSlotsOfAll(db: Db, { from, to, org, limit }: SlotQuery & { readonly limit: number }) {
  const numbered = db
    .selectFrom('engine_slot as l')
    .innerJoin('engine_schedule as s', 's.name', 'l.schedule')
    .selectAll('l')
    .select(({ fn }) =>
      fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('l.schedule').orderBy('l.slot', 'desc'))
        .as('place'),
    )
    .where('l.slot', '>=', from)
    .where('l.slot', '<', to)
    .$if(org !== undefined, (query) =>
      query.where((eb) => eb.or([eb('s.org', '=', org ?? ''), eb('s.spec', 'like', EACH)])),
    )
  return db
    .selectFrom(numbered.as('n'))
    .select(['n.schedule', 'n.slot', 'n.outcome', 'n.run', 'n.handled_at'])
    .where('n.place', '<=', limit)
    .orderBy('n.slot', 'desc')
    .orderBy('n.schedule')
    .execute()
}

/** Pauses, or plans anew from now. False when there is no such schedule. */
export async function setPaused(
  db: Db,
  name: string,
  { pausedAt, reason = null }: { readonly pausedAt: number | null; readonly reason?: string | null },
  plan?: { readonly lastSlot: number; readonly nextSlot: number | null },
): Promise<boolean> {
  const row = await db
    .updateTable('engine_schedule')
    .set({
      paused_at: pausedAt,
      reason,
      ...(plan === undefined ? {} : { last_slot: plan.lastSlot, next_slot: plan.nextSlot }),
    })
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}
