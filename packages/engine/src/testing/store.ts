import { type Kysely, sql, type Transaction } from 'kysely'
import type { Engine } from '../engine-api.ts'
import type { Database } from '../store/database.ts'
import type { MigrationSet } from '../store/migrate.ts'
import { engineMigrations } from '../store/migrations/index.ts'
import type { EngineTables } from '../store/schema.ts'

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
