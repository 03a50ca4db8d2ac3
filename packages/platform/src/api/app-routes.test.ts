import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { fakeClock } from '@regie/engine/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { openTestPlatform, pack, STORES, shop, type TestPlatformOptions } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { accepted, acceptedRun } from '../http/accepted.ts'
import { file, fileAnswer } from '../http/file.ts'
import { send, sendJson } from '../http/request.testing.ts'
import type { RateLimit } from '../rate/gcra.ts'

const { job, route } = builders<{ readonly db: object; readonly config: unknown; readonly permission: string }>('shop')

const packOnce = job({
  name: 'pack-once',
  input: z.object({ orderId: z.string() }),
  unique: { period: '1h' },
  run: () => 'packed',
})

const start = (rate?: RateLimit) =>
  route({
    method: 'POST',
    path: '/pack',
    summary: 'Pack an order',
    permission: 'order.write',
    input: z.object({ orderId: z.string() }),
    output: acceptedRun,
    status: 202,
    ...(rate && { rate }),
    bodyLimit: 200,
    handle: async (ctx, { orderId }) =>
      accepted(await (orderId === 'once' ? ctx.enqueue(packOnce, { orderId }) : ctx.enqueue(pack, { orderId }))),
  })

/** Takes what a carrier tells, by the signature over its very bytes. */
const hook = route({
  method: 'POST',
  path: '/hooks/:carrier',
  summary: 'Take what a carrier tells',
  permission: 'public',
  body: 'raw',
  bodyLimit: 200,
  input: z.strictObject({ carrier: z.string(), try: z.string().optional() }),
  output: z.object({ bytes: z.int(), by: z.string(), org: z.string() }),
  async handle(ctx, { carrier }, { header, body }) {
    if (header('X-Signature') !== createHmac('sha256', carrier).update(body).digest('hex'))
      throw Object.assign(new Error('The signature is not one of this carrier.'), {
        status: 403,
        code: 'SIGNATURE_WRONG',
      })
    await ctx.transaction((tx) => tx.enqueue(packOnce, { orderId: 'hooked' }))
    return { bytes: body.length, by: ctx.actor.kind, org: ctx.org }
  },
})

const getLabel = route({
  method: 'GET',
  path: '/labels/:name',
  summary: 'Download a label',
  permission: 'order.read',
  input: z.strictObject({ name: z.string() }),
  output: fileAnswer,
  handle: async (_ctx, { name }) =>
    file({ name, type: 'text/html', body: name === 'short' ? Buffer.from('<b>') : Readable.from(['<b>', 'bold']) }),
})

async function openShop({ rate, ...options }: TestPlatformOptions & { readonly rate?: RateLimit }): Promise<string> {
  const app = {
    ...shop,
    jobs: [...shop.jobs, packOnce],
    routes: [...shop.routes, start(rate), hook, getLabel],
  } as unknown as typeof shop
  const world = await openTestPlatform({ apps: [app], identity: openIdentity('main'), ...options })
  onTestFinished(() => world[Symbol.asyncDispose]())
  return (await world.platform.start()).address ?? ''
}

describe.each(STORES)('routes of apps, on %s', (store) => {
  test('long work is accepted with its run, where its result is to be had', async () => {
    const address = await openShop({ store })
    const answer = await sendJson(address, '/api/v1/shop/pack', { orderId: 'o-1' })
    const { runId, state } = acceptedRun.parse(answer.json)
    expect(answer.status).toBe(202)
    expect(state).toBe('queued')
    expect(answer.headers.location).toBe(`/api/v1/runs/${runId}`)
    const result = () => send(address, `${answer.headers.location}/result`)
    await expect.poll(async () => (await result()).status).toBe(200)
    expect((await result()).json).toMatchObject({ state: 'succeeded', result: { packed: 'o-1' } })
  })

  test('an accepted run is told how long those before it took, and one that was there already how it stands', async () => {
    const address = await openShop({ store })
    const next = async (orderId: string) => (await sendJson(address, '/api/v1/shop/pack', { orderId })).json
    const first = acceptedRun.parse(await next('once'))
    expect(first).toEqual({ runId: first.runId, state: 'queued' })
    await expect.poll(() => next('once')).toMatchObject({ runId: first.runId, state: 'succeeded' })
    const estimated = { state: 'queued', estimatedMs: expect.any(Number) }
    await expect.poll(() => next('o-1')).toMatchObject(estimated)
    expect(await next('o-1')).toMatchObject(estimated)
  })

  test('a repeated 202 has the same run and Location', async () => {
    const address = await openShop({ store })
    const post = () =>
      send(address, '/api/v1/shop/pack', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'a' },
        body: '{"orderId":"o-1"}',
      })
    const first = await post()
    const second = await post()
    expect(second).toMatchObject({ status: 202, body: first.body })
    expect(second.headers.location).toBe(first.headers.location)
    const { items: runs } = (await send(address, '/api/v1/runs?job=shop.pack')).json as {
      readonly items: readonly unknown[]
    }
    expect(runs).toHaveLength(1)
  })

  test('a route says how often it may be used, and how long its body may be', async () => {
    const clock = fakeClock(Date.now())
    const address = await openShop({
      store,
      clock,
      rate: { max: 2, per: '60s' },
      env: { REGIE_ROLES: 'api', REGIE_RATE_LIMIT: '5/60s' },
    })
    const post = (orderId = 'o-1') => sendJson(address, '/api/v1/shop/pack', { orderId })
    const [first, second, third] = [await post(), await post(), await post()]
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"POST /api/v1/shop/pack";q=2;w=60',
      ratelimit: '"POST /api/v1/shop/pack";r=1;t=30',
    })
    expect(second.status).toBe(202)
    expect(third.json).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    expect(third.headers['retry-after']).toBe('30')
    await clock.advance(30_000)
    expect((await post('x'.repeat(300))).status).toBe(413)
    expect((await post()).status).toBe(429)
    // Other routes are counted apart, under the limit that is configured.
    const other = await send(address, '/api/v1/shop/orders')
    expect(other.headers['ratelimit-policy']).toBe('"default";q=5;w=60')
    // Probes are not counted.
    for (let index = 0; index < 10; index += 1) expect((await send(address, '/health')).status).toBe(200)
  })

  test('a public route takes any body as it came, from nobody in particular, and is audited so', async () => {
    const address = await openShop({ store, env: { REGIE_RATE_LIMIT: '5/60s' } })
    const post = (body: Buffer, more: Readonly<Record<string, string>> = {}) =>
      send(address, '/api/v1/shop/hooks/dhl?try=1', {
        method: 'POST',
        headers: { 'x-signature': createHmac('sha256', 'dhl').update(body).digest('hex'), ...more },
        body,
      })
    const bytes = Buffer.from([0, 255, 123])
    const taken = await post(bytes, { 'content-type': 'text/xml' })
    expect(taken).toMatchObject({ status: 200, json: { bytes: 3, by: 'anonymous', org: 'main' } })
    // By address, as all that is not declared otherwise.
    expect(taken.headers['ratelimit-policy']).toBe('"default";q=5;w=60')
    expect((await post(Buffer.from('{"not": "json'), { 'content-type': 'application/json' })).status).toBe(200)
    expect((await post(bytes, { 'x-signature': '00' })).json).toMatchObject({ status: 403, code: 'SIGNATURE_WRONG' })
    expect((await post(Buffer.alloc(201))).json).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect((await post(bytes, { origin: 'https://elsewhere.example' })).json).toMatchObject({ code: 'ORIGIN_REFUSED' })
    const { json } = await send(address, '/api/v1/audit?action=shop.*')
    expect(json).toMatchObject({
      items: [{ actor: { kind: 'anonymous' }, after: { carrier: 'dhl', try: '1' } }, { actor: { kind: 'anonymous' } }],
    })
  })

  test('a file is answered to be saved, whatever it is called', async () => {
    const address = await openShop({ store })
    const get = (name: string) => send(address, `/api/v1/shop/labels/${encodeURIComponent(name)}`)
    const { status, headers, body } = await get('Étiquette "1"\r\n.pdf')
    expect([status, body]).toEqual([200, '<b>bold'])
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="_tiquette _1___.pdf"; filename*=UTF-8''%C3%89tiquette%20%221%22__.pdf`,
    })
    expect((await get('short')).body).toBe('<b>')
  })
})
