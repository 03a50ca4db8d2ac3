import assert from 'node:assert/strict'
import { job, type LogFields, schedule } from '@regie/engine'
import { z } from 'zod'
import { addEffect, countRows, createEffects, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { allEnded, door, ended, followedBy, reached, refusal, type Section } from './lab.ts'

const double = job({
  name: 'double',
  input: z.object({ n: z.number().int(), by: z.number().default(2) }),
  run: (_, { n, by }) => n * by,
})

/** Enqueueing one, many, and inside the caller's transaction. */
export const enqueueing: Section = {
  title: 'enqueueing',
  tests: {
    'runs a typed job with its parsed input and keeps what it returned': async ({ start, clock }) => {
      await using engine = await start({ jobs: [double] })
      const { id, duplicate } = await engine.enqueue(double, { n: 21 })
      const run = await ended(engine, id)
      assert.equal(duplicate, false)
      assert.equal(run.state, 'succeeded')
      assert.equal(run.result, 42)
      assert.deepEqual(
        [run.job, run.queue, run.org, run.priority, run.attempt],
        ['double', 'default', 'main', 'normal', 1],
      )
      assert.deepEqual([run.input, run.tags, run.attempts], [{ n: 21 }, [], []])
      assert.deepEqual([run.createdAt, run.endedAt, run.durationMs], [clock.now(), clock.now(), 0])
    },

    'tells a job which run it is, and hands it what the engine was given': async ({ start, clock }) => {
      const services = { mail: 'somewhere' }
      const seen: unknown[] = []
      const look = job({
        name: 'look',
        input: z.object({}),
        retry: { attempts: 3 },
        run(ctx) {
          seen.push(ctx.services === services, ctx.random(), ctx.clock === clock, ctx.signal.aborted)
          return ctx.run
        },
      })
      await using engine = await start({ jobs: [look], services, random: () => 0.25 })
      const { id } = await engine.enqueue(look, {}, { tags: ['red', 'round'] })
      const { result } = await ended(engine, id)
      assert.deepEqual(seen, [true, 0.25, true, false])
      assert.deepEqual(result, {
        id,
        org: 'main',
        queue: 'default',
        job: 'look',
        attempt: 1,
        attempts: 3,
        createdAt: clock.now(),
        tags: ['red', 'round'],
      })
    },

    'runs a job without input, and one that acknowledges each run on its own': async ({ start }) => {
      const tick = job({ name: 'tick', input: z.undefined(), run: (_, input) => input === undefined })
      const once = job({ name: 'once', input: z.object({}), ack: 'sync', run: () => 'ran' })
      await using engine = await start({ jobs: [tick, once] })
      const plain = await engine.enqueue(tick, undefined)
      const many = await engine.enqueueMany(once, [{}, {}, {}])
      assert.equal((await ended(engine, plain.id)).result, true)
      for (const { id } of many) assert.equal((await ended(engine, id)).result, 'ran')
    },

    'runs a thousand of one call, and answers their ids in the order of the inputs': async ({ start }) => {
      await using engine = await start({ jobs: [double] })
      const inputs = Array.from({ length: 1_000 }, (_, n) => ({ n }))
      const enqueued = await engine.enqueueMany(double, inputs)
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 1_000)
      assert.deepEqual(
        enqueued.map(({ id }) => id),
        enqueued.map(({ id }) => id).toSorted((a, b) => a - b),
      )
      const last = await engine.runs.get(enqueued.at(-1)?.id ?? 0)
      assert.deepEqual([last.input, last.result], [{ n: 999 }, 1_998])
    },

    'enqueues none of many when one of them is not valid': async ({ start }) => {
      await using engine = await start({ jobs: [double] })
      const inputs = [{ n: 1 }, { n: 1.5 }, { n: 2 }]
      await refusal('PAYLOAD_INVALID', () => engine.enqueueMany(double, inputs))
      assert.equal(await engine.runs.count(), 0)
    },

    'enqueues nothing when there is nothing to enqueue': async ({ start }) => {
      await using engine = await start({ jobs: [double] })
      assert.deepEqual(await engine.enqueueMany(double, []), [])
      assert.equal(await engine.runs.count(), 0)
    },

    'commits runs with the rows of the transaction they were enqueued in, and wakes the worker then': async ({
      start,
    }) => {
      const reader = job({ name: 'reader', input: z.object({}), run: () => readEffects(engine) })
      await using engine = await start({ jobs: [reader] })
      await createEffects(engine)
      const order: string[] = []
      const id = await engine.transaction(async (tx) => {
        tx.afterCommit(() => order.push('after commit'))
        const enqueued = await tx.enqueue(reader, {})
        await addEffect(tx.db, 'row')
        order.push('end of transaction')
        return enqueued.id
      })
      order.push('answered')
      const run = await ended(engine, id)
      assert.deepEqual(run.result, ['row'])
      assert.deepEqual(order, ['end of transaction', 'after commit', 'answered'])
    },

    'shows nobody a run whose transaction is still open': async ({ start }) => {
      await using engine = await start({ jobs: [double] })
      await using other = await start({ jobs: [double], roles: ['api'] })
      const [inside, release] = [door(), door()]
      const committing = engine.transaction(async (tx) => {
        const { id } = await tx.enqueue(double, { n: 1 })
        inside.open()
        await release.opened
        return id
      })
      await inside.opened
      assert.equal(await other.runs.count(), 0)
      release.open()
      assert.equal((await ended(other, await committing)).result, 2)
    },

    'rolls runs back with the transaction, and calls nobody': async ({ start, clock }) => {
      await using engine = await start({ jobs: [double] })
      await createEffects(engine)
      let called = false
      const failing = engine.transaction(async (tx) => {
        tx.afterCommit(() => {
          called = true
        })
        await addEffect(tx.db, 'row')
        await tx.enqueue(double, { n: 1 })
        await tx.enqueueMany(double, [{ n: 2 }, { n: 3 }], { tags: ['x'], expires: '1h' })
        await tx.enqueueBatch([double.with({ n: 4 })], followedBy(double.with({ n: 5 })))
        throw new RangeError('no')
      })
      await assert.rejects(failing, RangeError)
      await clock.advance(5_000)
      assert.equal(called, false)
      assert.deepEqual(await readEffects(engine), [])
      for (const table of ['engine_body', 'engine_ready', 'engine_timer', 'engine_tag', 'engine_batch'] as const) {
        assert.equal(await countRows(engine, table), 0, table)
      }
    },

    'works without trace in a transaction that another error ends after a refused enqueue': async ({ start }) => {
      await using engine = await start({ jobs: [double], roles: ['api'] })
      await createEffects(engine)
      await engine.transaction(async (tx) => {
        await refusal('PAYLOAD_INVALID', () => tx.enqueue(double, { n: 0.5 }))
        await addEffect(tx.db, 'goes on')
        await tx.enqueue(double, { n: 1 })
      })
      assert.deepEqual(await readEffects(engine), ['goes on'])
      assert.equal(await engine.runs.count(), 1)
    },

    'runs in one process what another has enqueued': async ({ start }) => {
      await using api = await start({ jobs: [double], roles: ['api'] })
      await using _worker = await start({ jobs: [double] })
      const ids = (await api.enqueueMany(double, [{ n: 1 }, { n: 2 }, { n: 3 }])).map(({ id }) => id)
      const runs = await allEnded(api, ids)
      assert.deepEqual(
        runs.map(({ result }) => result),
        [2, 4, 6],
      )
    },

    'shares the runs of a queue between two processes, each once': async ({ start }) => {
      const starts = new Map<number, number>()
      const once = job({
        name: 'once',
        input: z.object({}),
        async run(ctx) {
          starts.set(ctx.run.id, (starts.get(ctx.run.id) ?? 0) + 1)
          await new Promise((resolve) => setImmediate(resolve))
        },
      })
      await using one = await start({ jobs: [once] })
      await using _two = await start({ jobs: [once] })
      const inputs = Array.from({ length: 50 }, () => ({}))
      await Promise.all(Array.from({ length: 8 }, () => one.enqueueMany(once, inputs)))
      await until('all have ended', async () => (await one.runs.count({ state: ['succeeded'] })) === 400)
      assert.equal(starts.size, 400)
      assert.deepEqual([...new Set(starts.values())], [1])
    },

    'keeps what a job enqueues outside its completion even when it then fails': async ({ start }) => {
      const parent = job({
        name: 'parent',
        input: z.object({}),
        retry: { attempts: 1 },
        async run(ctx) {
          await ctx.enqueue(double, { n: 7 })
          throw new Error('after all')
        },
      })
      await using engine = await start({ jobs: [double, parent] })
      const { id } = await engine.enqueue(parent, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      const { runs } = await engine.runs.search({ parentId: id })
      assert.deepEqual(
        runs.map((run) => [run.job, run.parentId, run.input]),
        [['double', id, { n: 7 }]],
      )
    },

    'keeps the trace of whoever enqueues, hands it on to children, and gives each slot its own': async ({ start }) => {
      const lines: LogFields[] = []
      const note = (fields: LogFields): void => void lines.push(fields)
      const parent = job({
        name: 'parent',
        input: z.object({}),
        async run(ctx) {
          ctx.log.info({ run: 0 }, 'enqueues')
          await ctx.enqueue(double, { n: 7 })
          return ctx.run.traceId
        },
      })
      const nightly = schedule({ name: 'nightly', cron: '0 3 * * *', job: parent, input: {} })
      let under: string | undefined = 'a'.repeat(32)
      await using engine = await start({
        jobs: [double, parent],
        schedules: [nightly],
        roles: ['worker', 'scheduler'],
        log: { debug: note, info: note, warn: note, error: note },
        trace: () => under,
      })
      const { id } = await engine.enqueue(parent, {})
      // What is under way around a run is not its own.
      under = 'b'.repeat(32)
      assert.equal((await ended(engine, id)).result, 'a'.repeat(32))
      const [child] = (await engine.runs.search({ parentId: id })).runs
      assert.equal(child?.traceId, 'a'.repeat(32))
      assert.equal(await engine.runs.count({ traceId: 'a'.repeat(32) }), 2)
      under = undefined
      const mark = { run: id, org: 'main', attempt: 1, traceId: 'a'.repeat(32) }
      assert.deepEqual(
        lines.filter(({ run }) => run === id),
        [mark],
      )
      const slots = [await engine.schedules.runNow('nightly'), await engine.schedules.runNow('nightly')]
      const traces = await Promise.all(slots.map(async (slot) => (await ended(engine, slot)).traceId))
      assert.match(traces.join(), /^[0-9a-f]{32},[0-9a-f]{32}$/)
      assert.notEqual(traces[0], traces[1])
      const untraced = await engine.enqueue(double, { n: 1 })
      assert.equal((await ended(engine, untraced.id)).traceId, undefined)
    },

    'keeps unusual text in inputs and results as it is': async ({ start }) => {
      const echo = job({ name: 'echo', input: z.object({ text: z.string() }), run: (_, { text }) => text })
      await using engine = await start({ jobs: [echo] })
      const texts = [
        '',
        'naïve 漢字 🚚',
        `'; drop table x; --`,
        '\u0000',
        'a\u0000b',
        '{"json":true}',
        '\\u0000',
        '\ud800',
      ]
      const ids = (
        await engine.enqueueMany(
          echo,
          texts.map((text) => ({ text })),
        )
      ).map(({ id }) => id)
      const runs = await allEnded(engine, ids)
      assert.deepEqual(
        runs.map(({ result }) => result),
        texts,
      )
      assert.equal((await reached(engine, ids[1] ?? 0, 'succeeded')).result, texts[1])
    },
  },
}
