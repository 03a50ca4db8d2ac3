import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownDatabase } from '../app/own-database.testing.ts'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { operatorOf } from '../auth/acting.ts'
import { board, bursts, listen, openBoard, ticks, upTo } from './realtime.testing.ts'
import { linkThrough } from './relay.testing.ts'
import { Relay } from './relay.ts'

const REDIS = 'redis-server'
const wait = { interval: 5 }
// As on several machines.
const SHARED = Buffer.alloc(32, 7).toString('base64')

describe.each(STORES)('several processes at one database, on %s', (store) => {
  let env: Record<string, string>
  let remove: () => Promise<unknown>
  const open: AsyncDisposable[] = []

  beforeEach(async () => {
    if (store === 'PostgreSQL') {
      const own = await ownDatabase()
      env = { DATABASE_URL: own.url, REGIE_SECRET: SHARED, REGIE_AUDIT_KEY: SHARED }
      remove = () => own.remove()
      return
    }
    const folder = await mkdtemp(join(tmpdir(), 'regie-shared-'))
    env = { REGIE_DATA_DIR: folder }
    remove = () => rm(folder, { recursive: true, force: true })
  })
  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]()
    await remove()
  })

  const start = async (more: Parameters<typeof openBoard>[0] = {}) => {
    const board = await openBoard({ env: { ...env, ...more.env }, ...(more.realtime && { realtime: more.realtime }) })
    open.push(board)
    return board
  }

  test('what is published in either is heard at both, in the same order', async () => {
    const [one, other] = [await start(), await start()]
    const here = await listen(one.connect(), 'board.ticks')
    const there = await listen(other.connect(), 'board.ticks')
    await Promise.all([
      (async () => {
        for (const n of upTo(100)) await one.context().publish(ticks, {}, { n })
      })(),
      (async () => {
        for (const n of upTo(100)) await other.context().publish(ticks, {}, { n: 1_000 + n })
      })(),
    ])
    await expect.poll(() => [here.heard.length, there.heard.length], wait).toEqual([200, 200])
    expect(here.numbers()).toEqual(there.numbers())
    expect(here.numbers().filter((n) => n < 1_000)).toEqual(upTo(100))
    expect(here.heard.map(({ offset }) => offset)).toEqual(upTo(200).map((n) => n + 1))
  }, 60_000)

  test('a client goes on at the other process where it was at the first', async () => {
    const [one, other] = [await start(), await start()]
    const addresses = [one.url, other.url]
    const client = one.connect({ minReconnectDelay: 1 })
    // The SDK has one address: what a load balancer does is done here.
    const { numbers, recoveries } = await listen(client, 'board.ticks')
    for (const n of upTo(300)) {
      await one.context().publish(ticks, {}, { n })
      if (n % 60 !== 30) continue
      Reflect.set(client, '_endpoint', addresses[n % 2])
      client.disconnect()
      Reflect.set(client, '_endpoint', addresses[(n / 30) % 2])
      client.connect()
    }
    await expect.poll(() => numbers().length, wait).toBeGreaterThanOrEqual(300)
    expect(numbers()).toEqual(upTo(300))
    expect(recoveries.every(Boolean)).toBe(true)
  }, 60_000)

  test('a server that is stopped and started again is resumed from without loss', async () => {
    const first = await start()
    const port = new URL(first.address).port
    const { numbers, recoveries, subscription } = await listen(first.connect(), 'board.ticks')
    for (const n of upTo(5)) await first.context().publish(ticks, {}, { n })
    await expect.poll(numbers, wait).toEqual(upTo(5))
    const lost = new Promise((resolve) => subscription.on('subscribing', resolve))
    await first.platform.stop()
    await lost
    const again = await start({ env: { REGIE_PORT: port } })
    for (const n of [5, 6, 7]) await again.context().publish(ticks, {}, { n })
    await expect.poll(numbers, wait).toEqual(upTo(8))
    expect(recoveries).toEqual([true])
  }, 60_000)

  test('a message committed by a process that died before it said so is heard all the same', async () => {
    const [one, other] = [await start(), await start()]
    const { numbers } = await listen(other.connect(), 'board.ticks')
    // As if it had died between its commit and giving positions.
    await one.platform.engine.transaction((tx) =>
      one.platform.realtime.publish(ticks, {}, { n: 7 }, { org: 'main' }, { db: tx.db, afterCommit: () => {} }),
    )
    await expect.poll(numbers, wait).toEqual([7])
  }, 30_000)

  test('a stream ends at once when its key is revoked by another server, or at the command line', async () => {
    const operator = operatorOf('main')
    const openOne = async (realtime = {}) => {
      const world = await openTestPlatform({ apps: [board], env, realtime })
      open.push(world)
      return world
    }
    // Otherwise it would ask by itself whether the key still holds.
    const server = await openOne({ checkMs: 3_600_000 })
    const { address = '' } = await server.platform.start()
    const [other, command] = [await openOne(), await openOne()]
    await other.platform.start()
    for (const { platform } of [other, command]) {
      const { id, key } = await server.platform.identity.keys.create(operator, { name: 'ticks', permissions: ['*'] })
      const headers = { authorization: `Bearer ${key}` }
      const { body } = await fetch(`${address}/api/v1/stream?topics=board.ticks`, { headers })
      const stream = (body ?? new ReadableStream()).getReader()
      expect(new TextDecoder().decode((await stream.read()).value)).toContain('event: ready')
      await platform.identity.keys.revoke(operator, id)
      while (!(await stream.read()).done);
    }
  }, 30_000)

  test('what a process without a server publishes is heard at those with one', async () => {
    const [one, worker] = [await start(), await start({ env: { REGIE_ROLES: 'worker' } })]
    const { heard, numbers } = await listen(one.connect(), 'board.ticks')
    for (const n of upTo(10)) await worker.context().publish(ticks, {}, { n })
    await expect.poll(numbers, wait).toEqual(upTo(10))
    expect(heard.map(({ offset }) => offset)).toEqual(upTo(10).map((n) => n + 1))
  }, 30_000)

  test('passing messages are heard at the others too, long ones as well, and resumed from there', async () => {
    const relay = new Relay()
    const startOne = () => start({ realtime: { siblings: linkThrough(relay) } })
    const [one, other] = [await startOne(), await startOne()]
    const client = other.connect()
    const { numbers, recoveries, heard } = await listen(client, 'board.bursts')
    const burst = (n: number, text = '') => one.context().publish(bursts, {}, { n, text })
    for (const n of upTo(10)) await burst(n)
    await burst(10, 'é'.repeat(30_000))
    await expect.poll(numbers, wait).toEqual(upTo(11))
    expect(heard.at(-1)?.data).toMatchObject({ text: 'é'.repeat(30_000) })
    client.disconnect()
    await burst(11)
    client.connect()
    await expect.poll(numbers, wait).toEqual(upTo(12))
    expect(recoveries).toEqual([true])
  }, 30_000)

  test('the log of every process is followed at any, as long as somebody does', async () => {
    const relay = new Relay()
    const startOne = () => start({ realtime: { siblings: linkThrough(relay) } })
    const [one, other] = [await startOne(), await startOne()]
    const client = other.connect()
    const { heard } = await listen(client, 'logs:warn')
    const key = { org: 'main', channel: 'logs:warn' }
    await expect.poll(() => one.platform.realtime.isWanted(key), wait).toBe(true)
    expect(one.platform.realtime.isWanted({ ...key, channel: 'logs:info' })).toBe(false)
    one.platform.log.warn({}, 'over here')
    other.platform.log.warn({}, 'and here')
    const lines = () => heard.flatMap(({ data }) => (data as { lines: { msg: string }[] }).lines.map(({ msg }) => msg))
    await expect.poll(() => lines().toSorted(), wait).toEqual(['and here', 'over here'])
    // One that comes later asks who listens.
    const late = await startOne()
    await expect.poll(() => late.platform.realtime.isWanted(key), wait).toBe(true)
  }, 30_000)

  test.skipIf(spawnSync(REDIS, ['--version']).error !== undefined)(
    'Redis tells them instead of the database',
    async () => {
      const redis = await startRedis()
      open.push(redis)
      const realtime = { redisUrl: redis.url }
      const [one, other] = [await start({ realtime }), await start({ realtime })]
      const kept = await listen(other.connect(), 'board.ticks')
      const passing = await listen(other.connect(), 'board.bursts')
      for (const n of upTo(20)) {
        await one.context().publish(ticks, {}, { n })
        await one.context().publish(bursts, {}, { n })
      }
      await expect.poll(() => [kept.numbers(), passing.numbers()], wait).toEqual([upTo(20), upTo(20)])
    },
    60_000,
  )
})

async function startRedis(): Promise<AsyncDisposable & { readonly url: string }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((closed) => probe.close(closed))
  const folder = await mkdtemp(join(tmpdir(), 'regie-redis-'))
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no']
  const server: ChildProcess = spawn(REDIS, options, { stdio: 'ignore' })
  return {
    url: `redis://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
