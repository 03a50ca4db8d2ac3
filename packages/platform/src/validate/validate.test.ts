import { event, job, projection, reaction, schedule, workflow } from '@regie/engine'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { openTestPlatform, pack, shop } from '../app/platform.testing.ts'
import { tablesOf } from '../app/tables.ts'
import type { Access } from '../auth/permissions.ts'
import type { Config } from '../config/config.ts'
import { isPlatformError } from '../errors.ts'
import { fileAnswer } from '../http/file.ts'
import { topic } from '../realtime/topic.ts'
import { validateApps } from './validate.ts'

const nothing = { apps: new Map([['shop', {}]]), appsOff: new Set<string>() }

async function problemsOf(
  apps: readonly AnyApp[],
  config: Pick<Config, 'apps' | 'appsOff'> = nothing,
): Promise<string> {
  try {
    await validateApps({ apps, config, jobs: [], schedules: [] })
    return ''
  } catch (error) {
    if (isPlatformError(error, 'APP_INVALID')) return error.message
    throw error
  }
}

test('a right app has no problems', async () => {
  expect(await problemsOf([shop])).toBe('')
})

test('every problem of every app stands in one message', async () => {
  const foreign = job({ name: 'other.work', input: z.object({}), run: () => {} })
  const [place] = shop.routes
  const message = await problemsOf([
    {
      ...shop,
      jobs: [...shop.jobs, foreign, foreign, { ...foreign, name: 'shop.guarded', permission: 'shop.order.wrap' }],
      schedules: [
        ...shop.schedules,
        schedule({
          name: 'shop.lost',
          job: job({ name: 'shop.lost', input: z.object({}), run: () => {} }),
          input: {},
          every: '1h',
        }),
      ],
      migrations: { '0001': { up: async (db) => db.schema.createTable('customer').addColumn('id', 'text').execute() } },
      permissions: {},
      personalData: [...shop.personalData, ...shop.personalData],
      routes: place === undefined ? [] : [place, place, { ...place, path: '/Orders/{id}' }],
    },
    { ...shop, id: 'runs' },
  ])
  expect(message).toContain('other.work: the jobs of shop are named shop.…')
  expect(message).toContain('other.work: two jobs have this name')
  expect(message).toContain('shop.lost: its job shop.lost is not among the jobs of any app')
  expect(message).toContain('customer: a table of shop is named shop_…')
  expect(message).toContain('POST /api/v1/shop/orders: the app does not declare the permission order.write')
  expect(message).toContain('shop.guarded: the app does not declare the permission order.wrap')
  expect(message).toContain('POST /api/v1/shop/orders: two routes answer to it')
  expect(message).toContain('/Orders/{id}: a path is words')
  expect(message).toContain('runs: the platform uses this id itself')
  expect(message).toContain('runs: the configuration was parsed without this app')
  expect(message).toContain('shop.buyer: two rules for one kind')
})

test('a route that goes says when, in dates that there are; only a GET answers a file', async () => {
  const [first] = shop.routes
  if (first === undefined) throw new Error('there is one')
  const old = (since: string, sunset: string) => ({ ...first, path: `/old-${sunset}`, deprecated: { since, sunset } })
  const routes = [
    old('2026-01-01', '2026-02-30'),
    old('2026-03-01', '2026-01-01'),
    { ...first, path: '/saved', method: 'POST' as const, output: fileAnswer },
    { ...first, path: '/raw', method: 'GET' as const, body: 'raw' as const },
  ]
  const message = await problemsOf([{ ...shop, routes }])
  expect(message).toContain('/old-2026-02-30: deprecated has "2026-02-30", which is no date')
  expect(message).toContain('/old-2026-01-01: its sunset 2026-01-01 is before it is deprecated, 2026-03-01')
  expect(message).toContain('/saved: only a GET answers a file')
  expect(message).toContain('/raw: a GET has no body')
})

test('events, projections and reactions belong to their app, and follow events that there are', async () => {
  const [foreign, stranger] = ['other.sold', 'shop.lost'].map((name) => event({ name, data: z.object({}) }))
  if (foreign === undefined || stranger === undefined) throw new Error('there are two')
  const sales = projection({
    name: 'shop.sales',
    version: 1,
    mode: 'async',
    events: [stranger],
    tables: ['sales', 'shop_order'],
    create: async () => {},
    apply: async () => {},
  })
  const work = job({ name: 'shop.missing', input: z.object({}), run: () => {} })
  const reactions = [reaction({ name: 'shop.react', events: [foreign], job: work, input: () => ({}) })]
  const message = await problemsOf([{ ...shop, events: [foreign], projections: [sales], reactions }])
  expect(message).toContain('other.sold: the events of shop are named shop.…')
  expect(message).toContain('sales: a table of shop is named shop_…')
  expect(message).toContain('shop_order: a projection makes a table that is there already')
  expect(message).toContain('shop.sales: the event shop.lost is not among the events of any app')
  expect(message).toContain('shop.react: its job shop.missing is not among the jobs of any app')
})

test('createPlatform refuses apps that do not fit together', async () => {
  await expect(openTestPlatform({ apps: [shop, shop] })).rejects.toThrow('shop: two apps have this id')
})

test('tables are found in built and in written statements', async () => {
  const found = await tablesOf({
    '0002': { up: async (db) => void (await sql`CREATE TABLE IF NOT EXISTS "shop_b" (id text)`.execute(db)) },
    '0001': { up: async (db) => db.schema.createTable('shop_a').addColumn('id', 'text').execute() },
    '0003': { up: () => Promise.reject(new Error('reads rows that are not there')) },
  })
  expect(found).toEqual({
    whole: false,
    tables: [
      { name: 'shop_a', columns: ['id'] },
      { name: 'shop_b', columns: ['id'] },
    ],
  })
})

test('workflows are named after their app, and never as a job is', async () => {
  const run = async (): Promise<void> => {}
  const flows = ['other.flow', 'shop.twice'].map((name) => workflow({ name, input: z.object({}), run }))
  const twice = job({ name: 'shop.twice', input: z.object({}), run: () => {} })
  const message = await problemsOf([{ ...shop, jobs: [...shop.jobs, twice], workflows: flows }])
  expect(message).toContain('other.flow: the workflows of shop are named shop.…')
  expect(message).toContain('shop.twice: two jobs have this name')
})

test('service levels, checks, pages and roles hold what they name', async () => {
  const stray = job({ name: 'other.work', input: z.object({}), run: () => {} })
  const page = {
    id: 'orders',
    path: '/',
    title: { en: 'Orders', fr: 'Commandes' },
    icon: 'box',
    permission: 'order.burn',
    order: 1,
  }
  const slo = { name: 'packs', about: 'Packs.', of: stray, objective: 1, window: '30d' } as const
  const apps: readonly AnyApp[] = [
    {
      ...shop,
      slos: [slo, { ...slo, window: '3 weeks' as '3d' }],
      checks: [{ name: 'The stock', probe: async () => {} }],
      pages: [page, { ...page, path: '/Orders' }],
      roles: { Boss: ['order.read', 'order.sell'] },
    },
  ]
  const message = await problemsOf(apps)
  expect(message).toContain('shop slo packs: other.work is no route and no job of this app')
  expect(message).toContain('shop slo packs: its objective is 1: write a share between 0 and 1')
  expect(message).toContain('shop slo packs: "3 weeks" is no duration')
  expect(message).toContain('shop slo packs: two service levels have this name')
  expect(message).toContain('shop check The stock: a name is lower-case letters')
  expect(message).toContain('shop page orders: two pages have this id')
  expect(message).toContain('shop page orders: the app does not declare the permission order.burn')
  expect(message).toContain('shop page orders: an id is a word, an address such as /clients')
  expect(message).toContain('shop role Boss: the app does not declare the permission order.sell')
  expect(message).toContain('shop role Boss: a role is 2 to 31 lower-case letters')
  expect(await problemsOf([{ ...shop, pages: [{ ...page, permission: 'order.read' }] }])).toBe('')
})

test('a table says whose its rows are, and personal columns say why they are there', async () => {
  const table = (name: string, columns: readonly string[]) =>
    ({
      up: async (db) => {
        await sql`create table ${sql.table(name)} (${sql.join(columns.map((column) => sql`${sql.ref(column)} text not null check (length(${sql.ref(column)}) < 9)`))}, primary key (${sql.ref(columns[0] ?? '')}))`.execute(
          db,
        )
      },
    }) satisfies AnyApp['migrations'][string]
  const message = await problemsOf([
    {
      ...shop,
      migrations: {
        ...shop.migrations,
        '0002': table('shop_place', ['id', 'city']),
        '0003': table('shop_guest', ['org_id', 'contact_email', 'first_name', 'emailed', 'shipping']),
        '0004': { up: (db) => db.schema.alterTable('shop_guest').addColumn('iban', 'text').execute() },
      },
    },
  ])
  expect(message.split('\n').slice(1)).toEqual([
    '  - shop_place: it has no column org_id, by which ctx.db finds whose rows are whose',
    '  - shop_guest: contact_email, first_name, iban look personal, and no rule in personalData says why it is kept and until when',
  ])
})

test('what the engine would refuse of a schedule stands among the problems, by its name', async () => {
  const work = job({ name: 'shop.work', input: z.object({ size: z.number() }), run: () => {} })
  const of = (name: string, more: object) =>
    schedule({ name: `shop.${name}`, job: work, input: { size: 1 }, cron: '0 6 * * *', ...more } as Parameters<
      typeof schedule
    >[0])
  const schedules = [
    of('hour', { cron: '0 25 * * *' }),
    of('zone', { timeZone: 'Europe/Pariss' }),
    of('whom', { for: 'everyone' }),
    of('both', { for: 'each-organisation', org: 'main' }),
    of('late', { catchUp: { within: '3 weeks', max: 1 } }),
    of('size', { input: { size: 'small' } }),
    of('right', { for: 'each-organisation' }),
  ]
  const message = await problemsOf([{ ...shop, jobs: [...shop.jobs, work], schedules }])
  expect(message).toContain('The apps have 6 problems:')
  expect(message).toContain('- shop.hour: cron expression "0 25 * * *" is not valid')
  expect(message).toContain('- shop.zone: time zone "Europe/Pariss" is not known')
  expect(message).toContain(
    `- shop.whom: the schedule shop.whom is for "everyone": write 'each-organisation' or 'server'`,
  )
  expect(message).toContain('- shop.both: the schedule shop.both is for each organisation and for main')
  expect(message).toContain('- shop.late: ')
  expect(message).toContain('- shop.size: the schedule shop.size cannot be enqueued')
})

test('a job names a queue that its app declares, and all that is wrong with jobs stands in the one message', async () => {
  const work = (name: string, more: object) =>
    job({ name: `shop.${name}`, input: z.object({}), run: () => {}, ...more })
  const jobs = [
    ...shop.jobs,
    work('post', { queue: 'pakcing' }),
    work('tries', { retry: { attempts: 0 } }),
    work('time', { timeout: '3 weeks' }),
  ]
  const queues = { packing: { concurrency: 0 }, default: {}, 'Big Mail': {} }
  const message = await problemsOf([{ ...shop, jobs, queues }])
  expect(message).toContain('The apps have 6 problems:')
  expect(message).toContain('shop.post: shop declares no queue pakcing: add it to its queues; did you mean packing?')
  expect(message).toContain('shop.tries: the job shop.tries has 0 attempts')
  expect(message).toContain('shop.time: timeout of the job shop.time "3 weeks" is not a duration')
  expect(message).toContain('shop queue packing: concurrency: ')
  expect(message).toContain('shop queue default: it is shared by all apps')
  expect(message).toContain('shop queue Big Mail: a name is lower-case letters')
  const { queues: _, ...without } = shop
  expect(await problemsOf([without])).toContain('shop.pack: shop declares no queue packing')
})

test('what routes, permissions and rules about persons name is there, and can be', async () => {
  const [, list] = shop.routes
  if (list === undefined) throw new Error('there is one')
  const at = (path: string, more: object = {}) => ({ ...list, path, ...more })
  const one = { input: z.strictObject({ orderId: z.string() }).transform((input) => input) }
  const routes = [
    ...shop.routes,
    at('/orders/:id'),
    at('/loose/:id', { input: z.looseObject({}) }),
    at('/box/:orderId', one),
    at('/box/:boxId', { ...one, version: 'v2' }),
    at('/none', { rate: { max: 0, per: '1m' } }),
    at('/ever', { rate: { max: 1, per: 'x' } }),
    at('/never', { rate: { max: 1, per: '0s' } }),
  ]
  const [rule] = shop.personalData
  if (rule === undefined) throw new Error('there is one')
  const personalData = [rule, { ...rule, kind: 'guest', table: 'shop_ordre' }]
  const permissions = { 'order.read': ' ', 'order.write': { en: 'Order', fr: '' } }
  const message = await problemsOf([{ ...shop, routes, personalData, permissions }])
  expect(message.split('\n').slice(1)).toEqual([
    '  - shop.guest: no migration makes shop_ordre, where its personal data lies; did you mean shop_order?',
    '  - GET /api/v2/shop/box/:boxId: GET /api/v1/shop/box/:orderId answers to it too: give the parameters one name',
    '  - GET /api/v1/shop/orders/:id: its input has no field id, which is in its path',
    '  - GET /api/v2/shop/box/:boxId: its input has no field boxId, which is in its path',
    '  - GET /api/v1/shop/none: a rate limit of 0 requests: write a whole number from 1',
    expect.stringContaining('  - GET /api/v1/shop/ever: duration "x" is not a duration'),
    '  - GET /api/v1/shop/never: a rate limit per 0s: write a time that is longer',
    '  - shop.order.read: say what it lets a person do, as text or as { en, fr }',
    '  - shop.order.write: say what it lets a person do, as text or as { en, fr }',
  ])
  const moved: AnyApp['migrations'] = {
    ...shop.migrations,
    '0002': { up: (db) => db.schema.alterTable('shop_order').renameTo('shop_ordre').execute() },
  }
  expect(await problemsOf([{ ...shop, personalData, migrations: moved }])).toBe('')
})

test('what an import left empty is named, before anything looks into it', async () => {
  const open = (apps: readonly unknown[]) => openTestPlatform({ apps: apps as readonly AnyApp[] })
  await expect(open([{ ...shop, routes: undefined, jobs: [pack, undefined], roles: [] }])).rejects.toThrow(
    [
      'The apps have 3 problems:',
      '  - shop routes: is undefined: write a list, such as []',
      '  - shop jobs: its entry 2 is undefined: is its name right, or do its files import each other?',
      '  - shop roles: is a list: write an object, such as {}',
    ].join('\n'),
  )
  await expect(open([{ ...shop, config: undefined }])).rejects.toThrow('apps.shop: its config is no schema')
})

test('a topic asks for a permission that there is, and is named after its app', async () => {
  const stock = (name: string, access: Access) =>
    topic({ name, summary: 'The stock', params: z.object({}), data: z.object({}), access: access as 'signed-in' })
  const topics = [
    stock('shop.right', 'shop.order.read'),
    stock('shop.all', 'signed-in'),
    stock('shop.runs', 'runs.read'),
    stock('shop.wrong', 'shop.order.burn'),
    stock('other.stock', 'shop.order.read'),
  ]
  expect((await problemsOf([{ ...shop, topics }])).split('\n').slice(1)).toEqual([
    '  - other.stock: the topics of shop are named shop.…: use its own builders',
    '  - shop.wrong topic: the app does not declare the permission order.burn',
  ])
})

test('no app may be taken for another by its tables', async () => {
  const config = { apps: new Map(['shop', 'shop-more'].map((id) => [id, {}])), appsOff: new Set<string>() }
  const other = { ...shop, id: 'shop-more', migrations: {}, jobs: [], schedules: [], personalData: [] }
  expect(await problemsOf([shop, other], config)).toContain('shop-more: its tables could be taken for those of shop')
})
