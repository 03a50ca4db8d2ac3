import assert from 'node:assert/strict'
import { type Engine, type ForgetRuns, job, PermanentError, type RunFilter } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, type Lab, reached, refusal, type Section } from './lab.ts'

const noop = job({
  name: 'noop',
  input: z.object({ fail: z.boolean().default(false) }),
  run(_, { fail }) {
    if (fail) throw new PermanentError('as asked')
    return 'x'.repeat(2_000_000)
  },
})

/** What is kept, and for how long. */
export const history: Section = {
  title: 'history',
  tests: {
    'forgets ended runs and everything of them after their retention, dead letters later': async ({ start, clock }) => {
      const forgotten: number[] = []
      const onForget: ForgetRuns = async (_tx, ids) => void forgotten.push(...ids)
      const retention = { endedMs: 3_600_000, failedMs: 7_200_000 }
      await using engine = await start({ jobs: [noop], retention, onForget })
      const good = await engine.enqueue(noop, {}, { tags: ['old'] })
      const bad = await engine.enqueue(noop, { fail: true }, { tags: ['old'] })
      await ended(engine, good.id)
      await ended(engine, bad.id)
      const waiting = await engine.enqueue(noop, {}, { delay: '10d' })
      await clock.leap(3_500_000)
      await clock.advance(65_000)
      assert.equal((await engine.runs.get(good.id)).state, 'succeeded')
      await clock.advance(120_000)
      await refusal('RUN_UNKNOWN', () => engine.runs.get(good.id))
      assert.equal((await engine.runs.get(bad.id)).state, 'failed')
      assert.equal(await countRows(engine, 'engine_blob'), 0)
      assert.deepEqual(forgotten, [good.id])
      await clock.leap(3_600_000)
      await clock.advance(120_000)
      await refusal('RUN_UNKNOWN', () => engine.runs.get(bad.id))
      assert.equal((await engine.runs.get(waiting.id)).state, 'scheduled')
      for (const table of ['engine_done', 'engine_attempt', 'engine_tag'] as const) {
        assert.equal(await countRows(engine, table), 0, table)
      }
    },

    'forgets more than one slice holds, and never gives an id twice': async ({ start, clock }) => {
      const tiny = job({ name: 'tiny', input: z.object({}), run: () => {} })
      await using engine = await start({ jobs: [tiny], retention: { endedMs: 60_000 } })
      const ids = (
        await engine.enqueueMany(
          tiny,
          Array.from({ length: 1_300 }, () => ({})),
        )
      ).map(({ id }) => id)
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 1_300)
      await clock.advance(130_000)
      await until('they are forgotten', async () => (await engine.runs.count()) <= 1)
      const next = await engine.enqueue(tiny, {})
      assert.ok(next.id > Math.max(...ids))
    },

    'keeps its ids apart over a restart': async ({ start }) => {
      const tiny = job({ name: 'tiny', input: z.object({}), run: () => {} })
      await using first = await start({ jobs: [tiny] })
      const before = await first.enqueue(tiny, {})
      await ended(first, before.id)
      await first.stop()
      await using second = await start({ jobs: [tiny] })
      const after = await second.enqueue(tiny, {})
      assert.ok(after.id > before.id)
      assert.equal((await second.runs.get(before.id)).state, 'succeeded')
    },
  },
}

const ship = job({
  name: 'shop.ship',
  input: z.object({
    order: z.object({ id: z.string(), total: z.number(), gift: z.boolean() }),
    lines: z.array(z.object({ sku: z.string() })).default([]),
  }),
  retry: { attempts: 1 },
  run(_, { order }) {
    if (order.total < 0) throw new Error(`50%_off: total ${order.total}`)
  },
})
const bill = job({
  name: 'shop.bill',
  input: z.object({ text: z.string().default('') }),
  queue: 'money',
  retry: { base: '1h', jitter: 'none' },
  run(ctx) {
    if (ctx.run.tags.includes('flaky')) throw new RangeError('the bank is closed')
  },
})
const gate = { key: 'only', concurrency: 1 }

async function found(engine: Engine, filter: RunFilter): Promise<readonly number[]> {
  const { runs } = await engine.runs.search(filter)
  assert.equal(await engine.runs.count(filter), runs.length)
  return runs.map(({ id }) => id).toReversed()
}

/** One run in each state, and a few more to be told apart. */
async function filled({ start, clock }: Lab) {
  const open = door()
  const slow = job({ name: 'slow', input: z.object({}), limits: [gate], run: () => open.opened })
  const later = job({ name: 'later', input: z.object({}), run: () => {} })
  const jobs = [ship, bill, slow]
  const queues = { money: {}, idle: {} }
  const engine = await start({ jobs, queues, org: 'acme' })
  const stranger = await start({ jobs: [later], queues, roles: ['api'] })
  await engine.queues.pause('idle')
  const order = { id: 'A-1', total: 12.5, gift: true }
  const succeeded = (await engine.enqueue(ship, { order, lines: [{ sku: 'x' }, { sku: 'y' }] })).id
  await ended(engine, succeeded)
  const failed = (await engine.enqueue(ship, { order: { id: 'A-2', total: -1, gift: false } }, { org: 'other' })).id
  await ended(engine, failed)
  await clock.advance(1_000)
  const queued = (await engine.enqueue(bill, { text: '\u0000' }, { queue: 'idle', tags: ['red', 'blue'] })).id
  const scheduled = (await engine.enqueue(bill, {}, { tags: ['flaky', 'red'] })).id
  await reached(engine, scheduled, 'scheduled')
  const running = (await engine.enqueue(slow, {})).id
  await reached(engine, running, 'running')
  const blocked = (await engine.enqueue(slow, {})).id
  await reached(engine, blocked, 'blocked')
  const cancelled = (await engine.enqueue(bill, {}, { delay: '1h' })).id
  await engine.runs.cancel(cancelled)
  const expired = (await engine.enqueue(bill, {}, { queue: 'idle', expires: '1s' })).id
  const parked = (await stranger.enqueue(later, {})).id
  await clock.advance(5_000)
  await reached(engine, parked, 'parked')
  await ended(engine, expired)
  const ids = { succeeded, failed, queued, scheduled, running, blocked, cancelled, expired, parked }
  return { engine, ids, open }
}

/** Finding runs. */
export const searching: Section = {
  title: 'search',
  tests: {
    'finds runs by each state, and by several': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      for (const state of Object.keys(ids) as (keyof typeof ids)[]) {
        assert.deepEqual(await found(engine, { state: [state] }), [ids[state]], state)
      }
      assert.deepEqual(await found(engine, { state: ['failed', 'blocked', 'running'] }), [
        ids.failed,
        ids.running,
        ids.blocked,
      ])
      const ended = [ids.failed, ids.cancelled, ids.expired]
      assert.deepEqual(await found(engine, { state: ['failed', 'expired', 'cancelled'] }), ended)
      assert.deepEqual(await found(engine, { not: [{ state: ['failed', 'queued'] }], state: ['failed', 'expired'] }), [
        ids.expired,
      ])
      const unended = [{ state: ['failed', 'expired', 'cancelled'] }, { state: ['succeeded'] }] as const
      assert.equal((await found(engine, { not: unended })).length, 5)
      assert.deepEqual(await found(engine, { state: [] }), [])
      assert.equal((await found(engine, {})).length, 9)
      open.open()
    },

    'finds runs by organisation, queue, job and the beginning of one': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      assert.deepEqual(await found(engine, { org: 'other' }), [ids.failed])
      assert.deepEqual(await found(engine, { queue: 'idle' }), [ids.queued, ids.expired])
      assert.deepEqual(await found(engine, { job: 'shop.ship' }), [ids.succeeded, ids.failed])
      assert.equal((await found(engine, { job: 'shop.*' })).length, 6)
      assert.deepEqual(await found(engine, { job: 'Shop.SHIP' }), [ids.succeeded, ids.failed])
      assert.equal((await found(engine, { job: '*P.*', not: [{ job: 'SHOP.SHIP' }] })).length, 4)
      assert.deepEqual(await found(engine, { job: 'shop' }), [])
      assert.deepEqual(await found(engine, { job: 'sho_.ship' }), [])
      open.open()
    },

    'finds runs by code and text of their error, also while they wait for a retry': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      assert.deepEqual(await found(engine, { error: 'RangeError' }), [ids.scheduled])
      assert.deepEqual(await found(engine, { error: 'BANK * closed' }), [ids.scheduled])
      assert.deepEqual(await found(engine, { error: '50%_off' }), [ids.failed])
      assert.deepEqual(await found(engine, { error: '50xxoff' }), [])
      assert.deepEqual(await found(engine, { error: 'ABORTED' }), [ids.cancelled])
      const { fingerprint } = (await engine.runs.errors({ org: 'other' }))[0] ?? {}
      assert.deepEqual(await found(engine, { fingerprint: fingerprint ?? '' }), [ids.failed])
      assert.equal((await found(engine, { not: [{ error: '50%_off' }, { state: ['queued'] }] })).length, 7)
      open.open()
    },

    'groups the errors of the runs that match, whatever is asked of them': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      const grouped = async (filter: RunFilter) =>
        (await engine.runs.errors({ filter })).map(({ lastRunId, count, retrying }) => [lastRunId, count, retrying])
      const failed = [ids.failed, 1, 0]
      const retrying = [ids.scheduled, 0, 1]
      const it: readonly RunFilter[] = [
        { error: '50%_off' },
        { input: { 'order.id': 'A-2' } },
        { state: ['failed'] },
        { state: ['failed', 'queued'] },
        { not: [{ state: ['queued'] }, { tag: 'red' }] },
        { all: [{ org: 'other' }] },
      ]
      for (const filter of it) assert.deepEqual(await grouped(filter), [failed], JSON.stringify(filter))
      assert.deepEqual(await grouped({ state: ['retrying'] }), [retrying])
      assert.deepEqual(await grouped({ job: 'shop.*' }), [retrying, failed])
      assert.deepEqual(await grouped({ not: [{ error: '50%_off' }] }), [retrying])
      const none: readonly RunFilter[] = [{ queue: 'idle' }, { state: ['queued'] }]
      for (const filter of none) assert.deepEqual(await grouped(filter), [], JSON.stringify(filter))
      open.open()
    },

    'finds runs by age, tag, parent and batch': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      const { createdAt } = await engine.runs.get(ids.queued)
      assert.deepEqual(await found(engine, { createdBefore: createdAt }), [ids.succeeded, ids.failed])
      assert.equal((await found(engine, { createdAfter: createdAt - 1 })).length, 7)
      assert.deepEqual(await found(engine, { tag: 'red' }), [ids.queued, ids.scheduled])
      assert.deepEqual(await found(engine, { tag: 're' }), [])
      const batch = await engine.enqueueBatch([ship.with({ order: { id: 'B', total: 1, gift: false } })])
      assert.deepEqual(await found(engine, { batchId: batch.batchId }), batch.ids)
      assert.deepEqual(await found(engine, { parentId: ids.running }), [])
      open.open()
    },

    'finds runs by fields of their input, whatever their kind and depth': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      assert.deepEqual(await found(engine, { input: { 'order.id': 'A-1' } }), [ids.succeeded])
      assert.deepEqual(await found(engine, { input: { 'order.total': '12.5' } }), [ids.succeeded])
      assert.deepEqual(await found(engine, { input: { 'order.total': '-1', 'order.gift': 'false' } }), [ids.failed])
      assert.deepEqual(await found(engine, { input: { 'order.gift': 'true' } }), [ids.succeeded])
      assert.deepEqual(await found(engine, { input: { 'lines.1.sku': 'y' } }), [ids.succeeded])
      assert.deepEqual(await found(engine, { input: { 'order.nothing': '1' } }), [])
      assert.deepEqual(await found(engine, { input: { 'order.id': 'A-1', 'order.total': '13' } }), [])
      assert.deepEqual(await found(engine, { input: { 'o\'r"d\\er.id': 'A-1' } }), [])
      for (const text of ['Zoë 北京', 'a "quoted" \\ one', 'two\nlines', 'Zo', '1e21']) {
        const { id } = await engine.enqueue(bill, { text }, { queue: 'idle' })
        assert.deepEqual(await found(engine, { input: { text } }), [id], text)
      }
      open.open()
    },

    'holds all its conditions together': async (lab) => {
      const { engine, ids, open } = await filled(lab)
      const filter: RunFilter = {
        state: ['queued', 'scheduled'],
        queue: 'money',
        tag: 'red',
        org: 'acme',
        job: 'shop.*',
      }
      assert.deepEqual(await found(engine, filter), [ids.scheduled])
      const all: readonly RunFilter[] = [{ job: 'shop.*' }, { queue: 'money' }]
      assert.deepEqual(await found(engine, { state: ['scheduled'], all }), [ids.scheduled])
      assert.deepEqual(await found(engine, { state: ['scheduled'], job: 'shop.*', all: [{ job: 'slow' }] }), [])
      open.open()
    },

    'pages through everything once, newest first, while more is enqueued': async ({ start }) => {
      await using engine = await start({ jobs: [bill], queues: { money: {} }, roles: ['api'] })
      const ids = (
        await engine.enqueueMany(
          bill,
          Array.from({ length: 23 }, () => ({})),
        )
      ).map(({ id }) => id)
      const seen: number[] = []
      let after: string | undefined
      let pages = 0
      do {
        const page = await engine.runs.search(
          { job: 'shop.bill' },
          { limit: 5, ...(after === undefined ? {} : { after }) },
        )
        seen.push(...page.runs.map(({ id }) => id))
        after = page.next
        pages++
        await engine.enqueue(bill, {})
      } while (after !== undefined)
      assert.deepEqual([pages, seen], [5, ids.toReversed()])
    },

    'answers at most 200 a page, and refuses a page that is none': async ({ start }) => {
      await using engine = await start({ jobs: [bill], queues: { money: {} }, roles: ['api'] })
      await engine.enqueueMany(
        bill,
        Array.from({ length: 250 }, () => ({})),
      )
      assert.equal((await engine.runs.search({}, { limit: 10_000 })).runs.length, 200)
      assert.equal((await engine.runs.search()).runs.length, 50)
      assert.equal((await engine.runs.search({}, { limit: 0 })).runs.length, 1)
      for (const after of ['', 'x', '-1', '1; drop table', '99999999999999999999']) {
        await refusal('FILTER_INVALID', () => engine.runs.search({}, { after }))
      }
      await refusal('RUN_UNKNOWN', () => engine.runs.get(Number.NaN))
      await refusal('RUN_UNKNOWN', () => engine.runs.get(10 ** 30))
    },
  },
}
