import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Ambient } from '../accompaniment.ts'
import { EngineError } from '../base.ts'
import type { SqliteSource } from '../database.ts'
import { Checkpointer, type Checkpoints } from './checkpointer.ts'
import { SqliteConnection, type SqliteParts, writeAlone } from './connection.ts'
import { Statements } from './statements.ts'
import { type SyncFile, WalSync } from './wal-sync.ts'
import { SqliteWriter } from './writer.ts'

/** An open SQLite file: its one writer, its reader, and Kysely over both. */
export interface SqliteHandle {
  readonly writer: SqliteWriter
  readonly reader: Statements
  readonly kysely: Kysely<unknown>
  /** As the writer's `run`, for callers whose changes may be accompanied. */
  write<T>(work: (statements: Statements) => T): Promise<T>
  close(): Promise<void>
}

/** What tests put in the place of SQLite, the disk and long waits: all default to the real thing. */
export interface SqlitePorts {
  /** Opens one connection. */
  readonly open?: (path: string, options?: { readonly readOnly: boolean }) => DatabaseSync
  readonly sync?: SyncFile
  readonly checkpoints?: Checkpoints
  /** Longest wait for the write lock, milliseconds of real time. Default 30,000. */
  readonly busyMs?: number
}

/** Opens the file, creating it when missing. Throws `STORE_FAILED` naming the path. */
export function openSqlite(
  source: SqliteSource,
  { nesting, accompaniment }: Ambient,
  { open = openConnection, sync, checkpoints, busyMs }: SqlitePorts = {},
): SqliteHandle {
  const database = openFile(source.path, open)
  const log = source.durability === 'fast' ? undefined : openSync(`${source.path}-wal`, 'r+')
  const durable = log === undefined ? undefined : new WalSync(log, sync)
  const writer = new SqliteWriter(
    database,
    nesting,
    durable,
    checkpoints ?? new Checkpointer(source.path, database),
    busyMs,
  )
  const readable = open(source.path, { readOnly: true })
  readable.exec('PRAGMA cache_size = -8000')
  const reader = new Statements(readable)
  const parts = { writer, reader, accompaniment }
  const kysely = new Kysely<unknown>({ dialect: dialect(parts) })
  const close = async (): Promise<void> => {
    if (readable.isOpen) readable.close()
    await writer.close()
    if (log !== undefined) closeSync(log)
  }
  return { writer, reader, kysely, write: (work) => writeAlone(parts, work), close }
}

const openConnection: NonNullable<SqlitePorts['open']> = (path, options = { readOnly: false }) =>
  new DatabaseSync(path, options)

function openFile(path: string, open: NonNullable<SqlitePorts['open']>): DatabaseSync {
  try {
    const database = open(path)
    // NORMAL does not sync at commit: WalSync does, off the event loop. Checkpoints belong to the checkpointer's thread.
    // fullfsync: on macOS an ordinary fsync stays in the drive's cache. Node's fdatasync knows; SQLite must be told.
    database.exec(`
      PRAGMA busy_timeout = 5000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA fullfsync = ON;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA foreign_keys = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -32000;
    `)
    if (isNew(database)) database.exec(FIRST_TABLE)
    database.exec('PRAGMA busy_timeout = 0')
    return database
  } catch (cause) {
    const why = isDamaged(cause)
      ? `the SQLite file ${path} is damaged: put a backup in its place, and keep it apart until then`
      : `cannot open the SQLite file ${path}: does its folder exist, and may this user write there?`
    throw new EngineError('STORE_FAILED', why, { cause })
  }
}

// SQLITE_CORRUPT and SQLITE_NOTADB, in the last eight bits of an extended code: https://sqlite.org/rescode.html
const DAMAGED = new Set([11, 26])

function isDamaged(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && DAMAGED.has(Number(error.errcode) & 0xff)
}

// Opening a file that has it takes no write lock: it would block the event loop for as long as somebody writes.
const FIRST_TABLE = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS regie_migration (
    owner TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (owner, name)
  ) STRICT;
  COMMIT;
`

function isNew(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'regie_migration'").get() === undefined
}

function dialect(parts: SqliteParts): Dialect {
  return {
    createDriver: () => driver(parts),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new ManyConnections(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

function driver(parts: SqliteParts): Driver {
  const own = (connection: DatabaseConnection): SqliteConnection => {
    if (connection instanceof SqliteConnection) return connection
    throw new EngineError(
      'DATABASE_FOREIGN',
      'this connection was not made by the engine: open the database with openDatabase()',
    )
  }
  return {
    init: async () => {},
    acquireConnection: async () => new SqliteConnection(parts),
    beginTransaction: (connection) => own(connection).begin(),
    commitTransaction: (connection) => own(connection).commit(),
    rollbackTransaction: async (connection) => own(connection).rollback(),
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

/** Kysely would otherwise let one caller in at a time, and no two transactions could share a commit (2.3 k/s instead of 22.7 k/s). */
class ManyConnections extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}
