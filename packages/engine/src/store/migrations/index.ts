import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Database } from '../database.ts'
import type { MigrationSet } from '../migrate.ts'
import { POSTGRES_0001 } from './postgres-0001.ts'
import { SQLITE_0001 } from './sqlite-0001.ts'

/** The engine's own migrations for one kind of database. */
export function engineMigrations(dialect: Database['dialect']): MigrationSet {
  const statements = dialect === 'sqlite' ? SQLITE_0001 : POSTGRES_0001
  return { owner: 'engine', migrations: { '0001-foundation': fromStatements(statements) } }
}

function fromStatements(statements: readonly string[]): Migration {
  const names = statements.flatMap(
    (statement) => /^CREATE (TABLE|SEQUENCE) (\w+)/.exec(statement)?.slice(1, 3).join(' ') ?? [],
  )
  return {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
    async down(db) {
      for (const name of names.toReversed()) await sql.raw(`DROP ${name}`).execute(db)
    },
  }
}
