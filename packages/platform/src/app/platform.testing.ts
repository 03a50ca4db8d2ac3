import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@regie/engine'
import { z } from 'zod'
import { operatorOf } from '../auth/acting.ts'
import type { Identity } from '../auth/identity.ts'
import type { ConfigFile } from '../config/config.ts'
import { type Environment, parseConfig } from '../config/parse.ts'
import { send, type sendJson } from '../http/request.testing.ts'
import { createLog } from '../observe/log.ts'
import type { AnyApp } from './app.ts'
import { builders } from './builders.ts'
import { createPlatform, type PlatformOptions } from './create-platform.ts'
import { ownDatabase } from './own-database.testing.ts'
import type { Platform } from './platform.ts'

interface Shop {
  readonly db: {
    readonly shop_order: {
      readonly id: string
      readonly org_id: string
      readonly buyer: string | null
      readonly placed_at: number
    }
  }
  readonly config: { readonly greeting: string }
  readonly permission: 'order.read' | 'order.write'
}

const { defineApp, job, route, schedule } = builders<Shop>('shop')

/** Echoes, or fails when told to. */
export const pack = job({
  name: 'pack',
  input: z.object({ orderId: z.string(), fail: z.boolean().default(false) }),
  queue: 'packing',
  retry: { attempts: 1 },
  async run(ctx, { orderId, fail }) {
    if (fail) throw new Error('the carton is too small')
    return { packed: orderId, greeting: ctx.config.greeting, org: ctx.org }
  },
})

/** Waits until it is cancelled. */
export const wait = job({
  name: 'wait',
  input: z.object({}),
  run(ctx) {
    // Whoever cancels as soon as it is running may be faster than its first line.
    ctx.signal.throwIfAborted()
    return new Promise<void>((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
  },
})

/** A small app that uses every part of the contract. */
export const shop = defineApp({
  title: 'Shop',
  config: z.strictObject({ greeting: z.string().default('hello') }),
  migrations: {
    '0001-order': {
      async up(db) {
        await db.schema
          .createTable('shop_order')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('org_id', 'text', (column) => column.notNull())
          .addColumn('buyer', 'text')
          .addColumn('placed_at', 'bigint', (column) => column.notNull())
          .execute()
      },
      async down(db) {
        await db.schema.dropTable('shop_order').execute()
      },
    },
  },
  permissions: { 'order.read': 'See orders', 'order.write': 'Place orders' },
  jobs: [pack, wait],
  queues: { packing: {} },
  schedules: [
    schedule({
      name: 'pack',
      job: pack,
      input: { orderId: 'nightly' },
      cron: '0 4 * * *',
      description: 'Packs what is left',
    }),
  ],
  routes: [
    route({
      method: 'POST',
      path: '/orders',
      summary: 'Place an order',
      permission: 'order.write',
      input: z.object({ id: z.string().min(1), buyer: z.string(), fail: z.boolean().default(false) }),
      output: z.object({ id: z.string(), runId: z.int() }),
      status: 201,
      handle: (ctx, { id, buyer, fail }) =>
        ctx.transaction(async (tx) => {
          await tx.db
            .insertInto('shop_order')
            .values({ id, org_id: ctx.org, buyer, placed_at: ctx.clock.now() })
            .execute()
          const run = await tx.enqueue(pack, { orderId: id })
          await tx.audit({ object: { type: 'order', id }, after: { buyer }, person: buyer })
          if (fail) throw Object.assign(new Error('out of stock'), { status: 409, code: 'OUT_OF_STOCK' })
          return { id, runId: run.id }
        }),
    }),
    route({
      method: 'GET',
      path: '/orders',
      summary: 'List orders',
      permission: 'order.read',
      input: z.object({}),
      output: z.object({ orders: z.array(z.object({ id: z.string(), buyer: z.string().nullable() })) }),
      handle: async (ctx) => ({
        orders: await ctx.db.selectFrom('shop_order').selectAll().where('org_id', '=', ctx.org).execute(),
      }),
    }),
  ],
  personalData: [
    {
      kind: 'buyer',
      table: 'shop_order',
      purpose: 'to deliver',
      keep: '30d',
      async purge(ctx, before) {
        const { numUpdatedRows } = await ctx.db
          .updateTable('shop_order')
          .set({ buyer: null })
          .where('org_id', '=', ctx.org)
          .where('placed_at', '<', before)
          .where('buyer', 'is not', null)
          .executeTakeFirst()
        return Number(numUpdatedRows)
      },
    },
  ],
  events: [],
  projections: [],
  workflows: [],
  reactions: [],
  roles: { keeper: ['order.read', 'order.write'], looker: ['order.read'] },
  checks: [],
  slos: [],
  pages: [],
  stuckOperations: [
    {
      kind: 'order',
      after: '1h',
      async release(ctx, before) {
        const { numDeletedRows } = await ctx.db
          .deleteFrom('shop_order')
          .where('org_id', '=', ctx.org)
          .where('buyer', '=', 'nobody')
          .where('placed_at', '<', before)
          .executeTakeFirst()
        return Number(numDeletedRows)
      },
    },
  ],
})

/** The stores every behaviour is shown on. */
export const STORES = ['SQLite', 'PostgreSQL'] as const

/** A platform in a folder of its own. */
export interface TestPlatform extends AsyncDisposable {
  readonly platform: Platform
  readonly folder: string
  /** JSON log lines so far. */
  readonly lines: readonly string[]
  /** The header of an API key that may do everything; the tables must be there. */
  key(): Promise<{ readonly authorization: string }>
  /** Sends one request with that key. */
  readonly send: typeof send
  /** The same with a JSON body. */
  readonly sendJson: typeof sendJson
  /** Runs a schedule's job to its end; answers the run. */
  runNow(schedule: string): Promise<Awaited<ReturnType<Platform['engine']['runs']['get']>>>
}

/** How a test platform differs from the usual one. */
export interface TestPlatformOptions {
  readonly store?: (typeof STORES)[number]
  readonly env?: Environment
  readonly file?: ConfigFile
  readonly apps?: readonly AnyApp[]
  readonly clock?: Clock
  readonly fetch?: typeof globalThis.fetch
  readonly realtime?: PlatformOptions['realtime']
  readonly pushHosts?: PlatformOptions['pushHosts']
  /** For suites that are not about who asks. Default: the real one. */
  readonly identity?: Identity
}

// Tests ask as fast as they can.
const QUIET = { REGIE_PORT: '0', REGIE_RATE_LIMIT: 'off', REGIE_SIGN_IN_RATE_LIMIT: 'off' }

/** Opens a platform on a temporary folder and, when asked, on a PostgreSQL database of its own; it is not started. */
export async function openTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const { store = 'SQLite', env = {}, file = {}, apps = [shop], clock, fetch, identity, realtime, pushHosts } = options
  const folder = await mkdtemp(join(tmpdir(), 'regie-platform-'))
  const own = store === 'PostgreSQL' ? await ownDatabase() : undefined
  const database = own === undefined ? {} : { DATABASE_URL: own.url }
  const config = parseConfig({ ...QUIET, REGIE_DATA_DIR: folder, ...database, ...env }, file, apps)
  const lines: string[] = []
  const log = createLog({
    config,
    clock: clock ?? { now: () => Date.now(), setTimer: () => () => {} },
    screen: { write: (line) => lines.push(line) },
  })
  const platform = await createPlatform({
    ...{ config, apps, log },
    ...(clock && { clock }),
    ...(fetch && { fetch }),
    ...(identity && { identity }),
    ...(realtime && { realtime }),
    ...(pushHosts && { pushHosts }),
  })
  let made: Promise<{ readonly authorization: string }> | undefined
  const make = async () => {
    const { key } = await platform.identity.keys.create(operatorOf(config.org.id), { name: 'test', permissions: ['*'] })
    return { authorization: `Bearer ${key}` }
  }
  const key = () => (made ??= make())
  const withKey: typeof send = async (address, path, given = {}) =>
    send(address, path, { ...given, headers: { ...(await key()), ...given.headers } })
  return {
    platform,
    folder,
    lines,
    key,
    send: withKey,
    sendJson: (address, path, body, method = 'POST') =>
      withKey(address, path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async runNow(schedule) {
      const id = await platform.engine.schedules.runNow(schedule)
      return platform.engine.runs.wait(id)
    },
    async [Symbol.asyncDispose]() {
      await platform.stop()
      await own?.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
