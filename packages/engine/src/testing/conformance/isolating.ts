import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { ended, reached, type Section } from './lab.ts'

const module = new URL(`../isolated-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

const Input = z.object({ act: z.string(), value: z.unknown().optional() })

const isolated = job({
  name: 'isolated',
  input: Input,
  timeout: '30s',
  retry: { attempts: 2, jitter: 'none' },
  isolate: { module, memoryMb: 32 },
})

/** Jobs in a thread of their own. */
export const isolating: Section = {
  title: 'isolated jobs',
  tests: {
    'answer from their thread, and can say how far they are': async ({ start }) => {
      await using engine = await start({ jobs: [isolated] })
      const answer = await engine.enqueue(isolated, { act: 'answer', value: { n: [1, 2] } })
      const told = await engine.enqueue(isolated, { act: 'progress' })
      assert.deepEqual((await ended(engine, answer.id)).result, { value: { n: [1, 2] }, attempt: 1 })
      assert.equal((await ended(engine, told.id)).result, 'progress')
      const { progress } = await engine.runs.get(told.id)
      assert.deepEqual([progress?.percent, progress?.message], [40, 'in the thread'])
    },

    'fail with the error of their thread, and are retried like others': async ({ start, clock }) => {
      await using engine = await start({ jobs: [isolated] })
      const { id } = await engine.enqueue(isolated, { act: 'throw' })
      const once = await engine.enqueue(isolated, { act: 'fail once' })
      await reached(engine, id, 'scheduled')
      await reached(engine, once.id, 'scheduled')
      await clock.advance(1_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code, run.error?.message], ['failed', 'RangeError', 'as asked'])
      assert.ok(run.error?.stack?.includes('isolated-thread'), run.error?.stack)
      assert.equal((await ended(engine, once.id)).result, 'fail once')
    },

    'are destroyed at their time-out, even in an endless loop': async ({ start, clock }) => {
      await using engine = await start({ jobs: [isolated] })
      const { id } = await engine.enqueue(isolated, { act: 'spin' })
      await reached(engine, id, 'running')
      await clock.advance(30_100)
      const waiting = await reached(engine, id, 'scheduled')
      assert.equal(waiting.attempts[0]?.error.code, 'TIMEOUT')
    },

    'are destroyed when cancelled, even in an endless loop': async ({ start }) => {
      await using engine = await start({ jobs: [isolated] })
      const { id } = await engine.enqueue(isolated, { act: 'spin' })
      await reached(engine, id, 'running')
      await engine.runs.cancel(id)
      assert.equal((await ended(engine, id)).state, 'cancelled')
    },

    'are destroyed at their memory limit, without harm to the process': async ({ start }) => {
      await using engine = await start({ jobs: [isolated] })
      const { id } = await engine.enqueue(isolated, { act: 'hoard' })
      const failed = await until('the attempt failed', async () => (await engine.runs.get(id)).attempts[0])
      assert.equal(failed.error.code, 'ISOLATED_MEMORY')
      assert.ok(failed.error.message.includes('32 MiB'), failed.error.message)
    },

    'take only their own thread with them when they crash': async ({ start }) => {
      await using engine = await start({ jobs: [isolated] })
      const { id } = await engine.enqueue(isolated, { act: 'exit' })
      const failed = await until('the attempt failed', async () => (await engine.runs.get(id)).attempts[0])
      assert.equal(failed.error.code, 'ISOLATED_CRASH')
      const next = await engine.enqueue(isolated, { act: 'answer' })
      assert.equal((await ended(engine, next.id)).state, 'succeeded')
    },

    'say what is wrong with a module that cannot be run': async ({ start }) => {
      const missing = job({
        name: 'missing',
        input: z.object({}),
        retry: { attempts: 1 },
        isolate: { module: new URL('./is-not-there.js', import.meta.url) },
      })
      const silent = job({
        name: 'silent',
        input: z.object({}),
        retry: { attempts: 1 },
        isolate: { module: new URL('data:text/javascript,export const nothing = 1') },
      })
      await using engine = await start({ jobs: [missing, silent] })
      const one = await engine.enqueue(missing, {})
      const other = await engine.enqueue(silent, {})
      assert.ok((await ended(engine, one.id)).error?.message.includes('is-not-there'))
      assert.ok((await ended(engine, other.id)).error?.message.includes('run'))
    },
  },
}
