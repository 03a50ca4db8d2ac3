import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { aborted, door, ended, reached, refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({}), run: (ctx) => ctx.run.attempt })

/** Stopping without losing anything. */
export const stopping: Section = {
  title: 'stopping',
  tests: {
    'waits for what runs, and keeps what it answers': async ({ start }) => {
      const [entered, gate] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          entered.open()
          await gate.opened
          return ctx.signal.aborted
        },
      })
      await using engine = await start({ jobs: [slow] })
      await using other = await start({ jobs: [slow], roles: ['api'] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      const stopped = engine.stop()
      gate.open()
      await stopped
      const run = await other.runs.get(id)
      assert.deepEqual([run.state, run.result], ['succeeded', false])
      assert.deepEqual(await other.workers(), [])
    },

    'hands back what it had claimed and not started, with the attempt it had': async ({ start }) => {
      const gate = door()
      const mixed = job({
        name: 'mixed',
        input: z.object({ hold: z.boolean() }),
        run: (ctx, { hold }) => (hold ? gate.opened.then(() => ctx.run.attempt) : ctx.run.attempt),
      })
      const queues = { default: { concurrency: 2 } }
      await using api = await start({ jobs: [mixed], queues, roles: ['api'] })
      await using first = await start({ jobs: [mixed], queues })
      const quick = await api.enqueueMany(
        mixed,
        Array.from({ length: 20 }, () => ({ hold: false })),
      )
      for (const { id } of quick) await ended(api, id)
      const holding = await api.enqueueMany(mixed, [{ hold: true }, { hold: true }])
      await api.enqueueMany(
        mixed,
        Array.from({ length: 30 }, () => ({ hold: false })),
      )
      await until('it has claimed ahead', async () => (await api.runs.count({ state: ['running'] })) >= 2)
      const stopped = first.stop()
      await until('the rest is back', async () => (await api.runs.count({ state: ['queued'] })) === 30)
      gate.open()
      await stopped
      for (const { id } of holding) assert.equal((await api.runs.get(id)).state, 'succeeded')
      assert.equal(await countRows(api, 'engine_lease'), 0)
      await using _second = await start({ jobs: [mixed], queues })
      await until('all have ended', async () => (await api.runs.count({ state: ['succeeded'] })) === 52)
      const { runs } = await api.runs.search({}, { limit: 200 })
      assert.deepEqual([...new Set(runs.map(({ attempt }) => attempt))], [1])
    },

    'interrupts what runs for too long, and hands it back with the same attempt': async ({ start }) => {
      const [entered, reasons] = [door(), [] as unknown[]]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        retry: { attempts: 1 },
        async run(ctx) {
          if (reasons.length > 0) return `attempt ${ctx.run.attempt}`
          entered.open()
          const { signal } = ctx
          await aborted(signal).finally(() => reasons.push(signal.reason.code))
        },
      })
      await using first = await start({ jobs: [slow], stopMs: 20 })
      const { id } = await first.enqueue(slow, {})
      await entered.opened
      await first.stop()
      await using second = await start({ jobs: [slow] })
      const run = await ended(second, id)
      assert.deepEqual([run.result, reasons, run.attempts], ['attempt 1', ['ENGINE_STOPPED'], []])
    },

    'gives up a handler that does not stop when asked to, and lets another process have the run': async ({ start }) => {
      const [entered, gate] = [door(), door()]
      let calls = 0
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        async run() {
          calls++
          if (calls > 1) return 'second'
          entered.open()
          await gate.opened
          return 'first'
        },
      })
      await using first = await start({ jobs: [deaf], stopMs: 20 })
      const { id } = await first.enqueue(deaf, {})
      await entered.opened
      await first.stop()
      await using second = await start({ jobs: [deaf] })
      const run = await ended(second, id)
      gate.open()
      assert.deepEqual([run.result, run.attempt, calls], ['second', 1, 2])
    },

    'gives the slots of limits back': async ({ start }) => {
      const entered = door()
      let calls = 0
      const one = job({
        name: 'one',
        input: z.object({}),
        limits: [{ key: 'only', concurrency: 1 }],
        async run(ctx) {
          calls++
          entered.open()
          if (calls === 1) await aborted(ctx.signal)
        },
      })
      await using first = await start({ jobs: [one], stopMs: 20 })
      const [a, b] = await first.enqueueMany(one, [{}, {}])
      await entered.opened
      await reached(first, b?.id ?? 0, 'blocked')
      await first.stop()
      await using second = await start({ jobs: [one] })
      assert.equal((await ended(second, a?.id ?? 0)).state, 'succeeded')
      assert.equal((await ended(second, b?.id ?? 0)).state, 'succeeded')
      assert.equal(await countRows(second, 'engine_hold'), 0)
    },

    'happens once, however often it is asked for, and takes nothing more': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      const { id } = await engine.enqueue(noop, {})
      await ended(engine, id)
      await Promise.all([engine.stop(), engine.stop(), engine[Symbol.asyncDispose]()])
      await refusal('ENGINE_STOPPED', () => engine.enqueue(noop, {}))
      await refusal('ENGINE_STOPPED', () => engine.transaction(async (tx) => tx.enqueue(noop, {})))
      assert.deepEqual(await engine.healthy(), { worker: false, scheduler: false, store: false })
    },

    'leaves a database open that it was given': async ({ start, source }) => {
      await using owner = await start({ jobs: [noop], roles: ['api'] })
      assert.equal(owner.database.source, source)
      const { createEngine } = await import('@regie/engine')
      const guest = await createEngine({ database: owner.database, jobs: [noop], clock: owner.clock })
      await guest.start({ roles: ['worker'] })
      const { id } = await guest.enqueue(noop, {})
      assert.equal((await ended(owner, id)).result, 1)
      await guest.stop()
      assert.equal((await owner.runs.get(id)).state, 'succeeded')
    },

    'says whether its worker is alive': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      assert.deepEqual(await engine.healthy(), { worker: true, scheduler: false, store: true })
      await using api = await start({ jobs: [noop], roles: ['api'] })
      assert.deepEqual(await api.healthy(), { worker: false, scheduler: false, store: true })
      const [worker] = await api.workers()
      assert.deepEqual([worker?.queues, worker?.running, (worker?.epoch ?? 0) > 0], [['default'], 0, true])
    },
  },
}
