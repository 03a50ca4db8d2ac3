import { type Kysely, PostgresAdapter, type Transaction } from 'kysely'
import type { EngineTables, StoredOptions } from './schema.ts'

/** Queries on the engine's tables, inside or outside a transaction. */
export type Db = Kysely<EngineTables>

/** An open transaction on the engine's tables. */
export type Tx = Transaction<EngineTables>

/** Row locks exist on PostgreSQL only; SQLite's writer is alone anyway. */
export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

// SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
const CHUNK = 1_000

/** Slices a list so that each slice fits into one statement. */
export function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  )
}

/** The options stored with a run; an empty object when there are none. */
export function parseOptions(options: string | null): StoredOptions {
  return options === null ? {} : JSON.parse(options)
}
