import { silentLogger } from '@regie/engine'
import { accepted, acceptedRun, builders, createPlatform, newId, parseConfig } from '@regie/platform'
import { z } from 'zod'
import { knownIdentity } from '../known-identity.ts'
import { type OpenServer, ROWS, seedRow } from './contestant.ts'

interface Bench {
  readonly db: {
    readonly bench_item: {
      readonly id: string
      readonly org_id: string
      readonly name: string
      readonly price: number
      readonly created_at: number
    }
  }
  readonly config: unknown
  readonly permission: 'item.read' | 'item.write'
}

const { defineApp, event, job, route } = builders<Bench>('bench')

const itemView = z.object({ id: z.string(), name: z.string(), price: z.int(), createdAt: z.int() })
const itemAdded = event({ name: 'item-added', data: z.object({ itemId: z.string(), price: z.int() }) })
const pack = job({ name: 'pack', input: z.object({ itemId: z.string() }), run: () => {} })

const bench = defineApp({
  title: 'Bench',
  config: z.object({}),
  migrations: {
    '0001-item': {
      async up(db) {
        await db.schema
          .createTable('bench_item')
          .addColumn('id', 'text', (column) => column.notNull())
          .addColumn('org_id', 'text', (column) => column.notNull())
          .addColumn('name', 'text', (column) => column.notNull())
          .addColumn('price', 'bigint', (column) => column.notNull())
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('bench_item_key', ['org_id', 'id'])
          .execute()
      },
      async down(db) {
        await db.schema.dropTable('bench_item').execute()
      },
    },
  },
  permissions: { 'item.read': 'See items', 'item.write': 'Add items' },
  roles: {},
  events: [itemAdded],
  projections: [],
  reactions: [],
  jobs: [pack],
  workflows: [],
  schedules: [],
  checks: [],
  slos: [],
  pages: [],
  routes: [
    route({
      method: 'GET',
      path: '/items/:itemId',
      summary: 'Read an item',
      permission: 'item.read',
      input: z.object({ itemId: z.string() }),
      output: itemView,
      async handle(ctx, { itemId }) {
        const row = await ctx.db
          .selectFrom('bench_item')
          .selectAll()
          .where('org_id', '=', ctx.org)
          .where('id', '=', itemId)
          .executeTakeFirstOrThrow()
        return { id: row.id, name: row.name, price: row.price, createdAt: row.created_at }
      },
    }),
    route({
      method: 'GET',
      path: '/items',
      summary: 'List items',
      permission: 'item.read',
      input: z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
      output: z.object({ items: z.array(itemView) }),
      async handle(ctx, { limit }) {
        const rows = await ctx.db
          .selectFrom('bench_item')
          .selectAll()
          .where('org_id', '=', ctx.org)
          .orderBy('id')
          .limit(limit)
          .execute()
        return {
          items: rows.map((row) => ({ id: row.id, name: row.name, price: row.price, createdAt: row.created_at })),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/items',
      summary: 'Add an item',
      permission: 'item.write',
      input: z.object({ name: z.string().min(1).max(200), price: z.int().min(0) }),
      output: itemView,
      status: 201,
      handle: (ctx, { name, price }) =>
        ctx.transaction(async (tx) => {
          const now = ctx.clock.now()
          const id = newId(now)
          await tx.db.insertInto('bench_item').values({ id, org_id: ctx.org, name, price, created_at: now }).execute()
          await tx.append(`item-${id}`, 'any', itemAdded.with({ itemId: id, price }))
          await tx.enqueue(pack, { itemId: id })
          return { id, name, price, createdAt: now }
        }),
    }),
    route({
      method: 'POST',
      path: '/packs',
      summary: 'Pack an item',
      permission: 'item.write',
      input: z.object({ itemId: z.string() }),
      output: acceptedRun,
      status: 202,
      handle: async (ctx, { itemId }) => accepted(await ctx.enqueue(pack, { itemId })),
    }),
  ],
  personalData: [],
  stuckOperations: [],
})

/** The product's own server with an app on it; requests are counted, but no limit is reached. */
export async function open(folder: string): Promise<OpenServer> {
  const env = { REGIE_DATA_DIR: folder, REGIE_PORT: '0', REGIE_ROLES: 'api', REGIE_RATE_LIMIT: '100000000/60s' }
  const config = parseConfig(env, {}, [bench])
  const log = { ...silentLogger, child: () => silentLogger, tap: () => () => {}, close: () => {} }
  const platform = await createPlatform({ config, apps: [bench], log, identity: knownIdentity(config.org.id) })
  const { address = '' } = await platform.start()
  const rows = Array.from({ length: ROWS }, (_, index) => ({ ...seedRow(index), org_id: config.org.id, created_at: 0 }))
  await platform.database.kysely<Bench['db']>().insertInto('bench_item').values(rows).execute()
  return { base: `${address}/api/v1/bench` }
}
