import { DatabaseSync } from 'node:sqlite'
import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'

/** The business tables of the trials. No key keeps a row from being there twice: that is what the verdict looks for. */
export interface ChaosTables {
  chaos_effect: { run: number; attempt: number }
  chaos_order: { number: number }
}

/** Creates the business tables. */
export async function createChaosTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table chaos_effect (run bigint not null, attempt integer not null)`.execute(db)
  await sql`create table chaos_order (number bigint not null)`.execute(db)
}

/** Where a run is: a run has exactly one place, whatever happens. */
export type Place = 'ready' | 'timer' | 'blocked' | 'lease' | 'done'

/** All runs and their places at one instant. */
export async function readPlaces(database: Database): Promise<ReadonlyMap<number, readonly Place[]>> {
  // One statement is one snapshot on both stores.
  const leased =
    database.dialect === 'sqlite'
      ? sql`select value as id from engine_lease, json_each(engine_lease.ids)`
      : sql`select unnest(ids) as id from engine_lease`
  const { rows } = await sql<{ place: Place | 'body'; id: number }>`
    select 'body' as place, id from engine_body
    union all select 'ready', id from engine_ready
    union all select 'timer', id from engine_timer where kind = 'run'
    union all select 'blocked', id from engine_blocked
    union all select 'done', id from engine_done
    union all select 'lease', l.id from (${leased}) l where not exists (select 1 from engine_done d where d.id = l.id)
  `.execute(database.kysely())
  const places = new Map<number, Place[]>()
  for (const { place, id } of rows) if (place === 'body') places.set(id, [])
  for (const { place, id } of rows) if (place !== 'body') places.set(id, [...(places.get(id) ?? []), place])
  return places
}

/** How much there is still to do, and to tidy. */
export async function readRest(db: Kysely<unknown>): Promise<{ readonly runs: number; readonly leases: number }> {
  const { rows } = await sql<{ runs: number; leases: number }>`
    select
      (select count(*) from engine_body b where not exists (select 1 from engine_done d where d.id = b.id)) as runs,
      (select count(*) from engine_lease) as leases`.execute(db)
  return { runs: Number(rows[0]?.runs), leases: Number(rows[0]?.leases) }
}

/** Everything the store holds after a trial. */
export interface Remains {
  readonly runs: readonly {
    readonly id: number
    readonly job: string
    readonly payload: string
    readonly state: string | null
  }[]
  readonly effects: readonly { readonly run: number; readonly attempt: number }[]
  readonly orders: readonly { readonly number: number }[]
  readonly batches: readonly { readonly id: number; readonly callback: number | null }[]
  /** Attempts that ended because their process died, and when that was seen. */
  readonly lost: readonly { readonly run: number; readonly attempt: number; readonly at: number }[]
  /** Rows of tables that should be empty. */
  readonly leftovers: Readonly<Record<string, number>>
}

const TRANSIENT = [
  'engine_ready',
  'engine_timer',
  'engine_blocked',
  'engine_lease',
  'engine_hold',
  'engine_cancel',
] as const

/** Reads all of it. */
export async function readRemains(db: Kysely<unknown>): Promise<Remains> {
  const rows = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> =>
    (await query.execute(db)).rows
  const counts = sql.join(
    TRANSIENT.map((name) => sql`select ${sql.lit(name)} as name, count(*) as rows from ${sql.table(name)}`),
    sql` union all `,
  )
  const leftovers = await rows(
    sql<{
      name: string
      rows: number
    }>`${counts} union all select 'engine_unique', count(*) from engine_unique where until is null`,
  )
  return {
    runs: await rows(
      sql`select b.id, b.job, b.payload, d.state from engine_body b left join engine_done d on d.id = b.id order by b.id`,
    ),
    effects: await rows(sql`select run, attempt from chaos_effect`),
    orders: await rows(sql`select number from chaos_order`),
    batches: await rows(sql`select id, callback_run as callback from engine_batch`),
    lost: await rows(sql`select run, attempt, ended_at as at from engine_attempt where error like '%WORKER_LOST%'`),
    leftovers: Object.fromEntries(leftovers.map(({ name, rows: count }) => [name, Number(count)])),
  }
}

/** True when nobody holds the write lock of this SQLite file. */
export function isWritable(path: string): boolean {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}

/** Makes an empty schema, so that several trials can use one server. */
export function createSchema(url: string, schema: string): Promise<void> {
  return queryOnce(url, `create schema ${pg.escapeIdentifier(schema)}`)
}

/** Ends every connection of engines to this server, in the middle of whatever it does. */
export function cutConnections(url: string): Promise<void> {
  return queryOnce(url, `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'regie%'`)
}

async function queryOnce(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'chaos' })
  await client.connect()
  await client.query(text)
  await client.end()
}
