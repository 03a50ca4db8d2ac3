import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, type DatabaseSource, migrate, openDatabase, silentLogger, type Trouble } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownDatabase } from '../app/own-database.testing.ts'
import { platformMigrations } from '../migrations/index.ts'
import type { AlertInput } from './alert.ts'
import { type AlertBook, type AlertBookOptions, createAlerts } from './book.ts'
import type { AlertChannel } from './channel.ts'
import { discordChannel, discordPayload } from './discord.ts'
import type { AlertRecord } from './record.ts'
import { troubleToAlert } from './trouble.ts'

const alert: AlertInput = { key: 'job:backup.daily', severity: 'warning', title: 'The job failed', detail: 'disk full' }
const HOUR = 3_600_000

let now = 1_763_700_000_000
const clock = { now: () => now, setTimer: () => () => {} }

const undo: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

const stores: readonly (readonly [string, () => Promise<DatabaseSource>])[] = [
  [
    'SQLite',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'regie-alert-'))
      undo.push(() => rm(folder, { recursive: true }))
      return { kind: 'sqlite', path: join(folder, 'regie.db') }
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const own = await ownDatabase()
      undo.push(() => own.remove())
      return { kind: 'postgres', url: own.url }
    },
  ],
]

async function openBook(database: Database, more: Partial<AlertBookOptions> = {}): Promise<AlertBook> {
  const book = createAlerts({ database, clock, log: silentLogger, org: 'main', channels: [], ...more })
  undo.push(() => book[Symbol.asyncDispose]())
  return book
}

function listening() {
  const heard: string[] = []
  const channel: AlertChannel = {
    name: 'ear',
    send: async ({ key, count }) => {
      heard.push(`${key} ${count}`)
    },
  }
  return { heard, channel }
}

describe.each(stores)('the alerts table on %s', (_name, source) => {
  let database: Database
  beforeEach(async () => {
    now = 1_763_700_000_000
    database = await openDatabase(await source())
    await migrate(database, [platformMigrations])
    undo.push(() => database[Symbol.asyncDispose]())
  })

  test('equal keys that are open are one alert, counted, with the first and the last instant', async () => {
    const book = await openBook(database)
    await book.raise(alert)
    now += 5_000
    await book.raise({ ...alert, detail: 'disk still full' })
    await book.raise({ ...alert, org: 'other' })
    const { alerts } = await book.list({ org: 'main' })
    expect(alerts).toEqual([
      expect.objectContaining({ count: 2, firstAt: now - 5_000, lastAt: now, detail: 'disk still full' }),
    ])
    expect((await book.list()).alerts).toHaveLength(2)
  })

  test('what it is about and where one acts are those of the last time', async () => {
    const book = await openBook(database)
    const failed = (runId: number): Trouble => ({
      kind: 'run-failed',
      runId,
      job: 'backup.daily',
      org: 'main',
      error: 'disk full',
      fingerprint: 'f',
    })
    await book.raise(troubleToAlert(failed(1), 'regie'))
    await book.raise(troubleToAlert(failed(2), 'regie'))
    const [kept] = (await book.list()).alerts
    expect(kept).toMatchObject({ code: 'job-failed', link: '/runs/2', about: { job: 'backup.daily', runId: 2 } })
    const { content } = discordPayload(kept as AlertRecord, 'https://regie.example.com')
    expect(content).toContain('https://regie.example.com/runs/2')
    expect(content).toContain('https://regie.example.com/alerts/help/job-failed')
    expect(discordPayload(kept as AlertRecord).content).not.toContain('/alerts/help')
  })

  test('raised by many at once it is still one alert', async () => {
    const book = await openBook(database)
    await Promise.all(Array.from({ length: 20 }, () => book.raise(alert)))
    expect((await book.list()).alerts).toMatchObject([{ count: 20 }])
  })

  test('a resolved alert is not counted further: the key opens a new one', async () => {
    const book = await openBook(database)
    await book.raise(alert)
    const [first] = (await book.list()).alerts
    await book.resolve(first?.id ?? '')
    await book.raise(alert)
    expect((await book.list({ open: true })).alerts).toMatchObject([{ count: 1 }])
    expect((await book.list({ open: false })).alerts).toMatchObject([{ id: first?.id, resolvedAt: now }])
  })

  test('resolving an unknown alert says where to look', async () => {
    await expect((await openBook(database)).resolve('nothing')).rejects.toMatchObject({
      code: 'ALERT_UNKNOWN',
      status: 404,
    })
  })

  test('the list is paged by a cursor, the latest first, and refuses a foreign cursor', async () => {
    const book = await openBook(database)
    for (let index = 0; index < 5; index += 1) {
      now += index % 2
      await book.raise({ ...alert, key: `k${index}` })
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await book.list({}, { limit: 2, cursor })
      seen.push(...page.alerts.map(({ key }) => key))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen.toSorted()).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
    await expect(book.list({}, { cursor: 'x' })).rejects.toMatchObject({ code: 'CURSOR_INVALID', status: 400 })
  })

  test('only alerts resolved before the instant are pruned', async () => {
    const book = await openBook(database)
    await book.raise(alert)
    await book.raise({ ...alert, key: 'open' })
    const done = (await book.list()).alerts.find(({ key }) => key === alert.key)
    await book.resolve(done?.id ?? '')
    expect(await book.prune(now)).toBe(0)
    expect(await book.prune(now + 1)).toBe(1)
    expect((await book.list()).alerts.map(({ key }) => key)).toEqual(['open'])
  })

  test('a channel hears of the first, of a graver one, and again after an hour; not of each', async () => {
    const { heard, channel } = listening()
    const book = await openBook(database, { channels: [channel] })
    await book.raise(alert)
    await book.raise(alert)
    await book.raise({ ...alert, severity: 'critical' })
    await book.raise(alert)
    now += HOUR
    await book.raise(alert)
    expect(heard).toEqual(['job:backup.daily 1', 'job:backup.daily 3', 'job:backup.daily 5'])
    expect((await book.list()).alerts).toMatchObject([{ severity: 'critical', count: 5 }])
  })

  test('raising inside an open transaction neither hangs nor rolls back with it', async () => {
    const book = await openBook(database)
    await expect(
      database.transaction(async () => {
        await book.raise(alert)
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    await book[Symbol.asyncDispose]()
    await expect.poll(async () => (await book.list()).alerts.length).toBe(1)
  })
})

test('a database that is gone does not silence the channel, and raise does not throw', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regie-alert-'))
  undo.push(() => rm(folder, { recursive: true }))
  const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'regie.db') })
  await database[Symbol.asyncDispose]()
  const { heard, channel } = listening()
  await (await openBook(database, { channels: [channel] })).raise(alert)
  expect(heard).toEqual(['job:backup.daily 1'])
})

describe('Discord', () => {
  const record = { ...alert, id: 'a', org: 'main', count: 1, firstAt: now, lastAt: now }

  const TIMEOUT_MS = 123
  let timeOut = () => {}
  async function discord(answers: ((response: ServerResponse) => void)[]) {
    const posts: unknown[] = []
    const server = createServer(async (request: IncomingMessage, response) => {
      posts.push(JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()))
      const answer = answers.shift() ?? ((ok: ServerResponse) => ok.writeHead(204).end())
      answer(response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    undo.push(() => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const waits: number[] = []
    // Waits for nothing but an answer: that time-out is over when a test says so, however busy the machine is.
    const impatient = {
      now: () => now,
      setTimer: (callback: () => void, delayMs: number) => {
        if (delayMs === TIMEOUT_MS) {
          timeOut = callback
          return () => {}
        }
        waits.push(delayMs)
        setImmediate(callback)
        return () => {}
      },
    }
    const webhook = `http://127.0.0.1:${port}/api/webhooks/1/secret`
    return { posts, waits, channel: discordChannel({ webhook, clock: impatient, fetch, timeoutMs: TIMEOUT_MS }) }
  }
  const answering =
    (status: number, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, headers).end('{}')
  const never = new AbortController().signal

  test('an alert is one message that mentions nobody', async () => {
    const { posts, channel } = await discord([])
    await channel.send({ ...record, detail: '@everyone <@42> look' }, never)
    expect(posts).toMatchObject([
      { allowed_mentions: { parse: [] }, content: expect.stringContaining('**The job failed**') },
    ])
  })

  test('a 429 is waited for as long as it asks', async () => {
    const { posts, waits, channel } = await discord([answering(429, { 'retry-after': '2.5' })])
    await channel.send(record, never)
    expect(posts).toHaveLength(2)
    expect(waits).toEqual([2_500])
  })

  test('a 500 is tried again with growing waits, and given up after four attempts', async () => {
    const { posts, waits, channel } = await discord([500, 502, 503, 500].map((status) => answering(status)))
    await expect(channel.send(record, never)).rejects.toThrow('after 4 attempts: it answered 500')
    expect(posts).toHaveLength(4)
    expect(waits).toEqual([1_000, 4_000, 16_000])
  })

  test('a refusal is not tried again', async () => {
    const { posts, channel } = await discord([answering(404)])
    await expect(channel.send(record, never)).rejects.toThrow('it answered 404')
    expect(posts).toHaveLength(1)
  })

  test('a server that hangs costs one time-out, then the next attempt arrives', async () => {
    const { posts, waits, channel } = await discord([() => timeOut()])
    await channel.send(record, never)
    expect(posts).toHaveLength(2)
    expect(waits).toEqual([1_000])
  })

  test('a redirect is not followed', async () => {
    const { channel } = await discord(
      Array.from({ length: 4 }, () => answering(302, { location: 'http://127.0.0.1:1/' })),
    )
    await expect(channel.send(record, never)).rejects.toThrow('redirect')
  })

  test('the message never exceeds 2,000 characters nor splits one', () => {
    const { content } = discordPayload({
      ...record,
      title: 'T'.repeat(900),
      key: 'k'.repeat(900),
      detail: '🙈'.repeat(3_000),
      count: 12,
    })
    expect(content.length).toBeLessThanOrEqual(2_000)
    expect(content.isWellFormed()).toBe(true)
    expect(content).toContain('12 times')
  })

  test('giving up ends the waiting', async () => {
    const { channel } = await discord([answering(500)])
    await expect(channel.send(record, AbortSignal.abort())).rejects.toThrow('after 1 attempts')
  })
})

describe("the engine's trouble", () => {
  test('a failed run names its job, its error and the command that retries it', () => {
    const input = troubleToAlert(
      { kind: 'run-failed', runId: 7, org: 'main', job: 'backup.daily', error: 'disk full', fingerprint: 'f' },
      'regie',
    )
    expect(input).toMatchObject({ key: 'job:backup.daily', severity: 'critical', org: 'main' })
    expect(input.detail).toContain('disk full')
    expect(input.detail).toContain('regie jobs retry 7')
  })

  test('a missed slot names its schedule and instant', () => {
    const input = troubleToAlert(
      {
        kind: 'slot-missed',
        schedule: 'privacy.purge',
        slot: Date.UTC(2026, 10, 21),
        missed: 3,
      },
      'regie',
    )
    expect(input).toMatchObject({ key: 'schedule:privacy.purge', title: 'The schedule privacy.purge missed 3 slots' })
    expect(input.detail).toContain('2026-11-21T00:00:00.000Z')
  })

  test('a store that fails points to the doctor', () => {
    expect(troubleToAlert({ kind: 'store-failed', error: 'disk I/O error' }, 'npm run regie --').detail).toContain(
      'npm run regie -- doctor',
    )
  })
})
