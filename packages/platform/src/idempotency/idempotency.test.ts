import { type FakeClock, fakeClock } from '@regie/engine/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import type { AppTransaction } from '../app/context.ts'
import { openTestPlatform, STORES, shop } from '../app/platform.testing.ts'
import type { Platform } from '../app/platform.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { type Answer, send } from '../http/request.testing.ts'
import { deleteExpiredKeys } from './store/keys.ts'

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

const { route } = builders<Shop>('shop')
let count = 0
const stalls = { before: false, after: false }
let stall = Promise.withResolvers<void>()
let begun = Promise.withResolvers<void>()

/** How the route goes on once its order is placed. */
const HOW = ['well', 'refused', 'broken', 'misshapen'] as const

const place = route({
  method: 'POST',
  path: '/place',
  summary: 'Place an order under a number of its own',
  permission: 'order.write',
  input: z.object({ buyer: z.string(), how: z.enum(HOW).default('well') }),
  output: z.object({ id: z.string() }),
  status: 201,
  async handle(ctx, { buyer, how }) {
    begun.resolve()
    if (stalls.before) await stall.promise
    if (how === 'broken') throw new Error('the printer burns')
    const id = await ctx.transaction(async (tx: AppTransaction<Shop>) => {
      count += 1
      const order = { id: `order-${count}`, org_id: ctx.org, buyer, placed_at: ctx.clock.now() }
      await tx.db.insertInto('shop_order').values(order).execute()
      if (how === 'refused') throw Object.assign(new Error('out of stock'), { status: 409, code: 'OUT_OF_STOCK' })
      return order.id
    })
    if (stalls.after) await stall.promise
    return how === 'misshapen' ? ({ number: id } as never) : { id }
  },
})

describe.each(STORES)('a request that comes again, on %s', (store) => {
  let clock: FakeClock
  let platform: Platform
  let address: string

  beforeEach(async () => {
    Object.assign(stalls, { before: false, after: false })
    stall = Promise.withResolvers()
    begun = Promise.withResolvers()
    clock = fakeClock(Date.now())
    const secretly = { ...place, path: '/place-secretly', confidential: true }
    const app = {
      ...shop,
      jobs: [],
      schedules: [],
      routes: [...shop.routes.filter(({ method }) => method === 'GET'), place, secretly],
    }
    const world = await openTestPlatform({
      store,
      clock,
      apps: [app],
      env: { REGIE_ROLES: 'api' },
      identity: openIdentity('main'),
    })
    onTestFinished(async () => {
      stall.resolve()
      await world[Symbol.asyncDispose]()
    })
    platform = world.platform
    address = (await platform.start()).address ?? ''
  })

  const post = (key: string, body: object, path = '/api/v1/shop/place'): Promise<Answer> =>
    send(address, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  const orders = async () => {
    const { orders: list } = (await send(address, '/api/v1/shop/orders')).json as { orders: readonly unknown[] }
    return list.length
  }

  test('is answered the same, and nothing is done twice', async () => {
    const first = await post('a', { buyer: 'Ada' })
    const second = await post('a', { buyer: 'Ada' })
    expect(first.status).toBe(201)
    expect(second).toMatchObject({ status: 201, body: first.body })
    expect(second.headers['content-type']).toBe(first.headers['content-type'])
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(await orders()).toBe(1)
  })

  test('is another one with another key, or with none', async () => {
    await post('a', { buyer: 'Ada' })
    await post('b', { buyer: 'Ada' })
    const headers = { 'content-type': 'application/json' }
    await send(address, '/api/v1/shop/place', { method: 'POST', headers, body: '{"buyer":"Ada"}' })
    expect(await orders()).toBe(3)
  })

  test('is refused when its body or its address differs', async () => {
    await post('a', { buyer: 'Ada' })
    expect((await post('a', { buyer: 'Bob' })).json).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' })
    const elsewhere = await post('a', { buyer: 'Ada' }, '/api/v1/shop/place-secretly')
    expect(elsewhere.json).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' })
    expect(await orders()).toBe(1)
  })

  test('is refused while the first is under way, and told to come back', async () => {
    stalls.before = true
    void post('a', { buyer: 'Ada' }).catch(() => {})
    await begun.promise
    const answer = await post('a', { buyer: 'Ada' })
    expect(answer.json).toMatchObject({ status: 409, code: 'IDEMPOTENCY_PENDING' })
    expect(answer.headers['retry-after']).toBe('1')
  })

  test('many at the same moment are done once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('a', { buyer: 'Ada' })))
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
    expect(await orders()).toBe(1)
  })

  test('is tried anew when its process died before the change, and one that was only slow changes nothing any more', async () => {
    stalls.before = true
    const dead = post('a', { buyer: 'Ada' })
    await begun.promise
    stalls.before = false
    await clock.leap(60_000)
    expect((await post('a', { buyer: 'Ada' })).status).toBe(201)
    // It was not dead but slow: what it changes now would be a second time.
    stall.resolve()
    expect((await dead).json).toMatchObject({ status: 409, code: 'IDEMPOTENCY_PENDING' })
    expect(await orders()).toBe(1)
  })

  test('is refused, not done twice, when its process died between the change and the answer', async () => {
    stalls.after = true
    void post('a', { buyer: 'Ada' }).catch(() => {})
    await expect.poll(orders).toBe(1)
    expect((await post('a', { buyer: 'Ada' })).json).toMatchObject({ code: 'IDEMPOTENCY_PENDING' })
    await clock.leap(60_000)
    expect((await post('a', { buyer: 'Ada' })).json).toMatchObject({ status: 409, code: 'IDEMPOTENCY_LOST' })
    expect(await orders()).toBe(1)
  })

  test('a refusal is repeated as well', async () => {
    const first = await post('a', { buyer: 'Ada', how: 'refused' })
    expect(first.json).toMatchObject({ status: 409, code: 'OUT_OF_STOCK' })
    const second = await post('a', { buyer: 'Ada', how: 'refused' })
    expect(second).toMatchObject({ status: 409, body: first.body })
    expect(second.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(second.headers['idempotency-replayed']).toBe('true')
  })

  test('a failure is not kept: the next one is a new attempt', async () => {
    expect((await post('a', { buyer: 'Ada', how: 'broken' })).status).toBe(500)
    const second = await post('a', { buyer: 'Ada', how: 'broken' })
    expect(second.status).toBe(500)
    expect(second.headers).not.toHaveProperty('idempotency-replayed')
  })

  test('a failure after the change is not tried anew', async () => {
    expect((await post('a', { buyer: 'Ada', how: 'misshapen' })).status).toBe(500)
    expect((await post('a', { buyer: 'Ada', how: 'misshapen' })).json).toMatchObject({ code: 'IDEMPOTENCY_LOST' })
    expect(await orders()).toBe(1)
  })

  test('an answer that is a secret is not kept, and what was changed is not changed again', async () => {
    expect((await post('a', { buyer: 'Ada' }, '/api/v1/shop/place-secretly')).status).toBe(201)
    const second = await post('a', { buyer: 'Ada' }, '/api/v1/shop/place-secretly')
    expect(second.json).toMatchObject({ status: 409, code: 'IDEMPOTENCY_LOST' })
    expect(await orders()).toBe(1)
    const kept = await platform.database
      .kysely<{ platform_idempotency: { readonly key: string; readonly body: string | null } }>()
      .selectFrom('platform_idempotency')
      .select(['key', 'body'])
      .execute()
    // Neither the answer nor the client's own key, with which the body's fingerprint is made.
    expect(kept).toEqual([{ key: expect.stringMatching(/^[\w-]{43}$/), body: null }])
  })

  test('after a day the key is free, and its row goes with the cleaning', async () => {
    await post('a', { buyer: 'Ada' })
    await clock.leap(86_400_000)
    expect((await post('a', { buyer: 'Ada' })).headers).not.toHaveProperty('idempotency-replayed')
    expect(await orders()).toBe(2)
    await clock.leap(86_400_000)
    expect(await deleteExpiredKeys(platform.database, clock.now())).toBe(1)
    expect(await deleteExpiredKeys(platform.database, clock.now())).toBe(0)
  })

  test.each(['', 'two words', 'x'.repeat(256)])('the key %j is none', async (key) => {
    expect((await post(key, { buyer: 'Ada' })).json).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })
})
