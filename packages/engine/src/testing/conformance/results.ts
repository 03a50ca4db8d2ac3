import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { aborted, door, ended, reached, type Section } from './lab.ts'

const MEBIBYTE = 1_048_576

const echo = job({ name: 'echo', input: z.object({ length: z.number() }), run: (_, { length }) => 'x'.repeat(length) })

/** Progress, results, estimates, and waiting for them. */
export const results: Section = {
  title: 'progress and results',
  tests: {
    'shows how far a run is, with a sentence': async ({ start, clock }) => {
      const [half, gate] = [door(), door()]
      const steps = job({
        name: 'steps',
        input: z.object({}),
        async run(ctx) {
          await ctx.progress(50, 'half of it')
          half.open()
          await gate.opened
          await ctx.progress(100)
        },
      })
      await using engine = await start({ jobs: [steps] })
      const { id } = await engine.enqueue(steps, {})
      await half.opened
      const shown = await until('the progress is there', async () => (await engine.runs.get(id)).progress)
      assert.deepEqual(shown, { percent: 50, message: 'half of it', at: clock.now() })
      gate.open()
      await ended(engine, id)
      assert.equal((await engine.runs.get(id)).progress?.percent, 100)
    },

    'writes progress at most five times a second, keeps it within 0 and 100, and always writes the end': async ({
      start,
      clock,
    }) => {
      const [told, gate] = [door(), door()]
      const steps = job({
        name: 'steps',
        input: z.object({}),
        async run(ctx) {
          for (const percent of [-5, 10, 20, 30]) await ctx.progress(percent, `at ${percent}`)
          told.open()
          await gate.opened
          await ctx.progress(60, 'later')
          await ctx.progress(250, 'the end')
        },
      })
      await using engine = await start({ jobs: [steps] })
      const { id } = await engine.enqueue(steps, {})
      await told.opened
      const first = await until('the progress is there', async () => (await engine.runs.get(id)).progress)
      assert.deepEqual([first.percent, first.message], [0, 'at -5'])
      await clock.advance(200)
      gate.open()
      const run = await ended(engine, id)
      assert.deepEqual([run.progress?.percent, run.progress?.message], [100, 'the end'])
    },

    'never fails for its progress: no number is left out, and so is what cannot be written any more': async ({
      start,
    }) => {
      const entered = door()
      const told: unknown[] = []
      const odd = job({
        name: 'odd',
        input: z.object({}),
        async run(ctx) {
          for (const percent of [Number.NaN, Number.POSITIVE_INFINITY]) told.push(await ctx.progress(percent))
          entered.open()
          await aborted(ctx.signal).catch(() => {})
          // Nobody waits for it: a rejection here would end the process.
          setTimeout(() => ctx.progress(100).then(() => told.push('left out')), 50)
        },
      })
      const engine = await start({ jobs: [odd], stopMs: 1 })
      const { id } = await engine.enqueue(odd, {})
      await entered.opened
      assert.equal((await engine.runs.get(id)).progress, undefined)
      await engine.stop()
      await until('the last one was left out', () => told.at(-1) === 'left out')
      assert.deepEqual(told, [undefined, undefined, 'left out'])
    },

    'fails at once with RESULT_INVALID for a result without a JSON form': async ({ start }) => {
      const circle: { self?: unknown } = {}
      circle.self = circle
      const give = job({
        name: 'give',
        input: z.object({ what: z.enum(['bigint', 'circle', 'completed']) }),
        run: async (ctx, { what }): Promise<unknown> => {
          if (what === 'completed') return ctx.complete(async () => 1n)
          return what === 'circle' ? circle : 1n
        },
      })
      await using engine = await start({ jobs: [give] })
      for (const what of ['bigint', 'circle', 'completed'] as const) {
        const run = await ended(engine, (await engine.enqueue(give, { what })).id)
        assert.deepEqual([run.state, run.error?.code, run.attempt], ['failed', 'RESULT_INVALID', 1], what)
      }
    },

    'keeps results of every JSON kind, and none when there is none': async ({ start }) => {
      const values = [null, 0, false, '', [1, [2]], { deep: { er: ['ü'] } }]
      const give = job({
        name: 'give',
        input: z.object({ index: z.number() }),
        run: (_, { index }) => values[index],
      })
      await using engine = await start({ jobs: [give] })
      const returned = new Map<number, unknown>()
      for (const [index, value] of values.entries()) {
        const { id } = await engine.enqueue(give, { index })
        assert.deepEqual((await ended(engine, id)).result, value)
        returned.set(id, value)
      }
      const { id } = await engine.enqueue(give, { index: 99 })
      assert.equal('result' in (await ended(engine, id)), false)
      assert.deepEqual(await engine.runs.results([...returned.keys(), id, id + 1]), returned)
      assert.deepEqual(await engine.runs.results([]), new Map())
    },

    'keeps a result over 1 MiB apart from its run, by reference': async ({ start }) => {
      const completing = job({
        name: 'completing',
        input: z.object({ length: z.number() }),
        run: (ctx, { length }) => ctx.complete(async () => 'y'.repeat(length)),
      })
      await using engine = await start({ jobs: [echo, completing] })
      const small = await engine.enqueue(echo, { length: MEBIBYTE - 2 })
      assert.equal((await ended(engine, small.id)).result, 'x'.repeat(MEBIBYTE - 2))
      assert.equal(await countRows(engine, 'engine_blob'), 0)
      const large = await engine.enqueue(echo, { length: MEBIBYTE })
      const completed = await engine.enqueue(completing, { length: 3 * MEBIBYTE })
      assert.equal((await ended(engine, large.id)).result, 'x'.repeat(MEBIBYTE))
      assert.equal((await ended(engine, completed.id)).result, 'y'.repeat(3 * MEBIBYTE))
      assert.equal(await countRows(engine, 'engine_blob'), 2)
      assert.equal((await engine.runs.results([large.id])).get(large.id), 'x'.repeat(MEBIBYTE))
    },

    'refuses a result over 64 MiB, for good': async ({ start }) => {
      await using engine = await start({ jobs: [echo] })
      const { id } = await engine.enqueue(echo, { length: 64 * MEBIBYTE })
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.code], ['failed', 1, 'RESULT_TOO_LARGE'])
    },

    'tells how long a job usually takes, in every state': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run() {
          entered.open()
          await gate.opened
        },
      })
      await using engine = await start({ jobs: [slow] })
      const first = await engine.enqueue(slow, {})
      assert.equal((await engine.runs.get(first.id)).estimatedMs, undefined)
      await entered.opened
      await clock.advance(4_000)
      gate.open()
      await ended(engine, first.id)
      await clock.advance(3_000)
      const waiting = await engine.enqueue(slow, {}, { delay: '1h' })
      const estimates = [first, waiting].map(async ({ id }) => (await engine.runs.get(id)).estimatedMs)
      assert.deepEqual(await Promise.all(estimates), [4_000, 4_000])
      assert.equal((await engine.runs.search()).runs[0]?.estimatedMs, 4_000)
    },

    'lets callers wait for the end of a run, and give up': async ({ start }) => {
      const gate = door()
      const slow = job({ name: 'slow', input: z.object({}), run: () => gate.opened.then(() => 'there') })
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await reached(engine, id, 'running')
      const giveUp = new AbortController()
      const impatient = engine.runs.wait(id, giveUp.signal)
      giveUp.abort(new RangeError('enough'))
      await assert.rejects(impatient, RangeError)
      const waiting = engine.runs.wait(id)
      gate.open()
      assert.equal((await waiting).result, 'there')
    },

    'tells of each ended attempt, for metrics': async ({ start, clock }) => {
      const seen: unknown[] = []
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { jitter: 'none' },
        run(ctx) {
          if (ctx.run.attempt === 1) throw new Error('again')
        },
      })
      await using engine = await start({
        jobs: [flaky],
        onAttempt: ({ job: name, queue, outcome, durationMs }) => seen.push([name, queue, outcome, durationMs]),
      })
      const { id } = await engine.enqueue(flaky, {})
      await reached(engine, id, 'scheduled')
      await clock.advance(1_000)
      await ended(engine, id)
      assert.deepEqual(seen, [
        ['flaky', 'default', 'retried', 0],
        ['flaky', 'default', 'succeeded', 0],
      ])
    },

    'reports how long a run waited since it could start, after a replay or a delay too, and nothing of a retry':
      async ({ start, clock }) => {
        const seen: unknown[] = []
        let broken = true
        const flaky = job({
          name: 'flaky',
          input: z.object({}),
          retry: { attempts: 2, backoff: 'fixed', base: '1s', jitter: 'none' },
          run() {
            if (broken) throw new Error('again')
          },
        })
        await using engine = await start({
          jobs: [flaky],
          onAttempt: ({ outcome, waitMs, queuedMs }) => seen.push([outcome, waitMs, queuedMs]),
        })
        const { id } = await engine.enqueue(flaky, {}, { delay: '1m' })
        await clock.advance(60_000)
        await reached(engine, id, 'scheduled')
        await clock.advance(1_000)
        await ended(engine, id)
        await clock.advance(120_000)
        broken = false
        const replayedAt = clock.now()
        await engine.runs.retry(id, { by: 'ada' })
        await ended(engine, id)
        assert.deepEqual((await engine.runs.get(id)).replays, [{ at: replayedAt, by: 'ada', newInput: false }])
        assert.deepEqual(seen, [
          ['retried', 0, 0],
          ['failed', 1_000, undefined],
          ['succeeded', 0, 0],
        ])
      },
  },
}
