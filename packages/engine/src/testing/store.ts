import { type Kysely, sql, type Transaction } from 'kysely'
import type { Engine } from '../engine-api.ts'
import type { Database } from '../store/database.ts'
import type { MigrationSet } from '../store/migrate.ts'
import { engineMigrations } from '../store/migrations/index.ts'
import type { EngineTables } from '../store/schema.ts'

/** How many workers are registered, and how many connections of the engine the server sees besides this one. */
export async function readLeftovers(
  database: Database,
): Promise<{ readonly workers: number; readonly connections: number }> {
  const db = database.kysely()
  const { rows } = await sql<{ workers: number }>`select count(*) as workers from engine_worker`.execute(db)
  const workers = Number(rows[0]?.workers)
  if (database.dialect === 'sqlite') return { workers, connections: 0 }
  const seen = await sql<{ connections: number }>`
    select count(*) as connections from pg_stat_activity
    where datname = current_database() and application_name like 'regie%' and pid <> pg_backend_pid()`.execute(db)
  return { workers, connections: Number(seen.rows[0]?.connections) }
}

/** A caller's own table, to see what commits together. */
export interface EffectTable {
  effect: { name: string; amount: number }
}

/** Makes the table `effect`. */
export async function createEffects({ database }: Pick<Engine, 'database'>): Promise<void> {
  await database
    .kysely()
    .schema.createTable('effect')
    .addColumn('name', 'text')
    .addColumn('amount', 'integer')
    .execute()
}

/** Writes one row, in the transaction given. */
export async function addEffect<DB>(tx: Transaction<DB>, name: string, amount = 1): Promise<void> {
  await sql`insert into effect (name, amount) values (${name}, ${amount})`.execute(tx)
}

/** The names of all rows that are committed, in order. */
export async function readEffects({ database }: Pick<Engine, 'database'>): Promise<readonly string[]> {
  const rows = await database.kysely<EffectTable>().selectFrom('effect').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** The engine's own tables, for what it keeps but does not show. */
export function engineTables({ database }: Pick<Engine, 'database'>): Kysely<EngineTables> {
  return database.kysely<EngineTables>()
}

/** How many rows a table of the engine has. */
export async function countRows(engine: Pick<Engine, 'database'>, table: keyof EngineTables): Promise<number> {
  const row = await engineTables(engine)
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

/** Every table of the database, in order. */
export async function tableNames(database: Database): Promise<readonly string[]> {
  const tables =
    database.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  const { rows } = await tables.execute(database.kysely())
  return rows.map(({ name }) => name).toSorted()
}

/** The engine's own migrations, as its `migrate` applies them. */
export function ownMigrations({ dialect }: Database): MigrationSet {
  return engineMigrations(dialect)
}
