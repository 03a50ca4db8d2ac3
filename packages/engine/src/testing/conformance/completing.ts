import assert from 'node:assert/strict'
import { isEngineError, job } from '@regie/engine'
import { z } from 'zod'
import { addEffect, countRows, createEffects, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { aborted, door, ended, reached, type Section } from './lab.ts'

const child = job({ name: 'child', input: z.object({ n: z.number() }), run: (_, { n }) => n })

/** `ctx.complete`: rows, children, the completion and its result in one commit. */
export const completing: Section = {
  title: 'completing',
  tests: {
    'commits rows, children, the completion and its result together': async ({ start }) => {
      const [inside, release] = [door(), door()]
      const book = job({
        name: 'book',
        input: z.object({}),
        run: (ctx) =>
          ctx.complete(async (tx) => {
            await addEffect(tx.db, 'row')
            const { id } = await tx.enqueue(child, { n: 3 })
            inside.open()
            await release.opened
            return { child: id }
          }),
      })
      await using engine = await start({ jobs: [book, child] })
      await using other = await start({ jobs: [book, child], roles: ['api'] })
      await createEffects(engine)
      const { id } = await engine.enqueue(book, {})
      await inside.opened
      assert.deepEqual(
        [await readEffects(other), await other.runs.count(), (await other.runs.get(id)).state],
        [[], 1, 'running'],
      )
      release.open()
      const run = await ended(other, id)
      const { runs } = await other.runs.search({ parentId: id })
      assert.deepEqual([run.state, run.result], ['succeeded', { child: runs[0]?.id }])
      assert.deepEqual(await readEffects(other), ['row'])
      assert.equal((await ended(other, runs[0]?.id ?? 0)).result, 3)
    },

    'rolls all of it back when its work throws, and tries again': async ({ start, clock }) => {
      const book = job({
        name: 'book',
        input: z.object({}),
        retry: { base: '1s', jitter: 'none' },
        run: (ctx) =>
          ctx.complete(async (tx) => {
            await addEffect(tx.db, `attempt ${ctx.run.attempt}`)
            await tx.enqueue(child, { n: ctx.run.attempt })
            if (ctx.run.attempt === 1) throw new Error('not yet')
            return ctx.run.attempt
          }),
      })
      await using engine = await start({ jobs: [book, child] })
      await createEffects(engine)
      const { id } = await engine.enqueue(book, {})
      await reached(engine, id, 'scheduled')
      assert.deepEqual(await readEffects(engine), [])
      await clock.advance(1_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.result, run.attempts.length], [2, 1])
      assert.deepEqual(await readEffects(engine), ['attempt 2'])
      assert.deepEqual((await engine.runs.search({ parentId: id })).runs.length, 1)
    },

    'refuses a second call, and keeps the first': async ({ start }) => {
      const codes: unknown[] = []
      const twice = job({
        name: 'twice',
        input: z.object({}),
        async run(ctx) {
          await ctx.complete(async (tx) => addEffect(tx.db, 'first'))
          await ctx.complete(async (tx) => addEffect(tx.db, 'second')).catch((error) => codes.push(error.code))
        },
      })
      await using engine = await start({ jobs: [twice] })
      await createEffects(engine)
      const { id } = await engine.enqueue(twice, {})
      await until('the second call was refused', () => codes.length === 1)
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual([codes, await readEffects(engine)], [['RUN_COMPLETED'], ['first']])
    },

    'refuses one of two calls at once': async ({ start }) => {
      const outcomes: unknown[] = []
      const both = job({
        name: 'both',
        input: z.object({}),
        async run(ctx) {
          const calls = ['one', 'two'].map((name) => ctx.complete(async (tx) => addEffect(tx.db, name)))
          for (const settled of await Promise.allSettled(calls)) {
            outcomes.push(settled.status === 'fulfilled' ? 'done' : settled.reason.code)
          }
        },
      })
      await using engine = await start({ jobs: [both] })
      await createEffects(engine)
      const { id } = await engine.enqueue(both, {})
      await until('both are settled', () => outcomes.length === 2)
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual([outcomes, await readEffects(engine)], [['done', 'RUN_COMPLETED'], ['one']])
    },

    'may be called again after a first call that failed': async ({ start }) => {
      const stubborn = job({
        name: 'stubborn',
        input: z.object({}),
        async run(ctx) {
          await assert.rejects(
            ctx.complete(async () => {
              throw new Error('no')
            }),
          )
          await ctx.complete(async (tx) => addEffect(tx.db, 'second try'))
        },
      })
      await using engine = await start({ jobs: [stubborn] })
      await createEffects(engine)
      const { id } = await engine.enqueue(stubborn, {})
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual(await readEffects(engine), ['second try'])
    },

    'stands when the job throws afterwards': async ({ start, troubles }) => {
      const late = job({
        name: 'late',
        input: z.object({}),
        async run(ctx) {
          await ctx.complete(async () => 'kept')
          throw new Error('too late')
        },
      })
      await using engine = await start({ jobs: [late] })
      const { id } = await engine.enqueue(late, {})
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.result, run.attempts], ['succeeded', 'kept', []])
      assert.deepEqual(troubles, [])
    },

    'is refused once the run was told to stop': async ({ start }) => {
      const entered = door()
      let refused: unknown
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          entered.open()
          await aborted(ctx.signal).catch(() => {})
          await ctx
            .complete(async (tx) => addEffect(tx.db, 'row'))
            .catch((error: unknown) => {
              refused = error
              throw error
            })
        },
      })
      await using engine = await start({ jobs: [slow] })
      await createEffects(engine)
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      await engine.runs.cancel(id)
      assert.equal((await ended(engine, id)).state, 'cancelled')
      assert.ok(isEngineError(refused, 'ABORTED'))
      assert.deepEqual(await readEffects(engine), [])
    },

    'gives back the unique key and the slots of its run at once, and lets the next one start': async ({ start }) => {
      const only = job({
        name: 'only',
        input: z.object({ n: z.number() }),
        limits: [{ key: 'one', concurrency: 1 }],
        unique: { key: ({ n }) => String(n) },
        run: (ctx) => ctx.complete(async () => 'done'),
      })
      await using engine = await start({ jobs: [only] })
      const enqueued = await engine.enqueueMany(only, [{ n: 1 }, { n: 2 }, { n: 3 }])
      // The clock stands still: nobody comes by to wake those who wait.
      for (const { id } of enqueued) assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.equal((await engine.enqueue(only, { n: 1 })).duplicate, false)
      await until('everything is given back', async () => {
        return (await countRows(engine, 'engine_hold')) === 0 && (await countRows(engine, 'engine_unique')) === 0
      })
    },

    'commits what `ctx.transaction` did before the run ends, whatever becomes of it': async ({ start }) => {
      const steps = job({
        name: 'steps',
        input: z.object({}),
        retry: { attempts: 1 },
        async run(ctx) {
          await ctx.transaction(async (tx) => {
            await addEffect(tx.db, 'kept')
            await tx.enqueue(child, { n: 1 })
          })
          throw new Error('later')
        },
      })
      await using engine = await start({ jobs: [steps, child] })
      await createEffects(engine)
      const { id } = await engine.enqueue(steps, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      assert.deepEqual(await readEffects(engine), ['kept'])
      assert.equal(await engine.runs.count({ parentId: id }), 1)
    },
  },
}
