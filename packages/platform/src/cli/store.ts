import type { Database } from '@regie/engine'
import { sql } from 'kysely'

/** What SQLite finds wrong in its file, at most ten sentences; none on PostgreSQL, which looks after itself. */
export async function integrityFaults(database: Database): Promise<readonly string[]> {
  if (database.dialect === 'postgres') return []
  const { rows } = await sql<{ readonly quick_check: string }>`pragma quick_check(10)`.execute(database.kysely())
  return rows.map((row) => row.quick_check).filter((message) => message !== 'ok')
}

/** The name and version of the database. */
export async function databaseVersion(database: Database): Promise<string> {
  const sqlite = database.dialect === 'sqlite'
  const { rows } = await (sqlite
    ? sql<{ readonly version: string }>`select sqlite_version() as version`
    : sql<{ readonly version: string }>`select current_setting('server_version') as version`
  ).execute(database.kysely())
  return `${sqlite ? 'SQLite' : 'PostgreSQL'} ${rows[0]?.version}`
}

/** The clock of a PostgreSQL server (milliseconds UTC); undefined on SQLite, which has none of its own. */
export async function databaseTime(database: Database): Promise<number | undefined> {
  if (database.dialect === 'sqlite') return undefined
  const { rows } = await sql<{ readonly now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(database.kysely())
  return rows[0]?.now
}
