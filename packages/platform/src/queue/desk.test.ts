import { fakeClock } from '@regie/engine/testing'
import { describe, expect, test } from 'vitest'
import { openTestPlatform, pack, STORES } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { WORK_CHECKS } from '../cli/doctor-work.ts'
import { createQueueDesk } from './desk.ts'
import { addWaits, type QueueTables, saveEnd, selectWaits } from './store.ts'

const MINUTE = 60_000

describe.each(STORES)('queues on %s', (store) => {
  test('a pause with an end is over by itself, after a restart too, and the audit log says so', async () => {
    const clock = fakeClock(Date.now())
    await using opened = await openTestPlatform({ store, clock, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const { engine, queueDesk } = platform
    await queueDesk.pause('packing', { reason: 'the carton machine is cleaned', until: clock.now() + 30 * MINUTE })
    await queueDesk.pause('default', { until: clock.now() + MINUTE })
    await queueDesk.pause('default', { reason: 'for good' })
    const paused = async () =>
      (await engine.queues.list()).filter(({ pausedAt }) => pausedAt !== undefined).map(({ name }) => name)
    // As after a restart: all it knows is in the database.
    const later = createQueueDesk({ engine: () => engine, audit: platform.audit, log: platform.log, org: 'main' })
    later.start()
    await clock.advance(29 * MINUTE)
    expect(await paused()).toEqual(['default', 'packing'])
    await clock.advance(MINUTE + 1_000)
    await expect.poll(paused).toEqual(['default'])
    await expect
      .poll(async () => (await platform.audit.search({ org: 'main' })).entries)
      .toMatchObject([{ action: 'queues.resume', object: { type: 'queue', id: 'packing' }, actor: { kind: 'system' } }])
    expect(await queueDesk.ends()).toEqual(new Map())
    await later.stop()
  })

  test('a pause that cannot be ended keeps no other waiting, and two processes tell of an end once', async () => {
    const clock = fakeClock(Date.now())
    await using opened = await openTestPlatform({ store, clock, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const { engine, queueDesk, audit, log } = platform
    // Of a queue that the code has no longer, and that nobody paused.
    await saveEnd(engine.database.kysely(), { queue: 'gone', until: clock.now() + 1 })
    await queueDesk.pause('packing', { until: clock.now() + MINUTE })
    const desks = [1, 2].map(() => createQueueDesk({ engine: () => engine, audit, log, org: 'main' }))
    for (const desk of desks) desk.start()
    await clock.advance(2 * MINUTE)
    await expect.poll(async () => [...(await queueDesk.ends()).keys()]).toEqual(['gone'])
    for (const desk of desks) await desk.stop()
    expect((await audit.search({ org: 'main' })).entries).toHaveLength(1)
  })

  test('a pause that is renewed in the moment its end fires goes on', async () => {
    const clock = fakeClock(Date.now())
    await using opened = await openTestPlatform({ store, clock, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const { engine, queueDesk, audit, log } = platform
    await queueDesk.pause('packing', { until: clock.now() + MINUTE })
    await clock.advance(2 * MINUTE)
    const [begun, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const renewing = engine.database.transaction<void, QueueTables>(async (tx) => {
      await saveEnd(tx, { queue: 'packing', until: clock.now() + MINUTE })
      await engine.queues.pause('packing', 'not yet', { tx })
      begun.resolve()
      await seen.promise
    })
    await begun.promise
    let looks = 0
    const watched = () => {
      looks += 1
      // To start, to look, and to end what it has seen.
      if (looks === 3) seen.resolve()
      return engine
    }
    const desk = createQueueDesk({ engine: watched, audit, log, org: 'main' })
    desk.start()
    await clock.advance(1)
    await renewing
    await desk.stop()
    expect(looks).toBe(3)
    const [queue] = (await engine.queues.list()).filter(({ name }) => name === 'packing')
    expect(queue).toMatchObject({ pausedReason: 'not yet' })
    expect([...(await queueDesk.ends()).keys()]).toEqual(['packing'])
  })

  test('processes that write down what waited do not wait for each other', async () => {
    await using opened = await openTestPlatform({ store, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const counts = Array.from({ length: 100 }, (_, bucket) => ({ queue: 'packing', minute: 1, bucket, runs: 1 }))
    const orders = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? counts : counts.toReversed()))
    await Promise.all(orders.map((order) => addWaits(platform.database, order)))
    const found = await selectWaits(platform.database, 0, 5)
    expect(found.reduce((sum, { runs }) => sum + runs, 0)).toBe(2_000)
  })

  test('an end in the past and an unknown queue are refused, and leave nothing behind', async () => {
    const clock = fakeClock(Date.now())
    await using opened = await openTestPlatform({ store, clock, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const { queueDesk } = platform
    await expect(queueDesk.pause('packing', { until: clock.now() })).rejects.toMatchObject({ code: 'INSTANT_PASSED' })
    await expect(queueDesk.pause('nothing', { until: clock.now() + 1 })).rejects.toMatchObject({
      code: 'QUEUE_UNKNOWN',
    })
    expect(await queueDesk.ends()).toEqual(new Map())
  })

  test('how long runs waited is counted over all processes and outlives them', async () => {
    const clock = fakeClock(Date.now())
    await using opened = await openTestPlatform({ store, clock, identity: openIdentity('main') })
    const { platform } = opened
    await platform.migrate()
    const { waits } = platform
    waits.start()
    for (const waitMs of [...Array.from({ length: 94 }, () => 100), ...Array.from({ length: 6 }, () => 60_000)])
      waits.count('packing', waitMs)
    await clock.advance(10_000)
    await clock.advance(6 * MINUTE)
    waits.count('packing', 100)
    await waits.stop()
    const packing = (await waits.read()).get('packing')
    expect(packing).toMatchObject({ runs: 101 })
    expect(packing?.p50Ms).toBeGreaterThanOrEqual(100)
    expect(packing?.p50Ms).toBeLessThan(111)
    expect(packing?.p95Ms).toBeGreaterThanOrEqual(60_000)
    expect(packing?.recent.filter((each) => each > 0)).toHaveLength(2)
    expect(packing?.recent.at(-1)).toBeLessThan(111)
  })
})

test('the doctor names a queue that no process serves', async () => {
  await using opened = await openTestPlatform({ env: { REGIE_QUEUES: 'default' } })
  const { platform } = opened
  await platform.start()
  const queues = WORK_CHECKS.find(({ name }) => name === 'queues')
  const patient = { platform, config: platform.config, program: 'regie', now: Date.now() }
  await expect
    .poll(() => queues?.look(patient))
    .toMatchObject([{ level: 'warn', message: 'no process serves packing: 0 wait' }])
})

test('the API tells when a pause ends, how long runs waited, and how many are taken at once', async () => {
  const file = { queues: { packing: { concurrency: 4 } } }
  await using opened = await openTestPlatform({ identity: openIdentity('main'), file })
  const { address = '' } = await opened.platform.start()
  const { engine, waits } = opened.platform
  await engine.runs.wait((await engine.enqueue(pack, { orderId: '1' })).id)
  await waits.stop()
  const post = (path: string, body: object) =>
    fetch(address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const paused = await (await post('/api/v1/queues/packing/pause', { reason: 'cleaning', until })).json()
  expect(paused).toMatchObject({
    pausedReason: 'cleaning',
    pausedUntil: until,
    pausedBy: expect.any(String),
    slots: 4,
    waits: { runs: 1 },
  })
  const past = await post('/api/v1/queues/packing/pause', { until: '2020-01-01T00:00:00Z' })
  expect(past.status).toBe(422)
  const resumed = (await (await post('/api/v1/queues/packing/resume', {})).json()) as object
  expect(resumed).not.toHaveProperty('pausedUntil')
})
