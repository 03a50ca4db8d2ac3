import { expect, test } from 'vitest'
import { openTestPlatform, pack, STORES, type TestPlatform, wait } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { SYSTEM } from '../auth/principal.ts'
import { createBulks } from '../bulk/bulks.ts'

/** A started platform whose workers do nothing yet, and how to ask it. */
async function open(store: (typeof STORES)[number]) {
  const opened = await openTestPlatform({ store, env: { REGIE_ROLES: 'api' }, identity: openIdentity('main') })
  const { address = '' } = await opened.platform.start()
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(address + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    const answer: any = await response.json()
    return { status: response.status, body: answer }
  }
  return { opened, engine: opened.platform.engine, ask }
}

async function using<T>({ opened }: { readonly opened: TestPlatform }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await opened[Symbol.asyncDispose]()
  }
}

test.each(STORES)('a filter with exceptions finds the rest, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const { engine, ask } = world
    await engine.enqueue(pack, { orderId: 'a' }, { tags: ['test'] })
    const kept = await engine.enqueue(pack, { orderId: 'b' })
    await engine.enqueue(wait, {})
    const list = await ask(
      'GET',
      `/api/v1/runs?filter=${encodeURIComponent('job:shop.* -tag:test -error:nothing -job:shop.wait')}`,
    )
    expect(list.body.items.map(({ id }: { id: number }) => id)).toEqual([kept.id])
    const count = await ask('GET', `/api/v1/runs/count?filter=${encodeURIComponent('-tag:test')}`)
    expect(count.body).toEqual({ count: 2 })
    expect((await ask('GET', '/api/v1/runs/count?atMost=1')).body).toEqual({ count: 1 })
    expect((await ask('GET', '/api/v1/runs/count?atMost=1000000')).status).toBe(400)
    const tagged = async (tags: readonly string[]) =>
      (await ask('POST', '/api/v1/runs', { job: 'shop.wait', tags })).status
    const many = Array.from({ length: 17 }, (_, index) => `t${index}`)
    expect(await tagged([...many.slice(1, 16), 'x'.repeat(64)])).toBe(201)
    for (const tags of [many, ['x'.repeat(65)], ['two words'], ['a,b'], ['a\u0007'], ['']])
      expect([tags, await tagged(tags)]).toEqual([tags, 400])
  })
})

test.each(STORES)('a filter and other fields hold together; contradictions find nothing, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const { engine, ask } = world
    await engine.enqueue(wait, {})
    const { id } = await engine.enqueue(pack, { orderId: 'a' }, { tags: ['red', 'round'] })
    const found = async (query: string) => {
      const { body } = await ask('GET', `/api/v1/runs?${query}`)
      expect((await ask('GET', `/api/v1/runs/count?${query}`)).body).toEqual({ count: body.items.length })
      return body.items.map((run: { id: number }) => run.id)
    }
    expect(await found('job=shop.pack&filter=job:shop.*')).toEqual([id])
    expect(await found('job=shop.pack&filter=job:shop.wait')).toEqual([])
    expect(await found('tag=red&filter=tag:round')).toEqual([id])
    expect(await found('filter=pack%20shop')).toEqual([id])
    expect(await found('input.orderId=a&filter=input.orderId:b')).toEqual([])
    expect(await found('state=queued&filter=state:failed')).toEqual([])
  })
})

test.each(STORES)('a filter that cannot be read is refused with its mistakes, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const answer = await world.ask('GET', `/api/v1/runs?filter=${encodeURIComponent('colour:red')}`)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID', errors: { filter: [expect.any(String)] }, issues: [{ code: 'unknown-key' }] },
    })
  })
})

test.each(STORES)('runs are enqueued by name, their input checked, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const { engine, ask } = world
    const takes = await ask('GET', '/api/v1/jobs/shop.pack')
    expect(takes.body).toMatchObject({ name: 'shop.pack', input: { type: 'object', required: ['orderId'] } })
    expect((await ask('GET', '/api/v1/jobs/shop.nothing')).body).toMatchObject({ code: 'JOB_UNKNOWN' })
    const made = await ask('POST', '/api/v1/runs', { job: 'shop.pack', input: { orderId: 'c' }, priority: 'high' })
    expect(made).toMatchObject({ status: 201, body: { duplicate: false } })
    expect(await engine.runs.get(made.body.id)).toMatchObject({ priority: 'high', org: 'main' })
    // What is wrong with the input of a job has its place in the body of the request.
    const issues = [{ path: 'input.orderId', code: 'invalid_type' }]
    expect(await ask('POST', '/api/v1/runs', { job: 'shop.pack', input: {} })).toMatchObject({
      status: 400,
      body: { code: 'PAYLOAD_INVALID', errors: { 'input.orderId': [expect.any(String)] }, issues },
    })
    expect(await ask('POST', '/api/v1/runs', { job: 'shop.pack', input: 7 })).toMatchObject({
      body: { code: 'PAYLOAD_INVALID', issues: [{ path: 'input' }] },
    })
    await ask('DELETE', `/api/v1/runs/${made.body.id}`)
    const repaired = await ask('POST', `/api/v1/runs/${made.body.id}/retry`, { input: { orderId: 7 } })
    expect(repaired).toMatchObject({ status: 400, body: { issues } })
    // No instant lies beyond what a store keeps: it could not be read any more.
    const never = await ask('POST', `/api/v1/runs/${made.body.id}/retry`, { delayMs: Number.MAX_SAFE_INTEGER })
    expect(never).toMatchObject({ status: 400, body: { errors: { delayMs: [expect.any(String)] } } })
    const late = { job: 'shop.pack', input: { orderId: 'd' }, delayMs: Number.MAX_SAFE_INTEGER }
    expect(await ask('POST', '/api/v1/runs', late)).toMatchObject({ status: 400 })
    expect((await ask('GET', '/api/v1/runs')).status).toBe(200)
    await ask('POST', `/api/v1/runs/${made.body.id}/retry`, {})
    const moved = await ask('POST', `/api/v1/runs/${made.body.id}/priority`, { priority: 'urgent' })
    expect(moved.body).toMatchObject({ priority: 'urgent' })
  })
})

test.each(STORES)(
  'all that match are cancelled slice by slice; what arrives meanwhile is left alone, on %s',
  async (store) => {
    const world = await open(store)
    await using(world, async () => {
      const { engine, ask } = world
      await engine.enqueueMany(
        pack,
        Array.from({ length: 250 }, (_, order) => ({ orderId: String(order) })),
      )
      const begun = await ask('POST', '/api/v1/runs/bulk', {
        act: 'cancel',
        filter: 'job:shop.pack',
        reason: 'a mistake',
      })
      expect(begun).toMatchObject({ status: 201, body: { count: 250 } })
      const blank = await ask('POST', '/api/v1/runs/bulk', { act: 'cancel', filter: '  ' })
      expect(blank).toMatchObject({
        status: 400,
        body: { errors: { filter: ['Names no condition: job:* stands for all runs.'] } },
      })
      const path = `/api/v1/runs/bulk/${begun.body.id}`
      expect((await ask('POST', `${path}/next`, {})).body).toMatchObject({ done: 200, seen: 200, ended: false })
      const late = await engine.enqueue(pack, { orderId: 'late' })
      const second = (await ask('POST', `${path}/next`, {})).body
      expect(second).toMatchObject({ done: 250, seen: 250, ended: true })
      expect((await ask('POST', `${path}/next`, {})).body).toMatchObject({ status: 409, code: 'BULK_ENDED' })
      const [one = 0, two = 0] = second.ids
      expect((await ask('GET', `/api/v1/runs/count?state=cancelled&ids=${one},${two},${late.id}`)).body.count).toBe(2)
      // One entry of the audit log is about all of them.
      const by = { kind: 'user', name: 'Operator' }
      expect((await ask('GET', `/api/v1/runs/${one}/history`)).body).toEqual({
        replays: [],
        cancelled: { at: expect.any(String), by, reason: 'a mistake' },
      })
      await ask('POST', `/api/v1/runs/${one}/retry`, { input: { orderId: 'repaired' } })
      await ask('DELETE', `/api/v1/runs/${one}`)
      expect((await ask('GET', `/api/v1/runs/${one}/history`)).body).toMatchObject({
        replays: [{ by: { kind: 'user' }, newInput: true }],
        cancelled: { by },
      })
      expect(await engine.runs.get(late.id)).toMatchObject({ state: 'queued' })
      expect(await engine.runs.count({ state: ['cancelled'] })).toBe(250)
      const again = await ask('POST', '/api/v1/runs/bulk', { act: 'retry', filter: 'state:cancelled' })
      const other = `/api/v1/runs/bulk/${again.body.id}`
      expect((await ask('POST', `${other}/next`, {})).body).toMatchObject({ done: 200, seen: 200, ended: false })
      expect((await ask('POST', `${other}/stop`, {})).body).toEqual({ done: 200, seen: 200, ended: true, ids: [] })
      // One entry for the whole of each, and one that says how it ended.
      const { items: entries } = (await ask('GET', '/api/v1/audit?action=runs.bulk.*')).body
      const said = (entry: { action: string; object: { id: string }; after: object }) => [
        entry.action,
        entry.object.id,
        entry.after,
      ]
      expect(entries.map(said)).toEqual([
        ['runs.bulk.stopped', again.body.id, { act: 'retry', seen: 200, done: 200 }],
        ['runs.bulk.retry', again.body.id, { filter: 'state:cancelled', count: 250 }],
        ['runs.bulk.completed', begun.body.id, { act: 'cancel', seen: 250, done: 250 }],
        ['runs.bulk.cancel', begun.body.id, { filter: 'job:shop.pack', count: 250, reason: 'a mistake' }],
      ])
    })
  },
)

test.each(STORES)('a retry of many leaves what has succeeded alone unless it is asked for, on %s', async (store) => {
  await using opened = await openTestPlatform({ store, identity: openIdentity('main') })
  const { platform } = opened
  await platform.start()
  const { engine } = platform
  const ends = async (input: { readonly orderId: string; readonly fail: boolean }) =>
    engine.runs.wait((await engine.enqueue(pack, input)).id)
  const good = await ends({ orderId: 'good', fail: false })
  const bad = await ends({ orderId: 'bad', fail: true })
  const by = { org: 'main', actor: SYSTEM }
  const filter = 'job:shop.pack state:succeeded,failed'
  const bulks = createBulks(() => engine, platform.audit)
  const first = await bulks.begin(by, { act: 'retry', filter })
  expect(first.count).toBe(1)
  expect(await bulks.next(by, first.id, 'x')).toMatchObject({ done: 1, ended: true, ids: [bad.id] })
  const { count } = await bulks.begin(by, { act: 'retry', filter: 'state:succeeded' })
  expect(count).toBe(0)
  const asked = await bulks.begin(by, { act: 'retry', filter: 'state:succeeded', succeeded: true })
  expect(asked.count).toBe(1)
  expect(await bulks.next(by, asked.id, 'x')).toMatchObject({ done: 1, ids: [good.id] })
})

test.each(STORES)('a slice and its count are one: whoever fails in between did neither, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const { engine, opened } = world
    const { audit } = opened.platform
    await engine.enqueueMany(
      pack,
      Array.from({ length: 250 }, (_, order) => ({ orderId: String(order) })),
    )
    const by = { org: 'main', actor: SYSTEM }
    let isFull = true
    const bulks = createBulks(() => engine, {
      async record(tx, entry) {
        if (isFull && entry.action === 'runs.bulk.completed') throw new Error('the disk is full')
        return audit.record(tx, entry)
      },
    })
    const cancelled = () => engine.runs.count({ state: ['cancelled'] })
    const { id } = await bulks.begin(by, { act: 'cancel', filter: 'job:shop.pack' })
    expect(await bulks.next(by, id, 'x')).toMatchObject({ seen: 200, done: 200 })
    await expect(bulks.next(by, id, 'x')).rejects.toThrow('the disk is full')
    expect(await cancelled()).toBe(200)
    isFull = false
    expect(await bulks.next(by, id, 'x')).toMatchObject({ seen: 250, done: 250, ended: true })
    expect(await cancelled()).toBe(250)

    // Two that go on at once do a slice each, and both are counted once.
    const again = await bulks.begin(by, { act: 'retry', filter: 'state:cancelled' })
    const states = await Promise.all([bulks.next(by, again.id, 'x'), bulks.next(by, again.id, 'x')])
    expect(states.map(({ seen }) => seen).toSorted()).toEqual([200, 250])
    expect(states.find(({ ended }) => ended)).toMatchObject({ seen: 250, done: 250 })
    expect(await cancelled()).toBe(0)
  })
})

test.each(STORES)('a queue is paused with a reason and goes on, on %s', async (store) => {
  const world = await open(store)
  await using(world, async () => {
    const paused = await world.ask('POST', '/api/v1/queues/packing/pause', { reason: 'no cartons' })
    expect(paused.body).toMatchObject({ name: 'packing', pausedReason: 'no cartons' })
    const resumed = await world.ask('POST', '/api/v1/queues/packing/resume', {})
    expect(resumed.body).not.toHaveProperty('pausedAt')
  })
})
