import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConformanceStore } from '@regie/engine/testing'
import { afterAll, afterEach, beforeEach, describe } from 'vitest'
import type { Database, DatabaseSource } from '../src/store/database.ts'
import type { FinishedRun } from '../src/store/finish.ts'
import type { ClaimedBatch, HotStore, NewRun } from '../src/store/hot.ts'
import { migrate } from '../src/store/migrate.ts'
import { engineMigrations } from '../src/store/migrations/index.ts'
import { createHotStore, openDatabase } from '../src/store/open.ts'
import type { StoredOptions } from '../src/store/schema.ts'
import type { Db, Tx } from '../src/store/tables.ts'
import { registerWorker } from '../src/store/workers.ts'
import { postgresStore } from './postgres.ts'

/** An empty store with the engine's tables and no engine, for tests of single functions of the store. */
export class Ground {
  readonly database: Database
  readonly db: Db
  readonly hot: HotStore
  readonly close: () => Promise<void>

  constructor(database: Database, close: () => Promise<void>) {
    this.database = database
    this.db = database.kysely()
    this.hot = createHotStore(database)
    this.close = close
  }

  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.transaction(work)
  }

  /** Registers a worker; answers its epoch. */
  worker(now = 0): Promise<number> {
    return registerWorker(this.db, 'a worker', ['default'], now)
  }

  /** Enqueues runs; answers their ids. */
  enqueue(count: number, given: Partial<Omit<NewRun, 'options'>> & { readonly options?: StoredOptions } = {}) {
    const { options, ...fields } = given
    const place = { org: 'main', queue: 'default', priority: 2, vtime: 0, job: 'pay', payload: '{}' }
    const run: NewRun = {
      ...place,
      createdAt: 0,
      due: null,
      ...fields,
      options: options ? JSON.stringify(options) : null,
    }
    return this.tx((tx) =>
      this.hot.insert(
        Array.from({ length: count }, () => run),
        tx,
      ),
    )
  }

  /** Claims up to `limit` runs of the queue `default`, in one lease. */
  async claim(epoch: number, limit = 100, now = 0): Promise<ClaimedBatch> {
    const claims = [{ queue: 'default', limit }]
    const { batches } = await this.hot.exchange({ epoch, now, ended: [], closedLeases: [], claims })
    const [batch] = batches
    if (batch === undefined) throw new Error('nothing was there to be claimed')
    return batch
  }

  /** Lets runs hold a slot each of a gate that has as many as given. */
  async hold(key: string, slots: number, runs: readonly number[]): Promise<void> {
    await this.db.insertInto('engine_gate').values({ key, slots, arrival: 0 }).execute()
    if (runs.length > 0)
      await this.db
        .insertInto('engine_hold')
        .values(runs.map((run) => ({ run, key, starts_at: null })))
        .execute()
  }

  /** The runs that hold something of a gate, in order. */
  async holders(key: string): Promise<readonly number[]> {
    const rows = await this.db.selectFrom('engine_hold').select('run').where('key', '=', key).orderBy('run').execute()
    return rows.map(({ run }) => run)
  }

  /** Everywhere a run is, in words: `ready 2` is its second attempt in the queue, `timer 2 at 800` its delay. */
  async places(run: number): Promise<readonly string[]> {
    const { db } = this
    const timers = await db.selectFrom('engine_timer').selectAll().where('id', '=', run).orderBy('due').execute()
    const blocked = await db.selectFrom('engine_blocked').selectAll().where('id', '=', run).execute()
    const ready = await db.selectFrom('engine_ready').selectAll().where('id', '=', run).execute()
    const done = await db.selectFrom('engine_done').selectAll().where('id', '=', run).execute()
    return [
      ...timers.map(({ kind, attempt, due }) => `${kind === 'run' ? 'timer' : kind} ${attempt} at ${due}`),
      ...blocked.map(({ attempt, gate, priority, vtime }) => `blocked ${attempt} at ${gate} ${priority}/${vtime}`),
      ...ready.map(({ attempt }) => `ready ${attempt}`),
      ...done.map(({ state, attempt }) => `${state} ${attempt}`),
    ]
  }
}

/** A run that succeeded at the instant 500 after 300 ms. */
export function finished(id: number, given: Partial<FinishedRun> = {}): FinishedRun {
  const nothing = { result: null, error: null, fingerprint: null }
  return { id, state: 'succeeded', attempt: 1, at: 500, durationMs: 300, ...nothing, options: {}, ...given }
}

function sqliteStore(): ConformanceStore {
  return {
    name: 'SQLite',
    async openSource() {
      const folder = await mkdtemp(join(tmpdir(), 'regie-store-'))
      return {
        source: { kind: 'sqlite', path: join(folder, 'x.sqlite'), durability: 'fast' },
        close: () => rm(folder, { recursive: true }),
      }
    },
  }
}

/** Runs tests on either kind of store; `ground()` is the empty one of the present test. */
export function onBothStores(prove: (ground: () => Ground) => void): void {
  for (const kind of [sqliteStore, postgresStore]) {
    const store = kind()
    describe(`on ${store.name}`, () => {
      let database: Database | undefined
      let ground: Ground | undefined
      beforeEach(async () => {
        const { source, close } = await store.openSource()
        // PostgreSQL's is one, emptied before each test: connecting and looking at its migrations takes longer than a test.
        if (database === undefined || source.kind === 'sqlite') database = await openMigrated(source)
        ground = new Ground(database, close)
      })
      afterEach(async () => {
        if (database?.dialect === 'sqlite') await database[Symbol.asyncDispose]()
        await ground?.close()
      })
      afterAll(() => database?.[Symbol.asyncDispose]())
      prove(() => {
        if (ground === undefined) throw new Error('the store is open during a test only')
        return ground
      })
    })
  }
}

async function openMigrated(source: DatabaseSource): Promise<Database> {
  const database = await openDatabase(source)
  await migrate(database, [engineMigrations(database.dialect)])
  return database
}
