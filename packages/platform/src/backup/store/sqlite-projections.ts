import { DatabaseSync } from 'node:sqlite'
import { isProjectionTable } from '@regie/engine'

const TABLES = "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
const VIEWS = "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"

/**
 * Drops the tables that projections made in a SQLite file nobody uses, and the views that show them, and overwrites what
 * was in them. The engine finds them missing at its start and makes them anew, as after any restore on PostgreSQL.
 */
export function dropProjections(path: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF')
    const read = (query: string) =>
      database
        .prepare(query)
        .all()
        .map((row) => ({ name: String(row.name), sql: String(row.sql) }))
    const tables = read(TABLES).filter(({ name }) => isProjectionTable(name))
    const views = read(VIEWS).filter(({ sql }) => tables.some(({ name }) => sql.includes(name)))
    const drops = [
      ...views.map(({ name }) => `DROP VIEW ${quote(name)}`),
      ...tables.map(({ name }) => `DROP TABLE ${quote(name)}`),
    ]
    if (drops.length > 0) database.exec(`BEGIN; ${drops.join('; ')}; COMMIT`)
  } finally {
    database.close()
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
