import { sql } from 'kysely'
import type { SlotQuery } from '../engine-api.ts'
import { AT_ITS_PLACE } from './ready.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** A slot of one organisation and what became of it. */
export interface OrgSlotRow {
  readonly schedule: string
  readonly slot: number
  readonly org: string
  readonly outcome: string
  readonly run: number | null
}

/** The organisations that have had a slot. */
export async function servedOf(tx: Tx, name: string, slot: number): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('engine_slot_org')
    .select('org')
    .where('schedule', '=', name)
    .where('slot', '=', slot)
    .execute()
  return new Set(rows.map(({ org }) => org))
}

/** Writes slots down that nobody has written: the caller holds the schedule. */
export async function writeOrgSlots(tx: Tx, rows: readonly OrgSlotRow[], now: number): Promise<void> {
  for (const some of chunks(rows))
    await tx
      .insertInto('engine_slot_org')
      .values(some.map((row) => ({ ...row, handled_at: now })))
      .execute()
}

/** Claims a slot apart from the timetable for organisations; answers those that had none at that instant. */
export async function claimOrgSlots(
  tx: Tx,
  { name, slot, orgs }: { readonly name: string; readonly slot: number; readonly orgs: readonly string[] },
  now: number,
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .insertInto('engine_slot_org')
    .values(orgs.map((org) => ({ schedule: name, slot, org, outcome: 'manual', run: null, handled_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('org')
    .execute()
  return new Set(rows.map(({ org }) => org))
}

/** Gives claimed slots their runs. */
export async function recordOrgRuns(
  tx: Tx,
  { name, slot, runs }: { readonly name: string; readonly slot: number; readonly runs: ReadonlyMap<string, number> },
): Promise<void> {
  const orgs = [...runs.keys()]
  const run = orgs.reduce(
    (cases, org) => sql`${cases} when ${org} then ${sql.lit(runs.get(org) ?? null)}`,
    sql`case org`,
  )
  await tx
    .updateTable('engine_slot_org')
    .set({ run: sql<number>`${run} end` })
    .where('schedule', '=', name)
    .where('slot', '=', slot)
    .where('org', 'in', orgs)
    .execute()
}

// Older ones have ended, or there is nothing left to overlap with.
const LATEST = 20

/** Runs that have not ended, and whether each has started, by organisation. */
export type Unfinished = ReadonlyMap<string, readonly { readonly id: number; readonly started: boolean }[]>

/** The runs of a schedule that have not ended. */
export async function unfinishedByOrg(tx: Tx, name: string, orgs: readonly string[]): Promise<Unfinished> {
  const rows = await tx
    .selectFrom(latestRuns(tx, name, orgs).as('s'))
    .innerJoin('engine_body as b', 'b.id', 's.run')
    .leftJoin('engine_done as d', 'd.id', 's.run')
    .leftJoin('engine_timer as t', (join) => join.onRef('t.id', '=', 's.run').on('t.kind', '=', 'run'))
    .leftJoin('engine_blocked as k', 'k.id', 's.run')
    .leftJoin('engine_ready as r', (join) => join.on(AT_ITS_PLACE))
    .select(['s.org', 'b.id', sql<number | null>`coalesce(t.attempt, k.attempt, r.attempt)`.as('waiting_attempt')])
    .where('d.id', 'is', null)
    .execute()
  const unfinished = rows.map(({ org, id, waiting_attempt: attempt }) => {
    return { org, id, started: attempt === null || attempt > 1 }
  })
  return Map.groupBy(unfinished, ({ org }) => org)
}

/** The latest runs of each organisation: some seeks in the index for each, however long the history. Both forms say the same. */
function latestRuns(tx: Tx, name: string, orgs: readonly string[]) {
  const list = JSON.stringify(orgs)
  const latest = (org: ReturnType<typeof sql>, column: 'slot' | 'run') =>
    sql`select m.${sql.raw(column)} from engine_slot_org m where m.schedule = ${name} and m.org = ${org} and m.run is not null order by m.slot desc limit ${sql.lit(LATEST)}`
  return isPostgres(tx)
    ? sql<{ org: string; run: number }>`(
        select o.value as org, l.run from json_array_elements_text(${list}::json) as o (value)
        cross join lateral (${latest(sql`o.value`, 'run')}) l)`
    : sql<{ org: string; run: number }>`(
        select s.org, s.run from json_each(${list}) o
        cross join engine_slot_org s where s.schedule = ${name} and s.org = o.value and s.slot in (${latest(sql`o.value`, 'slot')}))`
}

/** The newest slots of a schedule for each organisation, of all or of one. */
export async function readOrgSlots(db: Db, name: string, limit: number, org?: string) {
  return db
    .selectFrom('engine_slot_org')
    .selectAll()
    .where('schedule', '=', name)
    .$if(org !== undefined, (query) => query.where('org', '=', org ?? ''))
    .orderBy('slot', 'desc')
    .orderBy('org')
    .limit(limit)
    .execute()
}

/** The slots of all schedules for each organisation from one instant up to another; of each schedule the newest `limit`. */
export async function readOrgSlotsOfAll(db: Db, { from, to, org, limit }: SlotQuery & { readonly limit: number }) {
  const numbered = db
    .selectFrom('engine_slot_org')
    .selectAll()
    .select(({ fn }) =>
      fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('schedule').orderBy('slot', 'desc'))
        .as('place'),
    )
    .where('slot', '>=', from)
    .where('slot', '<', to)
    .$if(org !== undefined, (query) => query.where('org', '=', org ?? ''))
  return db
    .selectFrom(numbered.as('n'))
    .select(['n.schedule', 'n.slot', 'n.org', 'n.outcome', 'n.run', 'n.handled_at'])
    .where('n.place', '<=', limit)
    .orderBy('n.slot', 'desc')
    .orderBy('n.schedule')
    .execute()
}
