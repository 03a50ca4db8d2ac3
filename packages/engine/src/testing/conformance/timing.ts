import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { ended, reached, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({ n: z.number().optional() }), run: () => {} })

/** Delays and instants. */
export const timing: Section = {
  title: 'delays',
  tests: {
    'starts a delayed run at its instant and never before': async ({ start, clock }) => {
      const startedAt: number[] = []
      const late = job({ name: 'late', input: z.object({}), run: (ctx) => void startedAt.push(ctx.clock.now()) })
      await using engine = await start({ jobs: [late] })
      const due = clock.now() + 5_000
      const { id } = await engine.enqueue(late, {}, { delay: '5s' })
      const waiting = await engine.runs.get(id)
      assert.deepEqual([waiting.state, waiting.dueAt], ['scheduled', due])
      await clock.advance(4_999)
      assert.equal((await engine.runs.get(id)).state, 'scheduled')
      await clock.advance(1)
      const run = await ended(engine, id)
      assert.deepEqual(startedAt, [due])
      assert.equal(run.dueAt, undefined)
    },

    'starts a run at a given instant': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop] })
      const { id } = await engine.enqueue(noop, {}, { runAt: clock.now() + 60_000 })
      await clock.advance(59_999)
      assert.equal((await engine.runs.get(id)).state, 'scheduled')
      await clock.advance(1)
      assert.equal((await ended(engine, id)).endedAt, clock.now())
    },

    'starts at once what was due in the past': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop] })
      const past = await engine.enqueue(noop, {}, { runAt: clock.now() - 1_000 })
      const now = await engine.enqueue(noop, {}, { delay: '0ms' })
      assert.equal((await ended(engine, past.id)).state, 'succeeded')
      assert.equal((await ended(engine, now.id)).state, 'succeeded')
    },

    'fires in order of their instants, whatever the order of enqueueing': async ({ start, clock }) => {
      const order: number[] = []
      const note = job({ name: 'note', input: z.object({ n: z.number() }), run: (_, { n }) => void order.push(n) })
      await using engine = await start({ jobs: [note] })
      for (const n of [5, 1, 4, 2, 3]) await engine.enqueue(note, { n }, { delay: `${n}s` })
      for (const n of [1, 2, 3, 4, 5]) {
        await clock.advance(1_000)
        await until(`run ${n} has started`, () => order.length === n)
      }
      assert.deepEqual(order, [1, 2, 3, 4, 5])
    },

    'fires on time in one process what another has delayed': async ({ start, clock }) => {
      await using api = await start({ jobs: [noop], roles: ['api'] })
      await using _worker = await start({ jobs: [noop] })
      const { id } = await api.enqueue(noop, {}, { delay: '20s' })
      await clock.advance(19_999)
      assert.equal((await api.runs.get(id)).state, 'scheduled')
      await clock.advance(1)
      assert.equal((await ended(api, id)).endedAt, clock.now())
    },

    'keeps delayed runs over a restart, and starts those that came due meanwhile': async ({ start, clock }) => {
      await using first = await start({ jobs: [noop] })
      const soon = await first.enqueue(noop, {}, { delay: '10s' })
      const later = await first.enqueue(noop, {}, { delay: '2m' })
      await first.stop()
      await clock.advance(60_000)
      await using second = await start({ jobs: [noop] })
      assert.equal((await ended(second, soon.id)).state, 'succeeded')
      await clock.advance(59_999)
      assert.equal((await second.runs.get(later.id)).state, 'scheduled')
      await clock.advance(1)
      assert.equal((await ended(second, later.id)).state, 'succeeded')
    },

    'fires more timers at one instant than one pass takes': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop] })
      const inputs = Array.from({ length: 2_500 }, (_, n) => ({ n }))
      const enqueued = await engine.enqueueMany(noop, inputs, { delay: '5s' })
      await clock.advance(5_000)
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === enqueued.length)
    },

    'runs nothing of another process early after its clock has been moved in one leap': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop] })
      const { id } = await engine.enqueue(noop, {}, { delay: '1h' })
      await clock.leap(1_800_000)
      assert.equal((await reached(engine, id, 'scheduled')).state, 'scheduled')
      await clock.leap(1_800_000)
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },
  },
}
