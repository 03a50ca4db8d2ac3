import assert from 'node:assert/strict'
import { type EngineError, event, job, type LogFields, silentLogger } from '@regie/engine'
import { z } from 'zod'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { aborted, allEnded, door, ended, reached, refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => 'ran' })
const noted = event({ name: 'noted', data: z.object({}) })

/** A job that runs until its signal aborts, and notes why. */
function obedient() {
  const entered = door()
  const reasons: EngineError[] = []
  const slow = job({
    name: 'slow',
    input: z.object({}),
    async run(ctx) {
      const { signal } = ctx
      entered.open()
      await aborted(signal).finally(() => reasons.push(signal.reason))
    },
  })
  return { slow, entered, reasons }
}

/** Cancelling what waits and what runs. */
export const cancelling: Section = {
  title: 'cancelling',
  tests: {
    'refuses what an attempt that was given up still wants to write, and leaves the next one alone': async ({
      start,
      clock,
    }) => {
      const [entered, gate, over] = [door(), door(), door()]
      const refused: unknown[] = []
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        async run(ctx) {
          if (ctx.run.attempt > 1) {
            await ctx.progress(7, 'the second attempt')
            return over.opened
          }
          await ctx.progress(5, 'the first attempt')
          entered.open()
          await gate.opened
          const writes = [
            () => ctx.enqueue(noop, {}),
            () => ctx.enqueueMany(noop, [{}]),
            () => ctx.enqueueBatch([noop.with({})]),
            () => ctx.append('stream', 'any', [noted.with({})]),
            () => ctx.transaction((tx) => tx.enqueue(noop, {})),
            () => ctx.complete(async () => {}),
          ]
          for (const write of writes) await write().catch((error) => refused.push(error.code))
          await ctx.progress(99, 'the first attempt climbs on')
          over.open()
        },
      })
      const retrying = {
        ...deaf,
        definition: { ...deaf.definition, timeout: '1m', retry: { base: '1ms' } },
      } as typeof deaf
      await using engine = await start({ jobs: [retrying, noop], events: [noted] })
      const { id } = await engine.enqueue(retrying, {})
      await entered.opened
      await clock.advance(60_000)
      await clock.advance(10_000)
      await until('the second attempt is at work', async () => {
        return (await engine.runs.get(id)).progress?.message === 'the second attempt'
      })
      gate.open()
      const run = await ended(engine, id)
      assert.deepEqual(
        refused,
        Array.from({ length: 6 }, () => 'TIMEOUT'),
      )
      assert.deepEqual([run.progress?.percent, run.attempt], [7, 2])
      assert.equal(await engine.runs.count({ job: 'noop' }), 0)
    },

    'rolls back a transaction in which its time ran out, at the commit': async ({ start, clock }) => {
      const entered = door()
      const codes: unknown[] = []
      const slow = job({
        name: 'slow',
        input: z.object({}),
        timeout: '1s',
        retry: { attempts: 1 },
        run: (ctx) =>
          ctx
            .transaction(async (tx) => {
              await tx.enqueue(noop, {})
              entered.open()
              await aborted(ctx.signal).catch(() => {})
            })
            .catch((error) => void codes.push(error.code)),
      })
      await using engine = await start({ jobs: [slow, noop] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      await clock.advance(1_000)
      await ended(engine, id)
      assert.deepEqual(codes, ['TIMEOUT'])
      assert.equal(await engine.runs.count({ job: 'noop' }), 0)
    },

    'says of one that let nothing else run that it was late, and keeps its success': async ({ start, clock }) => {
      let skewMs = 0
      const said: string[] = []
      const note = (fields: LogFields, message: string) => void said.push(`${fields.job} ${fields.lateMs}: ${message}`)
      const greedy = job({
        name: 'greedy',
        input: z.object({}),
        timeout: '5s',
        run() {
          skewMs = 20_000
        },
      })
      const skewed: FakeClock = Object.create(clock, { now: { value: () => clock.now() + skewMs } })
      await using engine = await start({ jobs: [greedy], clock: skewed, log: { ...silentLogger, warn: note } })
      const { id } = await engine.enqueue(greedy, {})
      assert.equal((await ended(engine, id)).state, 'succeeded')
      const [warning = ''] = said.filter((line) => line.startsWith('greedy'))
      assert.match(warning, /^greedy 15000: it ended 15000 ms after its time was up.*`isolate`/)
    },

    'ends a queued run at once, and never starts it': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      const { id } = await engine.enqueue(noop, {})
      assert.equal(await engine.runs.cancel(id, 'not needed any more'), 'cancelled')
      await using _worker = await start({ jobs: [noop] })
      const after = await engine.enqueue(noop, {})
      await ended(engine, after.id)
      const run = await engine.runs.get(id)
      assert.deepEqual(
        [run.state, run.error?.code, run.error?.message],
        ['cancelled', 'ABORTED', 'not needed any more'],
      )
      assert.equal(run.result, undefined)
    },

    'ends a scheduled run at once, also one that waits for its retry': async ({ start, clock }) => {
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { base: '10s', jitter: 'none' },
        run(ctx) {
          if (ctx.run.attempt > 0) throw new Error('again')
        },
      })
      await using engine = await start({ jobs: [noop, flaky] })
      const late = await engine.enqueue(noop, {}, { delay: '10s' })
      const retried = await engine.enqueue(flaky, {})
      await reached(engine, retried.id, 'scheduled')
      assert.equal(await engine.runs.cancel(late.id), 'cancelled')
      assert.equal(await engine.runs.cancel(retried.id), 'cancelled')
      await clock.advance(15_000)
      const states = (await allEnded(engine, [late.id, retried.id])).map(({ state, attempt }) => [state, attempt])
      assert.deepEqual(states, [
        ['cancelled', 1],
        ['cancelled', 2],
      ])
    },

    'ends a blocked run at once, and lets those behind it go on': async ({ start }) => {
      const gate = door()
      const one = job({
        name: 'one',
        input: z.object({ n: z.number() }),
        limits: [{ key: 'only', concurrency: 1 }],
        run: (_, { n }) => (n === 1 ? gate.opened : undefined),
      })
      await using engine = await start({ jobs: [one] })
      const [first, second, third] = await engine.enqueueMany(one, [{ n: 1 }, { n: 2 }, { n: 3 }])
      await reached(engine, second?.id ?? 0, 'blocked')
      await reached(engine, third?.id ?? 0, 'blocked')
      assert.equal(await engine.runs.cancel(second?.id ?? 0), 'cancelled')
      gate.open()
      const runs = await allEnded(engine, [first?.id ?? 0, second?.id ?? 0, third?.id ?? 0])
      assert.deepEqual(
        runs.map(({ state }) => state),
        ['succeeded', 'cancelled', 'succeeded'],
      )
    },

    'aborts a running run through its signal': async ({ start }) => {
      const { slow, entered, reasons } = obedient()
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      assert.equal(await engine.runs.cancel(id, 'the client hung up'), 'requested')
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.message], ['cancelled', 'the client hung up'])
      assert.deepEqual(
        reasons.map(({ code, message }) => [code, message]),
        [['ABORTED', 'the client hung up']],
      )
      assert.equal(await countRows(engine, 'engine_cancel'), 0)
    },

    'aborts a run that runs in another process, without a tick of the clock': async ({ start }) => {
      const { slow, entered, reasons } = obedient()
      await using _worker = await start({ jobs: [slow] })
      await using api = await start({ jobs: [slow], roles: ['api'] })
      const { id } = await api.enqueue(slow, {})
      await entered.opened
      assert.equal(await api.runs.cancel(id), 'requested')
      assert.equal((await ended(api, id)).state, 'cancelled')
      assert.equal(reasons.length, 1)
    },

    'says that a cancellation was asked for until the run has stopped': async ({ start }) => {
      const [entered, gate] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          entered.open()
          await aborted(ctx.signal).catch(() => gate.opened)
          ctx.signal.throwIfAborted()
        },
      })
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      assert.equal((await engine.runs.get(id)).cancelRequested, undefined)
      await engine.runs.cancel(id)
      const asked = await engine.runs.get(id)
      assert.deepEqual([asked.state, asked.cancelRequested], ['running', true])
      gate.open()
      assert.equal((await ended(engine, id)).cancelRequested, undefined)
    },

    'gives up a handler that does not stop when asked to': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        async run() {
          entered.open()
          await gate.opened
          return 'finished all the same'
        },
      })
      await using engine = await start({ jobs: [deaf, noop], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(deaf, {})
      await entered.opened
      await engine.runs.cancel(id)
      await clock.advance(3_100)
      assert.equal((await ended(engine, id)).state, 'cancelled')
      const next = await engine.enqueue(noop, {})
      assert.equal((await ended(engine, next.id)).result, 'ran')
      gate.open()
      await clock.advance(1_000)
      assert.equal((await engine.runs.get(id)).state, 'cancelled')
    },

    'answers that a run has ended already, or that there is none': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      const { id } = await engine.enqueue(noop, {})
      await ended(engine, id)
      assert.equal(await engine.runs.cancel(id), 'already-ended')
      assert.equal((await engine.runs.get(id)).state, 'succeeded')
      await refusal('RUN_UNKNOWN', () => engine.runs.cancel(id + 1_000))
    },

    'cancels by filter, what waits and what runs': async ({ start }) => {
      const { slow, entered } = obedient()
      await using engine = await start({ jobs: [slow, noop] })
      const running = await engine.enqueue(slow, {}, { tags: ['old'] })
      await entered.opened
      const waiting = await engine.enqueueMany(noop, [{}, {}], { delay: '1h', tags: ['old'] })
      const other = await engine.enqueue(noop, {}, { delay: '1h', tags: ['new'] })
      assert.equal(await engine.runs.cancelMany({ tag: 'old' }), 3)
      const runs = await allEnded(engine, [running.id, ...waiting.map(({ id }) => id)])
      assert.deepEqual([...new Set(runs.map(({ state }) => state))], ['cancelled'])
      assert.equal((await engine.runs.get(other.id)).state, 'scheduled')
    },

    'cancels more runs than one slice takes': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await engine.enqueueMany(
        noop,
        Array.from({ length: 1_201 }, () => ({})),
      )
      assert.equal(await engine.runs.cancelMany({ state: ['queued'] }), 1_201)
      assert.equal(await engine.runs.count({ state: ['cancelled'] }), 1_201)
      assert.equal(await countRows(engine, 'engine_ready'), 0)
    },

    'holds for a run whose worker dies before it could stop': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const starts: number[] = []
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          starts.push(ctx.run.attempt)
          if (ctx.run.attempt > 1) return aborted(ctx.signal)
          entered.open()
          await gate.opened
        },
      })
      await using dead = await start({ jobs: [slow], clock: fakeClock() })
      const { id } = await dead.enqueue(slow, {})
      await entered.opened
      await using rescuer = await start({ jobs: [slow] })
      assert.equal(await rescuer.runs.cancel(id), 'requested')
      await clock.advance(12_000)
      assert.equal((await ended(rescuer, id)).state, 'cancelled')
      gate.open()
    },

    'holds for a run that fails before it hears of it: it is not tried again': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      let attempts = 0
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { base: '1h', jitter: 'none' },
        async run() {
          attempts++
          entered.open()
          await gate.opened
          throw new Error('by itself')
        },
      })
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {})
      await entered.opened
      const cancelling = engine.runs.cancel(id)
      gate.open()
      await cancelling
      await clock.advance(5_000)
      await until('it has been cancelled', async () => (await engine.runs.get(id)).state === 'cancelled')
      assert.equal(attempts, 1)
    },
  },
}
