import type { Kysely, Transaction } from 'kysely'
import { EngineError } from '../errors.ts'
import { type Ambient, createAccompaniment } from './accompaniment.ts'
import type { Broadcast, Database, DatabaseSource, SqlConnection } from './database.ts'
import type { EventStore } from './events.ts'
import type { HotStore } from './hot.ts'
import { createNesting } from './nesting.ts'
import { postgresEvents } from './postgres/events.ts'
import { postgresHot } from './postgres/hot.ts'
import { listenOn, notifyOn } from './postgres/notify.ts'
import { openPostgres, type PostgresHandle } from './postgres/open.ts'
import { sqliteEvents } from './sqlite/events.ts'
import { sqliteHot, watchWrites } from './sqlite/hot.ts'
import { openSqlite, type SqliteHandle, type SqlitePorts } from './sqlite/open.ts'

/** A database opened by this engine, with the parts only the engine itself may touch. */
export type OpenDatabase = Database &
  (
    | { readonly dialect: 'sqlite'; readonly handle: SqliteHandle }
    | { readonly dialect: 'postgres'; readonly handle: PostgresHandle }
  )

/**
 * Opens a SQLite file (created when missing) or connects to PostgreSQL. Throws `STORE_FAILED` naming the place and the way
 * out. `ports` stand in for the disk in tests of power cuts.
 */
export async function openDatabase(source: DatabaseSource, ports?: SqlitePorts): Promise<Database> {
  const nesting = createNesting()
  const accompaniment = createAccompaniment(nesting)
  const ambient = { nesting, accompaniment }
  return source.kind === 'sqlite'
    ? wrap({ dialect: 'sqlite', source, handle: openSqlite(source, ambient, ports) }, ambient)
    : wrap({ dialect: 'postgres', source, handle: await openPostgres(source, ambient) }, ambient)
}

type Parts =
  | { readonly dialect: 'sqlite'; readonly source: DatabaseSource; readonly handle: SqliteHandle }
  | { readonly dialect: 'postgres'; readonly source: DatabaseSource; readonly handle: PostgresHandle }

function wrap(parts: Parts, { nesting, accompaniment }: Ambient): OpenDatabase {
  const { kysely, close } = parts.handle
  let closing: Promise<void> | undefined
  return {
    ...parts,
    kysely: <DB>() => kysely as Kysely<DB>,
    transaction: async <T, DB>(
      work: (tx: Transaction<DB>) => Promise<T>,
      options?: { readonly timeoutMs?: number },
    ) => {
      nesting.forbid()
      return (kysely as Kysely<DB>).transaction().execute(async (tx) => {
        if (options?.timeoutMs !== undefined) (await connectionOf(tx)).limit(options.timeoutMs)
        return nesting.enter(() => work(tx))
      })
    },
    accompany: (work, hook) => accompaniment.run(work, hook),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** The hot statements for a database of ours. Throws `DATABASE_FOREIGN` for any other. */
export function createHotStore(database: Database): HotStore {
  const { dialect, handle } = ownDatabase(database)
  return dialect === 'sqlite' ? sqliteHot(handle) : postgresHot(handle)
}

/** The event store in a database of ours. Throws `DATABASE_FOREIGN` for any other. */
export function createEventStore(database: Database): EventStore {
  const { dialect, handle } = ownDatabase(database)
  return dialect === 'sqlite' ? sqliteEvents(handle) : postgresEvents(handle)
}

/**
 * Tells the other processes at this database, and hears them. `channel` is a plain word. On SQLite nothing can be said:
 * `heard` is called, without a text, when another process has written anything. Throws `DATABASE_FOREIGN`.
 */
export async function openBroadcast(
  database: Database,
  channel: string,
  heard: (text?: string) => void,
): Promise<Broadcast> {
  const { dialect, handle } = ownDatabase(database)
  if (dialect === 'sqlite') {
    const stop = watchWrites(handle, heard)
    return { carriesText: false, send: async () => {}, [Symbol.asyncDispose]: stop }
  }
  const stop = await listenOn(handle, channel, heard)
  return { carriesText: true, send: (text) => notifyOn(handle, channel, text), [Symbol.asyncDispose]: stop }
}

function ownDatabase(database: Database): OpenDatabase {
  if (isOpenDatabase(database)) return database
  throw new EngineError('DATABASE_FOREIGN', 'this database was not opened with openDatabase()')
}

/** A connection of our drivers, as the engine needs it inside a transaction. */
export interface OwnConnection extends SqlConnection {
  limit(timeoutMs: number): void
}

/** The connection an open transaction holds. Throws `DATABASE_FOREIGN` when the transaction is not one of our drivers'. */
export async function connectionOf<DB>(tx: Transaction<DB>): Promise<OwnConnection> {
  return tx.getExecutor().provideConnection(async (connection) => {
    if (isOwn(connection)) return connection
    throw new EngineError(
      'DATABASE_FOREIGN',
      'this transaction belongs to another database driver: open the database with openDatabase()',
    )
  })
}

function isOwn(connection: object): connection is OwnConnection {
  return 'afterCommit' in connection && 'limit' in connection
}

/** Narrows a {@link Database} to one of ours. */
function isOpenDatabase(database: Database): database is OpenDatabase {
  return 'handle' in database
}
