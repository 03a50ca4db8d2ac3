import assert from 'node:assert/strict'
import { isEngineError, job } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { addEffect, createEffects, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { aborted, type Door, door, ended, reached, type Section } from './lab.ts'

/** An engine whose own clock stands still does not beat: to the others its process is dead, while its handlers go on. */
const STOPPED_CLOCK = () => fakeClock()

const noop = job({ name: 'noop', input: z.object({}), run: () => {} })

/** A job whose first attempt waits behind a door; later ones return at once. */
function stuckOnce(gate: Door, entered: Door) {
  return job({
    name: 'stuck-once',
    input: z.object({}),
    async run(ctx) {
      if (ctx.run.attempt > 1) return `attempt ${ctx.run.attempt}`
      entered.open()
      await gate.opened
      return 'zombie'
    },
  })
}

/** What happens to the runs of a process that died or was silent. */
export const takeOver: Section = {
  title: 'taking over',
  tests: {
    'takes the runs of a silent worker over within ten seconds, as their next attempt': async ({ start, clock }) => {
      const [gate, entered] = [door(), door()]
      const stuck = stuckOnce(gate, entered)
      await using dead = await start({ jobs: [stuck], clock: STOPPED_CLOCK() })
      const { id } = await dead.enqueue(stuck, {})
      await entered.opened
      await using rescuer = await start({ jobs: [stuck] })
      await clock.advance(10_000)
      const run = await ended(rescuer, id)
      gate.open()
      assert.deepEqual([run.state, run.attempt, run.result], ['succeeded', 2, 'attempt 2'])
      assert.deepEqual(
        run.attempts.map(({ attempt, error }) => [attempt, error.code]),
        [[1, 'WORKER_LOST']],
      )
    },

    'does not count the late acknowledgement of a worker that was taken over': async ({ start, clock }) => {
      const [gate, entered, second, finish] = [door(), door(), door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          if (ctx.run.attempt === 1) {
            entered.open()
            await gate.opened
            return 'zombie'
          }
          second.open()
          await finish.opened
          return 'rescuer'
        },
      })
      await using dead = await start({ jobs: [slow], clock: STOPPED_CLOCK() })
      const { id } = await dead.enqueue(slow, {})
      await entered.opened
      await using rescuer = await start({ jobs: [slow] })
      await clock.advance(10_000)
      await second.opened
      const joined = await until('the zombie notices and joins again', async () => {
        gate.open()
        return (await rescuer.workers()).length === 2
      })
      assert.equal(joined, true)
      assert.equal((await rescuer.runs.get(id)).state, 'running')
      finish.open()
      const run = await ended(rescuer, id)
      assert.deepEqual([run.result, run.attempt], ['rescuer', 2])
    },

    'does not count what a handler answers after its worker was taken over and has joined again': async ({
      start,
      clock,
    }) => {
      const [gate, entered, second, finish] = [door(), door(), door(), door()]
      const own = STOPPED_CLOCK()
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        async run(ctx) {
          const first = ctx.run.attempt === 1
          ;(first ? entered : second).open()
          await (first ? gate : finish).opened
          return first ? 'zombie' : 'rescuer'
        },
      })
      await using dead = await start({ jobs: [deaf], clock: own })
      const { id } = await dead.enqueue(deaf, {})
      await entered.opened
      await using rescuer = await start({ jobs: [deaf] })
      await clock.advance(10_000)
      await second.opened
      await own.advance(10_000)
      await until('the zombie has joined again', async () => {
        // Makes it look for work, and so find out.
        await dead.queues.resume('default')
        return (await rescuer.workers()).length === 2
      })
      gate.open()
      await own.advance(1_000)
      assert.equal((await rescuer.runs.get(id)).state, 'running')
      finish.open()
      const run = await ended(rescuer, id)
      assert.deepEqual([run.result, run.attempt], ['rescuer', 2])
    },

    'refuses the completion of a worker that was taken over, and rolls its rows back': async ({ start, clock }) => {
      const [gate, entered] = [door(), door()]
      let refused: unknown
      const book = job({
        name: 'book',
        input: z.object({}),
        async run(ctx) {
          if (ctx.run.attempt === 1) {
            entered.open()
            await gate.opened
          }
          const writing = ctx.complete(async (tx) => {
            await addEffect(tx.db, `attempt ${ctx.run.attempt}`)
            await tx.enqueue(noop, {})
            return ctx.run.attempt
          })
          return writing.catch((error: unknown) => {
            refused = error
            throw error
          })
        },
      })
      await using dead = await start({ jobs: [book, noop], clock: STOPPED_CLOCK() })
      await createEffects(dead)
      const { id } = await dead.enqueue(book, {})
      await entered.opened
      await using rescuer = await start({ jobs: [book, noop] })
      await clock.advance(10_000)
      await ended(rescuer, id)
      gate.open()
      await until('the zombie was refused', () => refused !== undefined)
      assert.ok(isEngineError(refused, 'LEASE_LOST'), String(refused))
      assert.deepEqual(await readEffects(rescuer), ['attempt 2'])
      assert.equal(await rescuer.runs.count({ parentId: id }), 1)
      assert.deepEqual([(await rescuer.runs.get(id)).result, (await rescuer.runs.get(id)).attempt], [2, 2])
    },

    'refuses the completion of a zombie while its run is still running elsewhere': async ({ start, clock }) => {
      const [gate, entered, second, finish] = [door(), door(), door(), door()]
      const codes: string[] = []
      const book = job({
        name: 'book',
        input: z.object({}),
        async run(ctx) {
          const first = ctx.run.attempt === 1
          ;(first ? entered : second).open()
          await (first ? gate : finish).opened
          try {
            return await ctx.complete(async (tx) => addEffect(tx.db, `attempt ${ctx.run.attempt}`))
          } catch (error) {
            codes.push(isEngineError(error) ? error.code : String(error))
            throw error
          }
        },
      })
      await using dead = await start({ jobs: [book], clock: STOPPED_CLOCK() })
      await createEffects(dead)
      const { id } = await dead.enqueue(book, {})
      await entered.opened
      await using rescuer = await start({ jobs: [book] })
      await clock.advance(10_000)
      await second.opened
      gate.open()
      await until('the zombie was refused', () => codes.length > 0)
      assert.deepEqual(codes, ['LEASE_LOST'])
      assert.equal((await rescuer.runs.get(id)).state, 'running')
      finish.open()
      await ended(rescuer, id)
      assert.deepEqual(await readEffects(rescuer), ['attempt 2'])
    },

    'lets a worker that was taken over join again, under a higher epoch, and go on': async ({ start, clock }) => {
      const sleep = job({ name: 'sleep', input: z.object({}), queue: 'own', run: () => {} })
      const sleeping = STOPPED_CLOCK()
      await using sleeper = await start({ jobs: [sleep], queues: { own: {} }, clock: sleeping })
      const [before] = await sleeper.workers()
      await using rescuer = await start({ jobs: [noop] })
      const highest = Math.max(...(await rescuer.workers()).map(({ epoch }) => epoch))
      await clock.advance(10_000)
      await sleeping.advance(10_000)
      const { id } = await sleeper.enqueue(sleep, {})
      assert.equal((await ended(sleeper, id)).state, 'succeeded')
      const epochs = (await rescuer.workers()).map(({ epoch }) => epoch)
      assert.equal(epochs.includes(before?.epoch ?? 0), false)
      assert.ok(Math.max(...epochs) > highest, `epochs ${epochs} after ${highest}`)
    },

    'stops what a worker runs as soon as its heart finds that it was taken over': async ({ start, clock }) => {
      const [entered, stopped] = [door(), door()]
      const patient = job({
        name: 'patient',
        input: z.object({}),
        async run(ctx) {
          if (ctx.run.attempt > 1) return 'done'
          entered.open()
          return aborted(ctx.signal).finally(stopped.open)
        },
      })
      const frozen = STOPPED_CLOCK()
      await using dead = await start({ jobs: [patient], clock: frozen })
      const { id } = await dead.enqueue(patient, {})
      await entered.opened
      await using rescuer = await start({ jobs: [patient] })
      await clock.advance(10_000)
      assert.equal((await ended(rescuer, id)).result, 'done')
      await frozen.advance(3_000)
      await stopped.opened
      await until('it has joined again', async () => (await rescuer.workers()).length === 2)
    },

    'takes over what a dead worker had claimed and not begun': async ({ start, clock }) => {
      const gate = door()
      const order: number[] = []
      const quick = job({ name: 'quick', input: z.object({ n: z.number() }), run: (_, { n }) => void order.push(n) })
      const block = job({
        name: 'block',
        input: z.object({}),
        run: (ctx) => (ctx.run.attempt === 1 ? gate.opened : undefined),
      })
      const options = { jobs: [quick, block], queues: { default: { concurrency: 2 } } }
      await using dead = await start({ ...options, clock: STOPPED_CLOCK() })
      const first = await dead.enqueueMany(
        quick,
        Array.from({ length: 20 }, (_, n) => ({ n })),
      )
      await ended(dead, first.at(-1)?.id ?? 0)
      await dead.enqueueMany(block, [{}, {}])
      await dead.enqueueMany(
        quick,
        Array.from({ length: 20 }, (_, n) => ({ n: 20 + n })),
      )
      await until('the blockers run', async () => (await dead.runs.count({ state: ['running'], job: 'block' })) === 2)
      await using rescuer = await start(options)
      await clock.advance(10_000)
      await until('all have ended', async () => (await rescuer.runs.count({ state: ['succeeded'] })) === 42)
      gate.open()
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        Array.from({ length: 40 }, (_, n) => n),
      )
    },

    'ends a run that loses its worker at each attempt as a dead letter, WORKER_LOST': async ({
      start,
      clock,
      troubles,
    }) => {
      const gate = door()
      let entries = 0
      const poison = job({
        name: 'poison',
        input: z.object({}),
        retry: { attempts: 3 },
        async run() {
          entries++
          await gate.opened
        },
      })
      await using first = await start({ jobs: [poison], clock: fakeClock(clock.now()) })
      const { id } = await first.enqueue(poison, {})
      await until('the first attempt runs', () => entries === 1)
      await clock.advance(10_000)
      await using second = await start({ jobs: [poison], clock: fakeClock(clock.now()) })
      await until('the second attempt runs', () => entries === 2)
      await clock.advance(10_000)
      await using third = await start({ jobs: [poison], clock: fakeClock(clock.now()) })
      await until('the third attempt runs', () => entries === 3)
      await clock.advance(10_000)
      await using last = await start({ jobs: [poison] })
      const run = await ended(last, id)
      gate.open()
      assert.deepEqual([run.state, run.error?.code, entries], ['failed', 'WORKER_LOST', 3])
      assert.deepEqual(
        run.attempts.filter(({ attempt }) => attempt <= 3).map(({ attempt, error }) => [attempt, error.code]),
        [1, 2, 3].map((attempt) => [attempt, 'WORKER_LOST']),
      )
      assert.equal(troubles.length, 1)
      assert.deepEqual([second, third].length, 2)
    },

    'gives the slots of a dead worker to those who wait for them': async ({ start, clock }) => {
      const [gate, entered] = [door(), door()]
      const one = job({
        name: 'one',
        input: z.object({ stuck: z.boolean() }),
        limits: [{ key: 'only', concurrency: 1 }],
        async run(ctx, { stuck }) {
          if (!stuck || ctx.run.attempt > 1) return
          entered.open()
          await gate.opened
        },
      })
      await using dead = await start({ jobs: [one], clock: STOPPED_CLOCK() })
      const stuck = await dead.enqueue(one, { stuck: true })
      await entered.opened
      await using rescuer = await start({ jobs: [one] })
      const waiting = await rescuer.enqueue(one, { stuck: false })
      await reached(rescuer, waiting.id, 'blocked')
      await clock.advance(10_000)
      assert.equal((await ended(rescuer, waiting.id)).state, 'succeeded')
      assert.equal((await ended(rescuer, stuck.id)).state, 'succeeded')
      gate.open()
    },

    'never takes over from a worker that beats': async ({ start, clock }) => {
      const [gate, entered] = [door(), door()]
      const stuck = stuckOnce(gate, entered)
      await using engine = await start({ jobs: [stuck] })
      await using _other = await start({ jobs: [stuck] })
      const { id } = await engine.enqueue(stuck, {})
      await entered.opened
      await clock.advance(20_000)
      assert.equal((await engine.workers()).length, 2)
      gate.open()
      const run = await ended(engine, id)
      assert.deepEqual([run.result, run.attempt, run.attempts], ['zombie', 1, []])
    },

    'leaves a replayed run alone when the worker of its first life dies': async ({ start, clock }) => {
      const [gate, hold, again, fail, entered] = [door(), door(), door(), door(), door()]
      const stopped = STOPPED_CLOCK()
      let lives = 0
      const long = job({
        name: 'long',
        input: z.object({}),
        run: (ctx) => (ctx.run.attempt === 1 ? gate.opened : undefined),
      })
      const fails = job({
        name: 'fails',
        input: z.object({}),
        retry: { attempts: 1 },
        async run() {
          lives++
          entered.open()
          await fail.opened
          if (lives === 1) throw new Error('the first life')
          again.open()
          await hold.opened
        },
      })
      await using api = await start({ jobs: [long, fails], roles: ['api'] })
      const { id } = await api.enqueue(fails, {})
      await api.enqueueMany(long, [{}, {}])
      await using _dead = await start({
        jobs: [long, fails],
        queues: { default: { concurrency: 2 } },
        clock: stopped,
      })
      await entered.opened
      // Not a quick job: its worker then claims nothing ahead.
      await stopped.advance(1_000)
      fail.open()
      assert.equal((await ended(api, id)).state, 'failed')
      await until(
        'its worker is busy with the others',
        async () => (await api.runs.count({ state: ['running'] })) === 2,
      )
      await using rescuer = await start({ jobs: [long, fails] })
      await api.runs.retry(id)
      await again.opened
      await clock.advance(10_000)
      await until('the others were taken over', async () => (await api.runs.count({ state: ['succeeded'] })) === 2)
      assert.deepEqual([(await api.runs.get(id)).state, lives], ['running', 2])
      gate.open()
      hold.open()
      const run = await ended(rescuer, id)
      assert.deepEqual([run.state, run.attempt, lives], ['succeeded', 1, 2])
    },
  },
}
