import { createHash } from 'node:crypto'
import {
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type Transaction,
} from 'kysely'
import type { Migration } from 'kysely/migration'
import { EngineError } from '../errors.ts'
import type { Database } from './database.ts'

/** The migrations of one owner (the engine, the platform, one app), applied in key order. */
export interface MigrationSet {
  readonly owner: string
  readonly migrations: Readonly<Record<string, Migration>>
}

/** One migration and whether this database has it. `changed`: its SQL is no longer what was applied; `unknown`: this code does not have it. */
export interface MigrationStatus {
  readonly owner: string
  readonly name: string
  readonly state: 'applied' | 'pending' | 'changed' | 'unknown'
  readonly appliedAt?: number
}

interface Ledger {
  readonly regie_migration: { owner: string; name: string; checksum: string; applied_at: number }
}

const MIGRATION_MS = 600_000
// Any constant will do, as long as every process takes the same: 'regi' in ASCII.
const ADVISORY_LOCK = 0x72656769

/**
 * Applies what is pending, set after set, each migration in a transaction of its own; processes that start together wait
 * for each other. Answers what was applied. Throws `MIGRATION_CHANGED` when an applied one was edited, `MIGRATION_FAILED`
 * with the database's own words when one does not run; what came before it stays applied.
 */
export async function migrate(
  database: Database,
  sets: readonly MigrationSet[],
  now = Date.now,
): Promise<readonly MigrationStatus[]> {
  const before = await migrationStatus(database, sets)
  const changed = before.filter(({ state }) => state === 'changed')
  if (changed.length > 0) {
    const names = changed.map(({ owner, name }) => `${owner}/${name}`).join(', ')
    throw new EngineError(
      'MIGRATION_CHANGED',
      `this database was made by another version of ${names}: restore a backup of it with the version that made it, or begin with an empty data directory. Whoever edits migrations: once released, add a new one instead`,
    )
  }
  const applied: MigrationStatus[] = []
  for (const { owner, name } of before.filter(({ state }) => state === 'pending')) {
    const migration = sets.find((set) => set.owner === owner)?.migrations[name]
    if (migration !== undefined && (await apply(database, owner, name, migration, now()))) {
      applied.push({ owner, name, state: 'applied', appliedAt: now() })
    }
  }
  return applied
}

/** Undoes the latest `count` migrations of one owner, newest first. Throws `MIGRATION_FAILED` when one has no way down. */
export async function migrateDown(database: Database, set: MigrationSet, count = 1): Promise<readonly string[]> {
  const applied = (await migrationStatus(database, [set])).filter(
    ({ owner, state }) => owner === set.owner && state !== 'pending',
  )
  const undone: string[] = []
  for (const { name, state } of applied.toReversed().slice(0, count)) {
    const down = set.migrations[name]?.down
    if (state === 'unknown')
      throw new EngineError(
        'MIGRATION_FAILED',
        `this code does not have ${set.owner}/${name}: undo it with the version that made it`,
      )
    if (down === undefined) {
      throw new EngineError(
        'MIGRATION_FAILED',
        `${set.owner}/${name} has no way down: restore a backup made before it instead`,
      )
    }
    await step(database, `${set.owner}/${name} (down)`, async (tx) => {
      await down(tx)
      await tx.deleteFrom('regie_migration').where('owner', '=', set.owner).where('name', '=', name).execute()
    })
    undone.push(name)
  }
  return undone
}

/** Every migration of the sets, and those the database has which no set knows, in the order of application. */
export async function migrationStatus(
  database: Database,
  sets: readonly MigrationSet[],
): Promise<readonly MigrationStatus[]> {
  await ensureLedger(database)
  const rows = await database
    .kysely<Ledger>()
    .selectFrom('regie_migration')
    .selectAll()
    .orderBy('owner')
    .orderBy('name')
    .execute()
  const status: MigrationStatus[] = []
  for (const { owner, migrations } of sets) {
    for (const [name, migration] of Object.entries(migrations).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const row = rows.find((candidate) => candidate.owner === owner && candidate.name === name)
      if (row === undefined) {
        status.push({ owner, name, state: 'pending' })
        continue
      }
      const same = row.checksum === (await checksum(database.dialect, migration))
      status.push({ owner, name, state: same ? 'applied' : 'changed', appliedAt: row.applied_at })
    }
  }
  const owners = new Set(sets.map(({ owner }) => owner))
  const unknown = rows.filter(
    ({ owner, name }) => owners.has(owner) && !status.some((known) => known.owner === owner && known.name === name),
  )
  return [
    ...status,
    ...unknown.map((row) => ({
      owner: row.owner,
      name: row.name,
      state: 'unknown' as const,
      appliedAt: row.applied_at,
    })),
  ]
}

async function apply(
  database: Database,
  owner: string,
  name: string,
  migration: Migration,
  now: number,
): Promise<boolean> {
  const sum = await checksum(database.dialect, migration)
  return step(database, `${owner}/${name}`, async (tx) => {
    const known = await tx
      .selectFrom('regie_migration')
      .select('name')
      .where('owner', '=', owner)
      .where('name', '=', name)
      .executeTakeFirst()
    if (known !== undefined) return false
    await migration.up(tx)
    await tx.insertInto('regie_migration').values({ owner, name, checksum: sum, applied_at: now }).execute()
    return true
  })
}

async function step<T>(database: Database, what: string, work: (tx: Transaction<Ledger>) => Promise<T>): Promise<T> {
  try {
    return await database.transaction<T, Ledger>(
      async (tx) => {
        if (database.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx)
        return work(tx)
      },
      { timeoutMs: MIGRATION_MS },
    )
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('MIGRATION_FAILED', `the migration ${what} failed and was rolled back: ${reason}`, { cause })
  }
}

/** SQLite's is made when the file is opened. */
async function ensureLedger(database: Database): Promise<void> {
  if (database.dialect === 'sqlite') return
  await database.transaction<void, Ledger>(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx)
    await sql`create table if not exists regie_migration (
        owner text collate "C" not null, name text collate "C" not null, checksum text not null, applied_at bigint not null,
        primary key (owner, name)
      )`.execute(tx)
  })
}

/** Of the SQL a migration makes, not of its source text, so that formatting and type stripping do not change it. */
async function checksum(dialect: Database['dialect'], migration: Migration): Promise<string> {
  const hash = createHash('sha256')
  const db = new Kysely<unknown>({
    dialect: dummyDialect(dialect),
    log: ({ query }) => {
      hash.update(`${query.sql}\n${JSON.stringify(query.parameters)}\n`)
    },
  })
  try {
    await migration.up(db)
  } catch {
    // A data migration may stumble over the dummy's empty answers: what it said until then identifies it well enough.
  }
  return hash.digest('hex').slice(0, 32)
}

function dummyDialect(dialect: Database['dialect']): Dialect {
  const sqlite = dialect === 'sqlite'
  return {
    createDriver: () => new DummyDriver(),
    createQueryCompiler: () => (sqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    createAdapter: () => (sqlite ? new SqliteAdapter() : new PostgresAdapter()),
    createIntrospector: (db) => (sqlite ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
  }
}
