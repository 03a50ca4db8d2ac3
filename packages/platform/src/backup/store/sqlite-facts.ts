import type { DatabaseSync } from 'node:sqlite'
import type { Erasure } from '@regie/engine'
import type { Manifest } from '../manifest.ts'

/** What a backup says of a database besides its bytes. */
export type DatabaseFacts = Pick<Manifest['database'], 'tables' | 'migrations'>

const TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
const LEDGER = 'SELECT owner, name, checksum, applied_at AS appliedAt FROM regie_migration ORDER BY owner, name'

/** Tables with their number of rows, and the migrations applied. */
export function readFacts(database: DatabaseSync): DatabaseFacts {
  const names = database
    .prepare(TABLES)
    .all()
    .map((row) => String(row.name))
  return {
    tables: countRows(database, names),
    migrations: names.includes('regie_migration')
      ? (database.prepare(LEDGER).all() as DatabaseFacts['migrations'])
      : [],
  }
}

/** What is wrong with the file itself, at most 20 sentences of SQLite's; none when it is whole. */
export function integrityFaults(database: DatabaseSync): readonly string[] {
  const found = database
    .prepare('PRAGMA integrity_check(20)')
    .all()
    .map((row) => String(row.integrity_check))
  return found.filter((line) => line !== 'ok')
}

/** Who was forgotten in this database; nobody where it is older than that. */
export function readPresentErasures(database: DatabaseSync): readonly Erasure[] {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'engine_erasure'").get()
  if (table === undefined) return []
  return database.prepare('SELECT org, person, at FROM engine_erasure').all() as unknown as readonly Erasure[]
}

function countRows(database: DatabaseSync, names: readonly string[]): DatabaseFacts['tables'] {
  if (names.length === 0) return []
  const counts = names.map((name) => `(SELECT count(*) FROM "${name.replaceAll('"', '""')}")`)
  const row = database.prepare(`SELECT json_array(${counts.join(', ')}) AS counts`).get()
  const rows: readonly number[] = JSON.parse(String(row?.counts))
  return names.map((name, index) => ({ name, rows: rows[index] ?? 0 }))
}
