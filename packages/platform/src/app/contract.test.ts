import { event, reaction } from '@regie/engine'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { operatorOf } from '../auth/acting.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { send, sendJson } from '../http/request.testing.ts'
import type { AnyApp } from './app.ts'
import { builders } from './builders.ts'
import type { Context } from './context.ts'
import { openTestPlatform, pack, STORES, shop, wait } from './platform.testing.ts'

const [postOrder, getOrders] = shop.routes
if (postOrder === undefined || getOrders === undefined) throw new TypeError('the shop has both')

const order = (id: string) => ({ id, buyer: 'Jeanne' })

const identity = openIdentity('main')

describe.each(STORES)('what an app declares, on %s', (store) => {
  test('its checks join /ready, and only those that count take the process out of service', async () => {
    const trouble = { stock: false, gift: true }
    const checks = [
      { name: 'stock', probe: async () => failWhen(trouble.stock, 'the shelves are empty') },
      { name: 'gift', advisory: true, probe: async () => failWhen(trouble.gift, 'no paper is left') },
    ]
    await using world = await openTestPlatform({ store, identity, apps: [{ ...shop, checks }] })
    const { address = '' } = await world.platform.start()
    expect(await send(address, '/ready')).toMatchObject({
      status: 200,
      json: {
        checks: { 'shop.stock': { ok: true }, 'shop.gift': { ok: false, advisory: true, reason: 'no paper is left' } },
      },
    })
    trouble.stock = true
    expect(await send(address, '/ready')).toMatchObject({ status: 503, json: { failing: ['shop.stock'] } })
  })

  test('its service levels count answers and runs, and those that were not good', async () => {
    const slos = [
      { name: 'orders', about: 'Orders are taken.', of: postOrder, objective: 0.99, window: '30d' },
      { name: 'packed', about: 'Orders are packed.', of: pack, objective: 0.9, window: '7d' },
    ] as const
    await using world = await openTestPlatform({ store, identity, apps: [{ ...shop, slos }] })
    const { address = '' } = await world.platform.start()
    const { json } = await sendJson(address, '/api/v1/shop/orders', order('o1'))
    await world.platform.engine.runs.wait((json as { runId: number }).runId)
    const { id } = await world.platform.engine.enqueue(pack, { orderId: 'o2', fail: true })
    await world.platform.engine.runs.wait(id)
    const failed = world.lines.find((line) => line.includes('a run failed for good')) ?? '{}'
    expect(JSON.parse(failed)).toMatchObject({
      ...{ level: 50, run: id, job: 'shop.pack', attempt: 1 },
      error: { message: 'the carton is too small', stack: expect.stringContaining('platform.testing.ts') },
    })
    const lines = (await send(address, '/metrics')).body.split('\n').filter((line) => line.startsWith('regie_slo'))
    expect(lines.toSorted()).toEqual([
      'regie_slo_breaches_total{slo="shop.orders"} 0',
      'regie_slo_breaches_total{slo="shop.packed"} 1',
      'regie_slo_events_total{slo="shop.orders"} 1',
      'regie_slo_events_total{slo="shop.packed"} 2',
    ])
  })

  test('its jobs may run in a thread of their own', async () => {
    const loud = builders('shop').job({
      name: 'loud',
      input: z.object({ text: z.string() }),
      isolate: { module: new URL('./isolated.testing.ts', import.meta.url) },
    })
    await using world = await openTestPlatform({ store, identity, apps: [{ ...shop, jobs: [...shop.jobs, loud] }] })
    await world.platform.start()
    const { id } = await world.platform.engine.enqueue(loud, { text: 'tea' })
    expect(await world.platform.engine.runs.wait(id)).toMatchObject({ job: 'shop.loud', result: 'TEA' })
  })

  test('what it keeps open is disposed at the stop, the last first; what it throws ends the start', async () => {
    const told: string[] = []
    const open = (id: string) => async () => {
      told.push(`open ${id}`)
      return { [Symbol.asyncDispose]: async () => void told.push(`close ${id}`) }
    }
    const second: AnyApp = { ...emptyApp('second'), start: open('second') }
    const world = await openTestPlatform({ store, apps: [{ ...shop, start: open('shop') }, second] })
    await world.platform.start()
    await world[Symbol.asyncDispose]()
    expect(told).toEqual(['open shop', 'open second', 'close second', 'close shop'])
    await using broken = await openTestPlatform({
      store,
      apps: [{ ...shop, start: () => Promise.reject(new Error('no socket')) }],
    })
    await expect(broken.platform.start()).rejects.toThrow('no socket')
  })
})

describe.each(STORES)('the schedules of an app, on %s', (store) => {
  test('fire for every organisation, also for one made later; the operator runs them for all, and for one', async () => {
    const now = Date.parse('2026-03-02T03:59:00Z')
    let later = 0
    const clock = { now: () => now + later, setTimer: unrefTimer }
    await using world = await openTestPlatform({ store, clock, env: { REGIE_ROLES: 'api,worker' } })
    const { address = '' } = await world.platform.start()
    const { engine, identity: own } = world.platform
    await engine.schedules.tick()
    const { id: second } = await own.installation.create(operatorOf('main'), { name: 'Second', owner: 'o@example.com' })
    later = 61_000
    await engine.schedules.tick()
    const packed = async (org: string) => engine.runs.count({ job: 'shop.pack', org })
    expect([await packed('main'), await packed(second)]).toEqual([1, 1])
    const run = await world.sendJson(address, '/api/v1/schedules/shop.pack/run', {})
    expect(run).toMatchObject({ status: 202, json: { runId: expect.any(Number), runs: 2 } })
    const { runId } = run.json as { readonly runId: number }
    expect(await engine.runs.get(runId)).toMatchObject({ org: 'main' })
    expect([await packed('main'), await packed(second)]).toEqual([2, 2])
    const { json } = await world.send(address, '/api/v1/schedules/shop.pack/history')
    expect(json).toMatchObject({ items: [{ outcome: 'manual', runId }, { outcome: 'fired' }] })
    const { json: listed } = await world.send(address, '/api/v1/schedules')
    const { items: schedules } = listed as {
      readonly items: readonly { readonly name: string; readonly for: string }[]
    }
    expect(Object.fromEntries(schedules.map((schedule) => [schedule.name, schedule.for]))).toMatchObject({
      'shop.pack': 'each-organisation',
      'backup.daily': 'server',
    })
    const theirs = await engine.schedules.history('shop.pack', 50, second)
    expect(theirs.map(({ org, outcome }) => [org, outcome])).toEqual([
      [second, 'manual'],
      [second, 'fired'],
    ])
  })
})

describe.each(STORES)('an app that is switched off, on %s', (store) => {
  test('does nothing any more, keeps its rows, and purges what was kept long enough', async () => {
    let now = Date.parse('2026-03-02T09:00:00Z')
    const clock = { now: () => now, setTimer: unrefTimer }
    await using world = await openTestPlatform({ store, identity, env: { REGIE_APPS: 'none' }, clock })
    const { address = '' } = await world.platform.start()
    const { database, engine, services } = world.platform
    expect((await send(address, '/api/v1/shop/orders')).status).toBe(404)
    expect((await engine.schedules.list()).map(({ name }) => name)).not.toContain('shop.pack')
    await expect(engine.enqueue(pack, { orderId: 'o1' })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    expect((await send(address, '/api/v1/apps')).json).toMatchObject({
      items: [
        {
          id: 'shop',
          on: false,
          migration: '0001-order',
          routes: 2,
          permissions: { 'shop.order.read': { en: 'See orders' } },
        },
      ],
    })
    const row = { id: 'o1', org_id: 'main', buyer: 'Jeanne', placed_at: now }
    await database.kysely<{ shop_order: typeof row }>().insertInto('shop_order').values(row).execute()
    now += 31 * 86_400_000
    expect(await world.runNow('privacy.purge')).toMatchObject({ result: { rows: { 'shop.buyer': 1 } } })
    expect(
      await services
        .context('shop', 'main')
        .db.selectFrom('shop_order' as never)
        .select(sql`1`.as('one'))
        .execute(),
    ).toHaveLength(1)
  })
})

test('an app may not follow events of one that is switched off', async () => {
  const sold = event({ name: 'shop.sold', data: z.object({}) })
  const other = emptyApp('other')
  const reactions = [reaction({ name: 'other.react', events: [sold], job: wait, input: () => ({}) })]
  const open = openTestPlatform({
    apps: [
      { ...shop, events: [sold] },
      { ...other, reactions },
    ],
    file: { apps: { shop: false } },
  })
  await expect(open).rejects.toThrow('other.react: the event shop.sold belongs to shop, which is switched off')
})

describe.each(STORES)('the database of routes and jobs on %s', (store) => {
  test('a route that writes outside a transaction is told where to write, and the log which line of it did', async () => {
    // As the command sets it.
    Error.stackTraceLimit = 30
    const handle = (ctx: never) => (ctx as ShopContext).db.deleteFrom('shop_order').execute()
    await using world = await openTestPlatform({
      store,
      identity,
      apps: [{ ...shop, routes: [{ ...getOrders, handle }] }],
    })
    const { address = '' } = await world.platform.start()
    expect((await send(address, '/api/v1/shop/orders')).status).toBe(500)
    const told = world.lines.find((line) => line.includes('WRITE_OUTSIDE_TRANSACTION')) ?? '{}'
    expect(JSON.parse(told)).toMatchObject({ err: { stack: expect.stringContaining('contract.test.ts') } })
    expect(told).not.toContain('node_modules')
  })

  test('routes and transactions see the rows of their organisation, and all of them only for a reason that is told', async () => {
    await using world = await openTestPlatform({ store })
    await world.platform.start()
    const context = (org: string) => world.platform.services.context<ShopScope>('shop', org, { writes: 'transaction' })
    for (const org of ['main', 'elsewhere']) await postOrder.handle(context(org) as never, order(`of-${org}`))
    expect(await getOrders.handle(context('elsewhere') as never, {})).toMatchObject({
      orders: [{ id: 'of-elsewhere' }],
    })
    await context('main').transaction((tx) => tx.db.deleteFrom('shop_order').execute())
    const all = await context('main').allOrgs('to count what is left')
    expect(await all.selectFrom('shop_order').select('id').execute()).toEqual([{ id: 'of-elsewhere' }])
    const { entries } = await world.platform.audit.search({ org: 'main', action: 'shop.all-orgs' })
    expect(entries).toMatchObject([{ actor: { id: 'system' }, after: { reason: 'to count what is left' } }])
    await expect(context('main').allOrgs(' ')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe.each(STORES)('runs on %s', (store) => {
  test('of a job or a step change rows of their own organisation only', async () => {
    const { job, workflow } = builders<ShopScope>('shop')
    const clear = job({
      name: 'clear',
      input: z.object({}),
      run: (ctx) => ctx.complete(async (tx) => void (await tx.db.deleteFrom('shop_order').execute())),
    })
    const rename = workflow({
      name: 'rename',
      input: z.object({}),
      async run(wf) {
        await wf.step('in a transaction', (ctx) =>
          ctx.complete(async (tx) => void (await tx.db.updateTable('shop_order').set({ buyer: 'X' }).execute())),
        )
        return wf.step('outside', async (ctx) => {
          const rows = await ctx.db.selectFrom('shop_order').select(['id', 'buyer']).execute()
          return rows.map(({ id, buyer }) => `${id}:${buyer}`)
        })
      },
    })
    await using world = await openTestPlatform({
      store,
      apps: [{ ...shop, jobs: [...shop.jobs, clear], workflows: [rename] }],
    })
    await world.platform.start()
    const { services, engine } = world.platform
    const context = (org: string) => services.context<ShopScope>('shop', org)
    for (const org of ['a', 'b']) await postOrder.handle(context(org) as never, order(`of-${org}`))
    const renamed = await context('a').enqueue(rename, {})
    expect(await engine.runs.wait(renamed.id)).toMatchObject({ state: 'succeeded', result: ['of-a:X'] })
    const cleared = await context('a').enqueue(clear, {})
    expect(await engine.runs.wait(cleared.id)).toMatchObject({ state: 'succeeded' })
    expect(await context('a').db.selectFrom('shop_order').select('id').execute()).toEqual([])
    expect(await context('b').db.selectFrom('shop_order').select('buyer').execute()).toEqual([{ buyer: 'Jeanne' }])
  })
})

type ShopScope = {
  readonly db: { shop_order: { id: string; org_id: string; buyer: string } }
  readonly config: object
  readonly permission: string
}
type ShopContext = Context<ShopScope>

function emptyApp(id: string): AnyApp {
  const none = { events: [], projections: [], personalData: [], routes: [], jobs: [], workflows: [], schedules: [] }
  const rest = { reactions: [], permissions: {}, roles: {}, checks: [], slos: [], pages: [], migrations: {} }
  return { id, title: id, config: z.object({}), ...none, ...rest }
}

function failWhen(wrong: boolean, reason: string): void {
  if (wrong) throw new Error(reason)
}

function unrefTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs).unref()
  return () => clearTimeout(timer)
}
