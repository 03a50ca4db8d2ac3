import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Database } from '../database.ts'
import type { MigrationSet } from '../migrate.ts'
import { POSTGRES_0001 } from './postgres-0001.ts'
import { POSTGRES_0002 } from './postgres-0002.ts'
import { POSTGRES_0003 } from './postgres-0003.ts'
import { POSTGRES_0004 } from './postgres-0004.ts'
import { POSTGRES_0005 } from './postgres-0005.ts'
import { POSTGRES_0006 } from './postgres-0006.ts'
import { POSTGRES_0007 } from './postgres-0007.ts'
import { POSTGRES_0008 } from './postgres-0008.ts'
import { SQLITE_0001 } from './sqlite-0001.ts'
import { SQLITE_0002 } from './sqlite-0002.ts'
import { SQLITE_0003 } from './sqlite-0003.ts'
import { SQLITE_0004 } from './sqlite-0004.ts'
import { SQLITE_0005 } from './sqlite-0005.ts'
import { SQLITE_0006 } from './sqlite-0006.ts'
import { SQLITE_0007 } from './sqlite-0007.ts'
import { SQLITE_0008 } from './sqlite-0008.ts'

/** The engine's own migrations for one kind of database. */
export function engineMigrations(dialect: Database['dialect']): MigrationSet {
  const sqlite = dialect === 'sqlite'
  return {
    owner: 'engine',
    migrations: {
      '0001-foundation': fromStatements(sqlite ? SQLITE_0001 : POSTGRES_0001),
      '0002-workflows': fromStatements(sqlite ? SQLITE_0002 : POSTGRES_0002),
      '0003-events': fromStatements(sqlite ? SQLITE_0003 : POSTGRES_0003),
      '0004-projections': fromStatements(sqlite ? SQLITE_0004 : POSTGRES_0004),
      '0005-workers': fromStatements(sqlite ? SQLITE_0005 : POSTGRES_0005),
      '0006-slots-by-organisation': fromStatements(sqlite ? SQLITE_0006 : POSTGRES_0006),
      '0007-retries': fromStatements(sqlite ? SQLITE_0007 : POSTGRES_0007),
      '0008-pauses-of-schedules': fromStatements(sqlite ? SQLITE_0008 : POSTGRES_0008),
    },
  }
}

function fromStatements(statements: readonly string[]): Migration {
  const undo = statements.flatMap((statement) => {
    const [, kind, name] = /^CREATE (TABLE|SEQUENCE|INDEX) (\w+)/.exec(statement) ?? []
    const [, table, column] = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/.exec(statement) ?? []
    if (name !== undefined) return `DROP ${kind} ${name}`
    return column === undefined ? [] : `ALTER TABLE ${table} DROP COLUMN ${column}`
  })
  return {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
    async down(db) {
      for (const statement of undo.toReversed()) await sql.raw(statement).execute(db)
    },
  }
}
