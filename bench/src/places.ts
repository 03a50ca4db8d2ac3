import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place, Store } from './contestant.ts'
import { openPostgres, type PostgresPlaces } from './postgres.ts'
import { openRedis, type RedisPlaces } from './redis.ts'

/** A fresh place, with what can be asked of its server. */
export interface OpenPlace extends AsyncDisposable {
  readonly place: Place
  /** Where the server's log stands, in bytes; absent when the contestant's own process does the writing. */
  logPosition?(): Promise<number>
  /** Brings statistics up to date after a large load, as the server would do by itself a minute later. */
  settle?(): Promise<void>
}

/** Hands out fresh places, all on one disk; `missing` says why a store cannot be had. */
export interface Places extends AsyncDisposable {
  readonly directory: string
  readonly versions: Readonly<Record<string, string>>
  missing(store: Store): string | undefined
  open(store: Store): Promise<OpenPlace>
}

/** Starts the servers that are needed and available, under `REGIE_BENCH_DIR` or the system's temporary folder. */
export async function openPlaces(stores: ReadonlySet<Store>): Promise<Places> {
  const directory = await mkdtemp(join(process.env.REGIE_BENCH_DIR ?? tmpdir(), 'regie-bench-'))
  // PostgreSQL refuses to run as root, so its own user must be able to pass through.
  await chmod(directory, 0o755)
  const postgres = stores.has('postgres') ? await openPostgres(directory) : undefined
  const synced = stores.has('redis-synced') ? await openRedis(directory, 'always') : undefined
  const unsynced = stores.has('redis-unsynced') ? await openRedis(directory, 'never') : undefined
  const servers: Partial<Record<Store, PostgresPlaces | RedisPlaces | string | undefined>> = {
    postgres,
    'redis-synced': synced,
    'redis-unsynced': unsynced,
  }
  const started = Object.values(servers).filter((server) => typeof server === 'object')
  return {
    directory,
    versions: Object.assign({}, ...started.map((server) => server.versions)),
    missing(store) {
      const server = servers[store]
      return typeof server === 'string' ? server : undefined
    },
    async open(store) {
      const server = servers[store]
      if (typeof server === 'object') return server.open()
      return openFile(directory)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((server) => server[Symbol.asyncDispose]()))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function openFile(directory: string): Promise<OpenPlace> {
  const folder = await mkdtemp(join(directory, 'sqlite-'))
  return {
    place: { address: join(folder, 'bench.db') },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}
