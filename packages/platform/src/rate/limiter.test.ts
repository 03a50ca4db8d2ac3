import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type Database, openDatabase, silentLogger } from '@regie/engine'
import { type FakeClock, fakeClock } from '@regie/engine/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type OwnDatabase, ownDatabase } from '../app/own-database.testing.ts'
import { rateTable } from '../migrations/0030-rate.ts'
import type { RateCounts } from './counts.ts'
import type { RateLimit } from './gcra.ts'
import { addressKey, createLimiter, type Limiter, rateHeaders, type Standing } from './limiter.ts'
import { memoryCounts } from './memory.ts'
import { openTestRedis, type TestRedis } from './redis.testing.ts'
import { redisCounts } from './redis.ts'
import { databaseCounts } from './store/database.ts'

const STORES = ['memory', 'SQLite', 'PostgreSQL', 'Redis'] as const
const limit: RateLimit = { max: 3, per: '60s' }

let folder: string
let postgres: OwnDatabase
let redis: TestRedis
const open: AsyncDisposable[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-rate-'))
  postgres = await ownDatabase({ blank: true })
  redis = await openTestRedis()
  await using database = await openDatabase({ kind: 'postgres', url: postgres.url })
  await rateTable.up(database.kysely())
}, 400_000)
afterAll(async () => {
  for (const one of open.toReversed()) await one[Symbol.asyncDispose]()
  await postgres.remove()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function openCounts(store: (typeof STORES)[number]): Promise<RateCounts> {
  const counts = await countsIn(store)
  open.push(counts)
  return counts
}

async function countsIn(store: (typeof STORES)[number]): Promise<RateCounts> {
  if (store === 'memory') return memoryCounts()
  if (store === 'Redis') return redisCounts(redis.url)
  return databaseCounts(await openStore(store))
}

async function openStore(store: 'SQLite' | 'PostgreSQL'): Promise<Database> {
  const isFile = store === 'SQLite'
  const database = await openDatabase(
    isFile ? { kind: 'sqlite', path: join(folder, `${randomUUID()}.db`) } : { kind: 'postgres', url: postgres.url },
  )
  open.push(database)
  if (isFile) await rateTable.up(database.kysely())
  return database
}

describe.each(STORES)('counted in %s', (store) => {
  let clock: FakeClock
  let limiter: Limiter
  let key: string

  beforeEach(async () => {
    // Redis forgets by its own clock.
    clock = fakeClock(Date.now())
    limiter = createLimiter({ counts: await openCounts(store), clock, log: silentLogger })
    key = randomUUID()
  })

  const take = async (name = 'default', of = key) => {
    const standing = await limiter.take(name, limit, of)
    if (standing === undefined) throw new Error('it was not counted')
    return standing
  }

  test('as many as declared come at once, the next one is told to the second when it may', async () => {
    const first = [await take(), await take(), await take()]
    expect(first.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
    ])
    expect(rateHeaders(first[0] as Standing)).toEqual({
      'ratelimit-policy': '"default";q=3;w=60',
      ratelimit: '"default";r=2;t=20',
    })
    await clock.advance(5_000)
    const refused = await take()
    expect(rateHeaders(refused)).toEqual({
      'ratelimit-policy': '"default";q=3;w=60',
      ratelimit: '"default";r=0;t=15',
      'retry-after': '15',
    })
    await clock.advance(14_999)
    expect((await take()).allowed).toBe(false)
    await clock.advance(1)
    expect((await take()).allowed).toBe(true)
    expect((await take()).allowed).toBe(false)
  })

  test('who is refused is not set back by asking', async () => {
    for (let index = 0; index < 20; index += 1) await take()
    await clock.advance(20_000)
    expect((await take()).allowed).toBe(true)
  })

  test('after the whole time all may come at once again', async () => {
    for (let index = 0; index < 3; index += 1) await take()
    await clock.advance(60_000)
    expect(await take()).toMatchObject({ allowed: true, remaining: 2 })
  })

  test('another client and another limit are counted for themselves', async () => {
    for (let index = 0; index < 3; index += 1) await take()
    expect((await take()).allowed).toBe(false)
    expect((await take('default', `${key}-other`)).allowed).toBe(true)
    expect((await take('POST /orders')).allowed).toBe(true)
  })

  test('of many requests at the same moment exactly as many come in as may', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => take()))
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(3)
  })
})

test.each(['PostgreSQL', 'Redis'] as const)('two processes share what is counted in %s', async (store) => {
  const clock = fakeClock(Date.now())
  const limiters = [await openCounts(store), await openCounts(store)].map((counts) =>
    createLimiter({ counts, clock, log: silentLogger }),
  )
  const key = randomUUID()
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => limiters[index % 2]?.take('default', limit, key)),
  )
  expect(all.filter((standing) => standing?.allowed === true)).toHaveLength(3)
})

test('accounts at rest are removed from the database', async () => {
  const clock = fakeClock()
  const database = await openStore('SQLite')
  const limiter = createLimiter({ counts: databaseCounts(database), clock, log: silentLogger })
  for (let index = 0; index < 50; index += 1) await limiter.take('default', limit, `address:${index}`)
  await clock.advance(120_000)
  await limiter.take('default', limit, 'address:last')
  const left = () =>
    database.kysely<{ platform_rate: { key: string } }>().selectFrom('platform_rate').selectAll().execute()
  await expect.poll(async () => (await left()).map(({ key }) => key)).toEqual(['default address:last'])
})

test('a million addresses need no more memory than the table has places, and one that keeps coming stays counted', async () => {
  const counts = memoryCounts(1_000)
  const policy = { max: 2, perSeconds: 60, costUs: 30_000_000, burstUs: 60_000_000 }
  for (let index = 0; index < 1_000_000; index += 1) {
    await counts.take(`address:${index}`, policy, 0)
    if (index % 500 === 0) await counts.take('address:guesser', policy, 0)
  }
  expect(counts.size()).toBe(1_000)
  expect((await counts.take('address:guesser', policy, 0)).allowed).toBe(false)
})

describe('when requests cannot be counted', () => {
  const broken: RateCounts = {
    take: async () => {
      throw new Error('gone')
    },
    [Symbol.asyncDispose]: async () => {},
  }

  const limiterOf = (counts: RateCounts, lines: unknown[] = [], clock: Clock = fakeClock()) =>
    createLimiter({ counts, clock, log: { ...silentLogger, warn: (fields) => lines.push(fields) }, patienceMs: 20 })

  test('they come in, unless the limit says otherwise', async () => {
    expect(await limiterOf(broken).take('default', limit, 'key')).toBeUndefined()
    await expect(
      limiterOf(broken).take('sign-in', { ...limit, whenStoreFails: 'closed' }, 'key'),
    ).rejects.toMatchObject({ code: 'RATE_UNKNOWN', status: 503 })
  })

  test('a store that hangs counts as one that fails', async () => {
    const hanging: RateCounts = { ...broken, take: () => new Promise(() => {}) }
    expect(await limiterOf(hanging).take('default', limit, 'key')).toBeUndefined()
  })

  test('the log has one line in ten seconds, not one for each request', async () => {
    const lines: unknown[] = []
    const clock = fakeClock()
    const limiter = limiterOf(broken, lines, clock)
    for (let index = 0; index < 10; index += 1) await limiter.take('default', limit, 'key')
    expect(lines).toHaveLength(1)
    await clock.advance(10_000)
    await limiter.take('default', limit, 'key')
    expect(lines).toHaveLength(2)
  })

  test('a Redis server that goes away is noticed at once, and used again when it is back', async () => {
    const own = await openTestRedis()
    await using counts = await redisCounts(own.url)
    const limiter = createLimiter({ counts, clock: fakeClock(Date.now()), log: silentLogger })
    expect(await limiter.take('default', limit, 'key')).toMatchObject({ allowed: true })
    await own[Symbol.asyncDispose]()
    expect(await limiter.take('default', limit, 'key')).toBeUndefined()
    await using _again = await openTestRedis(Number(new URL(own.url).port))
    await expect.poll(() => limiter.take('default', limit, 'key')).toMatchObject({ allowed: true })
  })
})

test.each([
  ['203.0.113.9', 'address:203.0.113.9'],
  ['::ffff:203.0.113.9', 'address:203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', 'address:2001:db8:1:2::/64'],
  ['2001:db8::1', 'address:2001:db8:0:0::/64'],
  ['::1', 'address:0:0:0:0::/64'],
  ['fe80::1%eth0', 'address:fe80:0:0:0::/64'],
])('the address %s is counted as %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})
