import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditLog, createPlatform, operatorOf, parseConfig } from '@regie/platform'
import { ownDatabase } from '@regie/platform/testing'
import { type Kysely, sql } from 'kysely'
import { quotes } from '../src/app.ts'
import type { Quotes, QuotesContext } from '../src/regie.ts'
import type { QuotesDatabase } from '../src/schema.ts'
import { beginSending } from '../src/sending/store.ts'
import { type ManualClock, manualClock } from './clock.ts'
import { type Mail, parseMail } from './mail.ts'

/** Every behaviour of the app is shown on both stores. */
export const STORES = ['SQLite', 'PostgreSQL'] as const

type Engine = Awaited<ReturnType<typeof createPlatform>>['engine']
type Run = Awaited<ReturnType<Engine['runs']['get']>>
type Job<Out> = Pick<Parameters<QuotesContext['enqueue']>[0], 'name' | 'definition' | 'with'> & {
  readonly '~types'?: { readonly output: Out }
}

/** What an address answered. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
  readonly json: any
}

/** The app on a platform of its own: real HTTP, real store, real outbox, and a clock that is moved by hand. */
export interface World extends AsyncDisposable {
  readonly ctx: QuotesContext
  /** As a route has it, in another organisation. */
  elsewhere(org: string): QuotesContext
  /** Makes an organisation. */
  found(name: string): Promise<{ readonly id: string }>
  /** The whole database, bound to no organisation. */
  readonly db: Kysely<unknown>
  readonly clock: ManualClock
  readonly audit: AuditLog
  readonly engine: Engine
  /** Paths below `/api/v1/quotes`. */
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** Waits until no run waits or runs; those put off to later stay. */
  settle(): Promise<void>
  /** Runs a job to its end, and what it enqueued too; answers its result. */
  run<Out>(job: Job<Out>, input: unknown): Promise<Out | undefined>
  outbox(): Promise<readonly Mail[]>
  /** Puts a file where the outbox's folder should be, so that no mail works; answers what mends it. */
  breakOutbox(): Promise<() => Promise<void>>
  /** Moves the clock while the process is down, as over a night: the only way that needs no real waiting for its heartbeats. */
  passTime(ms: number): Promise<void>
  failures(): Promise<readonly Run[]>
  count(table: keyof QuotesDatabase): Promise<number>
  /** True once a transaction waits for what another holds; on PostgreSQL, where more than one writes. */
  waitsForLocks(): Promise<boolean>
  /** Gives the client of a quote an address that is none, as an import might have. */
  breakAddress(quoteId: string): Promise<void>
  mendAddress(quoteId: string, email: string): Promise<void>
  /** Leaves a quote as a crash between its commit and its run would on a store that loses runs. */
  loseSending(quoteId: string): Promise<void>
}

/** Without a seller nothing may be sent. */
export const SELLER = { name: 'Atelier Martin', email: 'devis@atelier-martin.example' }

/** Full jitter may draw no delay at all: then a run would be tried again at the same instant of a clock that stands still. */
const lateHalf = () => 0.5 + Math.random() / 2

/** Opens a world at `now` (ISO instant), with a seller and settings of the app; without the scheduler, so that nothing happens unasked. */
export async function openWorld(
  store: (typeof STORES)[number],
  now: string,
  settings: object = {},
  roles = 'api,worker',
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'regie-quotes-'))
  const database = store === 'SQLite' ? undefined : await ownDatabase()
  const clock = manualClock(Date.parse(now))
  const config = parseConfig(
    {
      REGIE_DATA_DIR: folder,
      REGIE_PORT: '0',
      REGIE_LOG_LEVEL: 'error',
      REGIE_ROLES: roles,
      ...(database === undefined ? {} : { DATABASE_URL: database.url }),
    },
    { apps: { quotes: settings } },
    [quotes],
  )
  const open = async () => {
    const platform = await createPlatform({ config, apps: [quotes], clock, random: lateHalf })
    const { address = '' } = await platform.start()
    const { key } = await platform.identity.keys.create(operatorOf(config.org.id), { name: 'test', permissions: ['*'] })
    return { platform, address, authorization: `Bearer ${key}` }
  }
  let { platform, address, authorization } = await open()
  const context = () => platform.services.context<Quotes>('quotes', config.org.id)

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${address}/api/v1/quotes${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: response.status === 204 ? undefined : await response.json() }
  }

  // A process without the API is asked nothing.
  if (address !== '') await call('PUT', '/seller', SELLER)

  async function settle(): Promise<void> {
    for (;;) {
      // Asked without a filter, the answer is of one instant; no test makes more runs than a page holds.
      const { runs } = await platform.engine.runs.search({}, { limit: 200 })
      const busy = runs.filter(isBusy)
      if (busy.length === 0) return
      for (const { id } of busy) await untilAtRest(platform.engine, id)
    }
  }

  async function setEmail(quoteId: string, email: string): Promise<void> {
    const { clientId } = (await call('GET', `/quotes/${quoteId}`)).json
    await context().db.updateTable('quotes_client').set({ email }).where('id', '=', clientId).execute()
  }

  return {
    get ctx() {
      return context()
    },
    elsewhere: (org) => platform.services.context<Quotes>('quotes', org, { writes: 'transaction' }),
    found: (name) =>
      platform.identity.installation.create(operatorOf(config.org.id), { name, owner: 'owner@second.example' }),
    get db() {
      return platform.database.kysely()
    },
    get audit() {
      return platform.audit
    },
    get engine() {
      return platform.engine
    },
    clock,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
    settle,
    async run<Out>(job: Job<Out>, input: unknown) {
      const declared: Omit<Job<Out>, '~types'> = job
      const { id } = await context().enqueue(declared, input)
      await settle()
      return (await platform.engine.runs.get(id)).result as Out | undefined
    },
    async outbox() {
      const files = (await readdir(join(folder, 'outbox')).catch(() => [])).filter((name) => name.endsWith('.eml'))
      return Promise.all(
        files.map(async (file) => parseMail(file, await readFile(join(folder, 'outbox', file), 'utf8'))),
      )
    },
    async breakOutbox() {
      await writeFile(join(folder, 'outbox'), '')
      return () => rm(join(folder, 'outbox'))
    },
    async passTime(ms) {
      await platform.stop()
      clock.advance(ms)
      ;({ platform, address, authorization } = await open())
    },
    async failures() {
      const { runs } = await platform.engine.runs.search({ state: ['failed'] })
      return Promise.all(runs.map(({ id }) => platform.engine.runs.get(id)))
    },
    async count(table) {
      const rows = await context()
        .db.selectFrom(table)
        .select(sql<number>`cast(count(*) as bigint)`.as('count'))
        .execute()
      return rows[0]?.count ?? 0
    },
    async waitsForLocks() {
      const { rows } = await sql`select 1 from pg_locks where not granted and pid in
        (select pid from pg_stat_activity where datname = current_database())`.execute(platform.database.kysely())
      return rows.length > 0
    },
    breakAddress: (quoteId) => setEmail(quoteId, 'not an address'),
    mendAddress: setEmail,
    async loseSending(quoteId) {
      const ctx = context()
      await ctx.transaction((tx) => beginSending(tx.db, { quoteId, now: clock.now(), config: ctx.config }))
    },
    async [Symbol.asyncDispose]() {
      await platform.stop()
      await database?.remove()
      await rm(folder, { recursive: true })
    },
  }
}

async function untilAtRest(engine: Engine, id: number): Promise<void> {
  while (isBusy(await engine.runs.get(id))) await new Promise((resolve) => setImmediate(resolve))
}

/** A run that is to be tried again later is at rest: the clock stands still. */
function isBusy({ state }: Pick<Run, 'state'>): boolean {
  return state === 'queued' || state === 'running' || state === 'blocked'
}
