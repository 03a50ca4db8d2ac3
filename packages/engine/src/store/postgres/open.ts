import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
} from 'kysely'
import type { Client, Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg'
import type { Ambient } from '../accompaniment.ts'
import { EngineError } from '../base.ts'
import type { PostgresSource } from '../database.ts'
import type { Nesting } from '../nesting.ts'
import { PostgresConnection, SILENT_TRANSACTION_MS } from './connection.ts'
import { createIntrospector } from './introspector.ts'

/** A connected PostgreSQL: its pool, and Kysely over it. */
export interface PostgresHandle {
  readonly pool: Pool
  readonly nesting: Nesting
  readonly kysely: Kysely<unknown>
  /** As the pool's `query`, for callers whose changes may be accompanied. */
  write(query: QueryConfig): Promise<QueryResult>
  /** A connection outside the pool, for listening or for the engine's own loop. */
  connect(): Promise<Client>
  /** Runs before the pool is closed. */
  onClose(cleanUp: () => Promise<void>): void
  close(): Promise<void>
}

/** `pg` is loaded here and only here, so that an installation on SQLite never pays for it. */
export async function openPostgres(source: PostgresSource, ambient: Ambient): Promise<PostgresHandle> {
  const { default: pg } = await import('pg')
  const config: PoolConfig = {
    connectionString: source.url,
    max: source.poolSize ?? 10,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? checkedInteger : pg.types.getTypeParser(oid, format)) },
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'regie',
    idle_in_transaction_session_timeout: SILENT_TRANSACTION_MS,
    ...(source.schema === undefined ? {} : { options: `-c search_path=${source.schema}` }),
  }
  const pool = new pg.Pool(config)
  // An idle connection that the server closes (a restart) is replaced at its next use; without a listener it ends the process.
  pool.on('error', () => {})
  // The same between two statements of a transaction, while the pool does not listen; the next statement hears of it.
  pool.on('connect', (client) => client.on('error', () => {}))
  await probe(pool, source)
  const kysely = new Kysely<unknown>({ dialect: dialect(pool, ambient) })
  const connect = async (): Promise<Client> => {
    const client = new pg.Client(config)
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const cleanUps: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps) await cleanUp()
    await pool.end()
  }
  return {
    get pool() {
      return usable(pool)
    },
    kysely,
    nesting: ambient.nesting,
    write: (query) => writeAlone(pool, ambient, query),
    connect,
    onClose: (cleanUp) => cleanUps.push(cleanUp),
    close,
  }
}

const INT8 = 20

function checkedInteger(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new EngineError(
    'VALUE_UNSUPPORTED',
    `the database holds the integer ${text}, which is beyond 2^53: store it as text`,
  )
}

async function probe(pool: Pool, source: PostgresSource): Promise<void> {
  try {
    const client = await pool.connect()
    client.release()
  } catch (cause) {
    await pool.end()
    const place = URL.canParse(source.url) ? new URL(source.url).host : 'the given address'
    throw new EngineError(
      'STORE_FAILED',
      `cannot connect to PostgreSQL at ${place}: does it run, and are user, password and database right?`,
      { cause },
    )
  }
}

function dialect(pool: Pool, ambient: Ambient): Dialect {
  return {
    createDriver: () => driver(pool, ambient),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector,
  }
}

function driver(pool: Pool, ambient: Ambient): Driver {
  const own = (connection: DatabaseConnection): PostgresConnection => {
    if (connection instanceof PostgresConnection) return connection
    throw new EngineError(
      'DATABASE_FOREIGN',
      'this connection was not made by the engine: open the database with openDatabase()',
    )
  }
  return {
    init: async () => {},
    acquireConnection: async () => new PostgresConnection(await acquire(pool), ambient),
    beginTransaction: (connection, settings) => own(connection).begin(settings.isolationLevel),
    commitTransaction: (connection) => own(connection).commit(),
    rollbackTransaction: (connection) => own(connection).rollback(),
    releaseConnection: async (connection) => own(connection).release(),
    destroy: async () => {},
  }
}

/** One statement as a commit of its own, accompanied when something waits for that. */
async function writeAlone(pool: Pool, ambient: Ambient, query: QueryConfig): Promise<QueryResult> {
  if (!ambient.accompaniment.waiting()) return usable(pool).query(query)
  const connection = new PostgresConnection(await acquire(pool), ambient)
  try {
    return await connection.alone(() => connection.send(query))
  } finally {
    connection.release()
  }
}

// A restart of the server takes a few seconds: whoever only wants a connection waits for it instead of failing.
const ACQUIRE_TRIES = 8

/** Throws `ENGINE_STOPPED` once the database was closed. */
function usable(pool: Pool): Pool {
  if (!pool.ending) return pool
  throw new EngineError('ENGINE_STOPPED', 'the database is closed: nothing more can be asked of it')
}

async function acquire(pool: Pool): Promise<PoolClient> {
  for (let tries = 1; ; tries++) {
    try {
      return await usable(pool).connect()
    } catch (cause) {
      if (tries === ACQUIRE_TRIES || !isPassing(cause)) throw cause
    }
    await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** tries))
  }
}

const PASSING = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03', '53300'])

/** True for faults that go away by themselves: the server restarts, or has no connection left just now. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') return PASSING.has(error.code)
  return /terminated|ended|closed/i.test(error.message)
}
