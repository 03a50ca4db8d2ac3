import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'

// Small enough not to hold SQLite's only writer for long.
const SLICE = 1_000

/** The tables that begin with one of these prefixes and say of each row which organisation's it is, or which user's. */
export async function tablesWith(
  column: 'org_id' | 'user_id',
  { kysely }: Database,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const tables = await kysely().introspection.getTables()
  return tables
    .filter(({ name, isView, columns }) => {
      const isOurs = prefixes.some((prefix) => name.startsWith(prefix))
      return isOurs && !isView && columns.some(({ name: found }) => found === column)
    })
    .map(({ name }) => name)
}

/** How many rows a table has of an organisation, counted no further than `atMost`. */
export async function countRows(
  { kysely }: Database,
  table: string,
  { org, atMost }: { readonly org: string; readonly atMost: number },
): Promise<number> {
  const some = sql`select 1 from ${sql.table(table)} where org_id = ${org} limit ${sql.lit(atMost)}`
  const { rows } = await sql<{ count: number }>`select count(*) as count from (${some}) as found`.execute(kysely())
  return Number(rows[0]?.count ?? 0)
}

/** Removes rows of an organisation, a thousand at most; answers how many there were, and fails on one that others still refer to. */
export async function deleteSlice(database: Database, table: string, org: string): Promise<number> {
  const db = database.kysely()
  const id = await rowIdOf(database, db, table)
  const slice = sql`select ${id} from ${sql.table(table)} where org_id = ${org} limit ${sql.lit(SLICE)}`
  const own = id === undefined ? sql`org_id = ${org}` : sql`${id} in (${slice})`
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${own}`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/** Removes what a table has of these users. */
export async function deleteOfUsers({ kysely }: Database, table: string, users: readonly string[]): Promise<void> {
  await sql`delete from ${sql.table(table)} where user_id in (${sql.join(users)})`.execute(kysely())
}

/** What every row has without being a column; undefined for a table of SQLite that was made without it. */
async function rowIdOf({ dialect }: Database, db: Kysely<unknown>, table: string) {
  if (dialect === 'postgres') return sql`ctid`
  const { rows } = await sql`select 1 from pragma_table_list where name = ${table} and wr = 1`.execute(db)
  return rows.length > 0 ? undefined : sql`rowid`
}
