import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { engineTables } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, followedBy, oneAtATime, reached, refusal, type Section } from './lab.ts'

const part = job({
  name: 'part',
  input: z.object({ n: z.number(), fail: z.boolean().default(false) }),
  retry: { attempts: 1 },
  run(_, { n, fail }) {
    if (fail) throw new Error('as asked')
    return n
  },
})

/** A job that notes each of its runs. */
function callback() {
  const calls: unknown[] = []
  const after = job({
    name: 'after',
    input: z.object({ album: z.string() }),
    run: (ctx, { album }) => void calls.push([album, ctx.run.org]),
  })
  return { after, calls }
}

/** Batches and what comes after them. */
export const batching: Section = {
  title: 'batches',
  tests: {
    'enqueue what follows exactly once, when the last run has ended': async ({ start }) => {
      const { after, calls } = callback()
      const gate = door()
      const slow = job({ name: 'slow', input: z.object({}), run: () => gate.opened })
      await using engine = await start({ jobs: [part, slow, after] })
      const parts_ = [part.with({ n: 1 }), slow.with({}), part.with({ n: 2 })]
      const { ids, batchId } = await engine.enqueueBatch(parts_, followedBy(after.with({ album: 'x' })))
      await ended(engine, ids[0] ?? 0)
      await ended(engine, ids[2] ?? 0)
      assert.equal(await engine.runs.count({ job: 'after' }), 0)
      gate.open()
      await until('the callback has run', () => calls.length > 0)
      assert.deepEqual(calls, [['x', 'main']])
      const { runs } = await engine.runs.search({ batchId })
      assert.deepEqual(runs.map(({ id, job: name }) => [id, name]).toReversed(), [
        [ids[0], 'part'],
        [ids[1], 'slow'],
        [ids[2], 'part'],
      ])
    },

    'tell what follows how the batch went': async ({ start }) => {
      const told: unknown[] = []
      const after = job({
        name: 'after',
        input: z.object({}),
        run: async (ctx) => void told.push(ctx.run.closesBatchId),
      })
      await using engine = await start({ jobs: [part, after] })
      const parts = [part.with({ n: 1 }), part.with({ n: 2, fail: true })]
      const { batchId } = await engine.enqueueBatch(parts, followedBy(after.with({})))
      await until('the callback has run', () => told.length > 0)
      assert.deepEqual(told, [batchId])
      const { total, pending, failed, callbackRunId } = await engine.runs.batch(batchId)
      assert.deepEqual([total, pending, failed], [2, 0, 1])
      assert.equal((await ended(engine, callbackRunId ?? 0)).job, 'after')
      await assert.rejects(engine.runs.batch(batchId + 1), { code: 'RUN_UNKNOWN' })
    },

    'count failures, cancellations and expiries as ends, and say how many': async ({ start, clock }) => {
      const { after, calls } = callback()
      await using engine = await start({ jobs: [part, after], queues: { idle: {} } })
      await engine.queues.pause('idle')
      const parts = [part.with({ n: 1 }), part.with({ n: 2, fail: true })]
      const one = await engine.enqueueBatch(parts, followedBy(after.with({ album: 'one' })))
      await until('the first callback has run', () => calls.length === 1)
      const two = await engine.enqueueBatch([part.with({ n: 3 }), part.with({ n: 4 })], {
        queue: 'idle',
        expires: '10s',
        ...followedBy(after.with({ album: 'two' })),
      })
      await engine.runs.cancel(two.ids[0] ?? 0)
      await clock.advance(10_000)
      assert.equal((await ended(engine, two.ids[1] ?? 0)).state, 'expired')
      await engine.queues.resume('idle')
      await until('the second callback was enqueued', async () => (await engine.runs.count({ job: 'after' })) === 2)
      const batches = await engineTables(engine).selectFrom('engine_batch').selectAll().orderBy('id').execute()
      assert.deepEqual(
        batches.map(({ id, total, pending, failed }) => ({ id, total, pending, failed })),
        [
          { id: one.batchId, total: 2, pending: 0, failed: 1 },
          { id: two.batchId, total: 2, pending: 0, failed: 2 },
        ],
      )
    },

    'follow up once when two processes end their last runs at the same time': async ({ start }) => {
      const { after, calls } = callback()
      await using one = await start({ jobs: [part, after] })
      await using _two = await start({ jobs: [part, after] })
      const batches = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          one.enqueueBatch(
            Array.from({ length: 12 }, (_, m) => part.with({ n: m })),
            followedBy(after.with({ album: String(n) })),
          ),
        ),
      )
      for (const { ids } of batches) for (const id of ids) await ended(one, id)
      await until('all callbacks have run', () => calls.length >= 10)
      await until('nothing is left', async () => (await one.runs.count({ state: ['queued', 'running'] })) === 0)
      assert.equal(calls.length, 10)
      assert.equal(new Set(calls.map((call) => String(call))).size, 10)
    },

    'follow up at once when their last run ends through its own completion': async ({ start }) => {
      const { after, calls } = callback()
      const complete = job({ name: 'complete', input: z.object({}), run: (ctx) => ctx.complete(async () => 'done') })
      await using engine = await start({ jobs: [complete, after] })
      await engine.enqueueBatch([complete.with({})], followedBy(after.with({ album: 'x' })))
      await until('the callback has run', () => calls.length === 1)
    },

    'wait for the retries of their runs': async ({ start, clock }) => {
      const { after, calls } = callback()
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { base: '10s', jitter: 'none' },
        run(ctx) {
          if (ctx.run.attempt === 1) throw new Error('again')
        },
      })
      await using engine = await start({ jobs: [flaky, after] })
      const { ids } = await engine.enqueueBatch([flaky.with({})], followedBy(after.with({ album: 'x' })))
      await reached(engine, ids[0] ?? 0, 'scheduled')
      assert.equal(calls.length, 0)
      await clock.advance(10_000)
      await until('the callback has run', () => calls.length === 1)
    },

    'pass their organisation on, and are found by their tags': async ({ start }) => {
      const { after, calls } = callback()
      await using engine = await start({ jobs: [part, after] })
      const batch = await engine.enqueueBatch([part.with({ n: 1 })], {
        org: 'acme',
        tags: ['album'],
        ...followedBy(after.with({ album: 'x' })),
      })
      await until('the callback has run', () => calls.length === 1)
      assert.deepEqual(calls, [['x', 'acme']])
      const { runs } = await engine.runs.search({ org: 'acme', tag: 'album' })
      assert.deepEqual(
        runs.map(({ job: name }) => name),
        ['after', 'part'],
      )
      assert.equal((await engine.runs.get(batch.ids[0] ?? 0)).batchId, batch.batchId)
    },

    'follow up in the queue of the following job, and let it expire by its own time only': async ({ start, clock }) => {
      const brief = job({ name: 'brief', input: z.object({}), expires: '20s', run: (ctx) => ctx.run.queue })
      await using engine = await start({ jobs: [part, brief], queues: { idle: {} } })
      await engine.queues.pause('idle')
      const options = { queue: 'idle', expires: '1m', deadline: '1m', priority: 'low' } as const
      await engine.enqueueBatch([part.with({ n: 1 })], { ...options, ...followedBy(brief.with({})) })
      await clock.advance(59_000)
      await engine.queues.resume('idle')
      const [run] = await until('the callback was enqueued', async () => {
        const { runs } = await engine.runs.search({ job: 'brief' })
        return runs.length > 0 && runs
      })
      assert.deepEqual([run?.priority, (await ended(engine, run?.id ?? 0)).result], ['normal', 'default'])
    },

    'need no callback': async ({ start }) => {
      await using engine = await start({ jobs: [part] })
      const { ids } = await engine.enqueueBatch([part.with({ n: 1 })])
      assert.equal((await ended(engine, ids[0] ?? 0)).result, 1)
    },

    'are refused when empty, when one call is not valid, or when a run could belong to somebody else': async ({
      start,
    }) => {
      const only = job({ name: 'only', input: z.object({}), unique: {}, run: () => {} })
      await using engine = await start({ jobs: [part, only], roles: ['api'] })
      await refusal('BATCH_EMPTY', () => engine.enqueueBatch([]))
      const wrong = { job: part, input: { n: 'x' } }
      const error = await refusal('PAYLOAD_INVALID', () => engine.enqueueBatch([wrong, part.with({ n: 1 }), wrong]))
      assert.deepEqual(
        error.issues.map(({ path }) => path),
        ['calls.0.input.n', 'calls.2.input.n'],
      )
      assert.match(error.message, /^calls\.0: the input of part is not valid.*calls\.2: /)
      await refusal('PAYLOAD_INVALID', () =>
        engine.enqueueBatch([part.with({ n: 1 })], followedBy({ job: part, input: {} })),
      )
      await refusal('JOB_INVALID', () => engine.enqueueBatch([only.with({})]))
      assert.equal(await engine.runs.count(), 0)
    },
  },
}

const brief = job({ name: 'brief', input: z.object({}), expires: '10s', run: () => 'ran' })
const noop = job({ name: 'noop', input: z.object({}), run: () => 'ran' })

/** Runs that nobody wants any more after a while. */
export const expiring: Section = {
  title: 'expiry',
  tests: {
    'ends a run that was not started in time, exactly then': async ({ start, clock }) => {
      await using engine = await start({ jobs: [brief] })
      await engine.queues.pause('default')
      const { id } = await engine.enqueue(brief, {})
      await clock.advance(9_999)
      assert.equal((await engine.runs.get(id)).state, 'queued')
      await clock.advance(1)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code, run.attempts], ['expired', 'EXPIRED', []])
      await engine.queues.resume('default')
      await clock.advance(5_000)
      assert.equal((await engine.runs.get(id)).state, 'expired')
    },

    'counts from the instant a delayed run is due, and follows the call before the job': async ({ start, clock }) => {
      await using engine = await start({ jobs: [brief] })
      await engine.queues.pause('default')
      const delayed = await engine.enqueue(brief, {}, { delay: '30s' })
      const longer = await engine.enqueue(brief, {}, { expires: '1m' })
      await clock.advance(39_999)
      assert.deepEqual(
        [(await engine.runs.get(delayed.id)).state, (await engine.runs.get(longer.id)).state],
        ['queued', 'queued'],
      )
      await clock.advance(1)
      assert.equal((await ended(engine, delayed.id)).state, 'expired')
      await engine.queues.resume('default')
      assert.equal((await ended(engine, longer.id)).result, 'ran')
    },

    'leaves alone what has started, and its retries': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { base: '20s', jitter: 'none' },
        async run(ctx) {
          entered.open()
          await gate.opened
          if (ctx.run.attempt === 1) throw new Error('again')
          return 'second'
        },
      })
      await using engine = await start({ jobs: [flaky, noop] })
      const { id } = await engine.enqueue(flaky, {}, { expires: '5s' })
      await entered.opened
      await clock.advance(10_000)
      assert.equal((await engine.runs.get(id)).state, 'running')
      gate.open()
      await reached(engine, id, 'scheduled')
      await clock.advance(20_000)
      assert.equal((await ended(engine, id)).result, 'second')
    },

    'does not hide a later deadline': async ({ start, clock }) => {
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { base: '10s', jitter: 'none' },
        run() {
          throw new Error('again')
        },
      })
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {}, { expires: '5s', deadline: '40s' })
      await reached(engine, id, 'scheduled')
      await engine.queues.pause('default')
      await clock.advance(39_999)
      assert.equal((await engine.runs.get(id)).state, 'queued')
      await clock.advance(1)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'DEADLINE_EXCEEDED'])
    },

    'ends runs that wait for a slot as well': async ({ start, clock }) => {
      const gate = door()
      const one = oneAtATime(gate)
      await using engine = await start({ jobs: [one] })
      const first = await engine.enqueue(one, {})
      await reached(engine, first.id, 'running')
      const second = await engine.enqueue(one, {}, { expires: '5s' })
      await reached(engine, second.id, 'blocked')
      await clock.advance(5_000)
      assert.equal((await ended(engine, second.id)).state, 'expired')
      gate.open()
      assert.equal((await ended(engine, first.id)).state, 'succeeded')
    },
  },
}
