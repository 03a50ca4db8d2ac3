import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { OpenPlace } from './places.ts'

/** A PostgreSQL server that hands out one fresh database per measurement. */
export interface PostgresPlaces extends AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>
  open(): Promise<OpenPlace>
}

interface Server {
  readonly url: string
  stop(): Promise<void>
}

interface ServerModule {
  startPostgres(options: {
    readonly directory: string
    readonly settings: Readonly<Record<string, string>>
  }): Promise<Server>
}

/** PostgreSQL's own defaults, said aloud because every figure depends on them. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on' }

const STARTER = new URL('../../scripts/postgres-server.ts', import.meta.url)

/** The server of `REGIE_BENCH_POSTGRES_URL`, or one started from npm's binaries with default settings; a sentence when there is neither. */
export async function openPostgres(directory: string): Promise<PostgresPlaces | string> {
  const server = await findServer(join(directory, 'postgres'))
  if (typeof server === 'string') return server
  const admin = new pg.Pool({ connectionString: server.url, max: 1 })
  // A connection that is being closed may still hear that its server stops; unheard, that would end the bench.
  admin.on('error', () => {})
  const version = await ask(admin, 'show server_version')
  let made = 0
  return {
    versions: { PostgreSQL: version },
    async open() {
      made += 1
      return openDatabase(admin, server.url, `regie_bench_${process.pid}_${made}`)
    },
    async [Symbol.asyncDispose]() {
      await admin.end()
      await server.stop()
    },
  }
}

async function findServer(directory: string): Promise<Server | string> {
  const url = process.env.REGIE_BENCH_POSTGRES_URL
  if (url) return { url, stop: async () => {} }
  if (!existsSync(STARTER)) return 'REGIE_BENCH_POSTGRES_URL is not set'
  try {
    const { startPostgres }: ServerModule = await import(STARTER.href)
    return await startPostgres({ directory, settings: DURABLE })
  } catch (error) {
    return `PostgreSQL did not start: ${error instanceof Error ? error.message : error}`
  }
}

async function openDatabase(admin: pg.Pool, serverUrl: string, name: string): Promise<OpenPlace> {
  // Collation C, whatever the server's own: the fastest for text keys, so no contestant is slowed by its choice of them.
  await admin.query(`create database ${name} template template0 locale_provider libc lc_collate 'C' lc_ctype 'C'`)
  // A checkpoint due in the middle of a measurement would be charged to whoever runs then.
  await admin.query('checkpoint')
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    place: { address: url.href },
    async logPosition() {
      return Number(await ask(admin, `select pg_current_wal_lsn() - '0/0'::pg_lsn`))
    },
    async settle() {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      await client.query('analyze')
      await client.end()
      await admin.query('checkpoint')
    },
    async [Symbol.asyncDispose]() {
      await admin.query(`drop database ${name} with (force)`)
    },
  }
}

async function ask(pool: pg.Pool, sql: string): Promise<string> {
  const { rows } = await pool.query<string[]>({ text: sql, rowMode: 'array' })
  return String(rows[0]?.[0])
}
