import assert from 'node:assert/strict'
import { chain, chord, type Engine, group, type JobCall, job, type RunDetail, schedule, workflow } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { door, ended, followedBy, type Section } from './lab.ts'
import { advanceTo, MINUTE } from './scheduling-timeline.ts'

const double = job({ name: 'double', input: z.number(), run: (_, n) => n * 2 })
const total = job({ name: 'total', input: z.array(z.number()), run: (_, all) => all.reduce((sum, n) => sum + n, 0) })
const show = job({ name: 'show', input: z.unknown(), run: (_, value) => JSON.stringify(value) })
const jobs = [double, total, show]

async function resultOf(engine: Engine, call: JobCall): Promise<RunDetail> {
  const { id } = await engine.enqueue(call)
  return ended(engine, id)
}

/** Chains, groups and chords whose parts succeed. */
export const flows: Section = {
  title: 'chains, groups and chords',
  tests: {
    'give each job of a chain the result of the one before, and a call its own input': async ({ start }) => {
      await using engine = await start({ jobs })
      assert.equal((await resultOf(engine, chain(double.with(1), double, double, show))).result, '8')
      assert.equal((await resultOf(engine, chain(double.with(1), double.with(50), double))).result, 200)
      assert.equal((await resultOf(engine, chain(double.with(21)))).result, 42)
    },

    'give nothing on as nothing': async ({ start }) => {
      const mute = job({ name: 'mute', input: z.object({}), run: () => {} })
      const maybe = job({ name: 'maybe', input: z.object({}).optional(), run: (_, given) => given ?? 'nothing' })
      await using engine = await start({ jobs: [mute, maybe] })
      const call = chain(mute.with({}), maybe as never) as JobCall
      assert.equal((await resultOf(engine, call)).result, 'nothing')
    },

    'answer the results of a group in the order of its calls, however they end': async ({ start }) => {
      const [first, second] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.number(),
        async run(_, n) {
          if (n === 1) await second.opened
          if (n === 2) await first.opened
          ;(n === 2 ? second : first).open()
          return n
        },
      })
      await using engine = await start({ jobs: [slow] })
      const run = await resultOf(engine, group([slow.with(1), slow.with(2), slow.with(3)]))
      assert.deepEqual(run.result, [1, 2, 3])
    },

    'run the callback of a chord once, with the list of results': async ({ start }) => {
      await using engine = await start({ jobs })
      const run = await resultOf(engine, chord(group([1, 2, 3].map((n) => double.with(n))), total))
      assert.equal(run.result, 12)
      assert.equal(await engine.runs.count({ job: 'total' }), 1)
    },

    'can be parts of each other': async ({ start }) => {
      await using engine = await start({ jobs })
      const branch = (n: number) => chain(double.with(n), double)
      const inner = chord(group([branch(1), branch(2)]), total)
      const whole = chain(group([inner, branch(3), double.with(4)]), total, double)
      assert.equal((await resultOf(engine, whole)).result, (12 + 12 + 8) * 2)
      assert.equal(await engine.runs.count({ job: 'engine.flow' }), 6)
    },

    'are called from a workflow, put into a batch, enqueued in a transaction and scheduled, like any call': async ({
      start,
      clock,
    }) => {
      const call = chain(double.with(1), double)
      const outer = workflow({ name: 'outer', input: z.object({}), run: (wf) => wf.call(call, { name: 'both' }) })
      const minutely = schedule({ name: 'minutely', every: '1m', jitter: '0s', call })
      const seen: unknown[] = []
      const starter = job({
        name: 'starter',
        input: z.object({}),
        run: async (ctx) => void seen.push((await ctx.enqueue(call, { tags: ['inside'] })).id),
      })
      await using engine = await start({
        jobs: [...jobs, outer, starter],
        schedules: [minutely],
        roles: ['worker', 'scheduler'],
      })
      assert.equal((await resultOf(engine, outer.with({}))).result, 4)
      const { ids } = await engine.enqueueBatch([call, double.with(1)], followedBy(call))
      assert.equal((await ended(engine, ids[0] ?? 0)).result, 4)
      const { id } = await engine.transaction((tx) => tx.enqueue(call, { tags: ['mine'] }))
      assert.deepEqual([(await ended(engine, id)).result, (await engine.runs.get(id)).tags], [4, ['mine']])
      await engine.enqueue(starter, {})
      await until('the job has enqueued the chain', () => seen.length === 1)
      const { runs } = await engine.runs.search({ tag: 'inside' })
      assert.equal((await ended(engine, runs[0]?.id ?? 0)).result, 4)
      const before = await engine.runs.count({ job: 'engine.flow' })
      await advanceTo(clock, clock.now() + MINUTE)
      await until(
        'the schedule has enqueued the chain',
        async () => (await engine.runs.count({ job: 'engine.flow' })) > before,
      )
    },

    'belong to one organisation with everything they start, and tell what started what': async ({ start }) => {
      await using engine = await start({ jobs })
      const { id } = await engine.enqueue(chord(group([double.with(1)]), total), { org: 'acme' })
      await ended(engine, id)
      const { runs } = await engine.runs.search({ parentId: id })
      assert.deepEqual(
        runs.map(({ org, job: name }) => [org, name]),
        [
          ['acme', 'total'],
          ['acme', 'double'],
        ],
      )
    },

    'start after a delay, and their parts in the queues of their own jobs': async ({ start, clock }) => {
      const heavy = job({ name: 'heavy', queue: 'slow', input: z.number(), run: (ctx, n) => [ctx.run.queue, n] })
      await using engine = await start({ jobs: [heavy], queues: { slow: {} } })
      const { id } = await engine.enqueue(group([heavy.with(1)]), { delay: '10s', priority: 'high' })
      assert.deepEqual([(await engine.runs.get(id)).state, (await engine.runs.get(id)).priority], ['scheduled', 'high'])
      await clock.advance(10_000)
      assert.deepEqual((await ended(engine, id)).result, [['slow', 1]])
    },

    'run the callback of a chord of 10,000 exactly once': async ({ start }) => {
      let calls = 0
      const one = job({ name: 'one', input: z.number(), run: (_, n) => n })
      const sum = job({
        name: 'sum',
        input: z.array(z.number()),
        run(_, all) {
          calls++
          return [all.length, all.reduce((a, b) => a + b, 0)]
        },
      })
      await using engine = await start({ jobs: [one, sum], queues: { default: { concurrency: 100 } } })
      const { id } = await engine.enqueue(chord(group(Array.from({ length: 10_000 }, (_, n) => one.with(n))), sum))
      const run = await until(
        'the chord ends',
        async () => {
          const now = await engine.runs.get(id)
          return now.endedAt !== undefined && now
        },
        { everyMs: 20 },
      )
      assert.deepEqual([run.error, run.result, calls], [undefined, [10_000, 49_995_000], 1])
      assert.equal(await engine.runs.count({ job: 'sum' }), 1)
    },
  },
}
