import { sql } from 'kysely'
import { generationPlugin, physicalName } from './projection-names.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

// What waits behind us waits no longer than this; we come back later. Below PostgreSQL's deadlock_timeout of a second, so
// that in a circle of waiting it is we who give way, and not the caller of a transaction.
const GIVE_WAY_MS = 250

/** What tables are made from. */
export interface TablePlan {
  readonly tables: readonly string[]
  readonly create: (db: never) => Promise<void>
}

/** Makes the tables of one generation. */
export async function createTables(tx: Tx, { tables, create }: TablePlan, generation: number): Promise<void> {
  // The projection's own tables are not the engine's; they are in the same database.
  await create(tx.withPlugin(generationPlugin(tables, generation)) as never)
}

/** Which of these names are no tables of this database. */
export async function missingTables(tx: Db, names: readonly string[]): Promise<readonly string[]> {
  const present = isPostgres(tx)
    ? sql<{
        name: string
      }>`select tablename::text as name from pg_tables where schemaname = current_schema() and tablename in (${sql.join(names)})`
    : sql<{ name: string }>`select name from sqlite_master where type = 'table' and name in (${sql.join(names)})`
  const found = new Set((await present.execute(tx)).rows.map(({ name }) => name))
  return names.filter((name) => !found.has(name))
}

/** Drops the tables of one generation, as far as they are there. */
export async function dropTables(tx: Tx, tables: readonly string[], generation: number): Promise<void> {
  // In the reverse order of their making: one may refer to another.
  for (const table of tables.toReversed())
    await tx.schema.dropTable(physicalName(table, generation)).ifExists().execute()
}

/** Shows readers this generation under the plain names; `before` are the names they knew until now. */
export async function showGeneration(
  tx: Tx,
  before: readonly string[],
  tables: readonly string[],
  generation: number,
): Promise<void> {
  for (const name of new Set([...before, ...tables])) await tx.schema.dropView(name).ifExists().execute()
  for (const name of tables)
    await sql`create view ${sql.table(name)} as select * from ${sql.table(physicalName(name, generation))}`.execute(tx)
}

/** Makes this transaction give up soon instead of making others wait for what it waits for. */
export async function giveWay(tx: Tx): Promise<void> {
  if (isPostgres(tx)) await sql.raw(`set local lock_timeout = '${GIVE_WAY_MS}ms'`).execute(tx)
}

/** Waits until every transaction that has appended is over, and lets none append before this one is. SQLite has one writer. */
export async function holdAppends(tx: Tx): Promise<void> {
  if (isPostgres(tx)) await sql`lock table engine_event in share mode`.execute(tx)
}
