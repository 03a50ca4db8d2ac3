import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { door, ended, reached, refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => {} })

/** Queues: how many at once, pause and resume. */
export const queueing: Section = {
  title: 'queues',
  tests: {
    'run as many at once as they are allowed in each process, and no more': async ({ start }) => {
      const gate = door()
      let running = 0
      const hold = job({
        name: 'hold',
        input: z.object({}),
        queue: 'narrow',
        async run() {
          running++
          await gate.opened
          running--
        },
      })
      const queues = { narrow: { concurrency: 3 } }
      await using one = await start({ jobs: [hold], queues })
      const enqueued = await one.enqueueMany(
        hold,
        Array.from({ length: 10 }, () => ({})),
      )
      await until('three run', () => running === 3)
      await using _two = await start({ jobs: [hold], queues })
      await until('six run', () => running === 6)
      assert.deepEqual(
        (await one.queues.list()).find(({ name }) => name === 'narrow'),
        { name: 'narrow', queued: 4, scheduled: 0, blocked: 0, running: 6, oldestMs: 0 },
      )
      gate.open()
      for (const { id } of enqueued) await ended(one, id)
    },

    'are left alone by a worker that serves others, until one comes that serves them': async ({ start }) => {
      const mail = job({ name: 'mail', input: z.object({}), queue: 'mail', run: () => 'sent' })
      const options = { jobs: [mail, noop], queues: { mail: {} } }
      await using one = await start({ ...options, serves: ['default'] })
      const sent = await one.enqueue(mail, {})
      await ended(one, (await one.enqueue(noop, {})).id)
      assert.equal((await one.runs.get(sent.id)).state, 'queued')
      assert.deepEqual(
        (await one.workers()).map(({ queues }) => queues),
        [['default']],
      )
      await using _two = await start({ ...options, serves: ['mail'] })
      assert.equal((await ended(one, sent.id)).result, 'sent')
      await refusal('QUEUE_UNKNOWN', () => start({ ...options, serves: ['mial'] }))
    },

    'do not keep one another waiting': async ({ start }) => {
      const gate = door()
      const slow = job({ name: 'slow', input: z.object({}), queue: 'slow', run: () => gate.opened })
      const quick = job({ name: 'quick', input: z.object({}), queue: 'quick', run: () => 'ran' })
      await using engine = await start({ jobs: [slow, quick], queues: { slow: { concurrency: 1 }, quick: {} } })
      await engine.enqueueMany(slow, [{}, {}, {}])
      const { id } = await engine.enqueue(quick, {})
      assert.equal((await ended(engine, id)).result, 'ran')
      gate.open()
    },

    'are chosen by the call before the job': async ({ start }) => {
      const where = job({ name: 'where', input: z.object({}), queue: 'one', run: (ctx) => ctx.run.queue })
      await using engine = await start({ jobs: [where], queues: { one: {}, two: {} } })
      const own = await engine.enqueue(where, {})
      const other = await engine.enqueue(where, {}, { queue: 'two' })
      assert.deepEqual([(await ended(engine, own.id)).result, (await ended(engine, other.id)).result], ['one', 'two'])
    },

    'start nothing while paused, in whatever process, and go on when resumed': async ({ start, clock }) => {
      const started: number[] = []
      const note = job({ name: 'note', input: z.object({}), run: (ctx) => void started.push(ctx.run.id) })
      await using one = await start({ jobs: [note] })
      await using two = await start({ jobs: [note] })
      await one.queues.pause('default', 'the mail server is down')
      const waiting = await two.enqueueMany(
        note,
        Array.from({ length: 20 }, () => ({})),
      )
      const late = await one.enqueue(note, {}, { delay: '1s' })
      await clock.advance(10_000)
      assert.deepEqual(started, [])
      const status = (await two.queues.list()).find(({ name }) => name === 'default')
      assert.deepEqual(
        [status?.queued, status?.pausedReason, status?.pausedAt],
        [21, 'the mail server is down', clock.now() - 10_000],
      )
      await two.queues.resume('default')
      for (const { id } of [...waiting, late]) await ended(one, id)
      assert.equal(started.length, 21)
      assert.equal((await one.queues.list())[0]?.pausedAt, undefined)
    },

    'let finish what runs when they are paused': async ({ start }) => {
      const gate = door()
      const slow = job({ name: 'slow', input: z.object({}), run: () => gate.opened })
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await reached(engine, id, 'running')
      await engine.queues.pause('default')
      gate.open()
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },

    'start no run after a pause was answered, not even one that was claimed ahead': async ({ start, clock }) => {
      let started = 0
      let atPause = 0
      const quick = job({
        name: 'quick',
        input: z.object({}),
        async run() {
          started++
          if (started !== 50) return
          await engine.queues.pause('default')
          atPause = started
        },
      })
      await using engine: Awaited<ReturnType<typeof start>> = await start({
        jobs: [quick],
        queues: { default: { concurrency: 1 } },
      })
      await engine.enqueueMany(
        quick,
        Array.from({ length: 400 }, () => ({})),
      )
      await until('it is paused', () => atPause > 0)
      await clock.advance(5_000)
      assert.equal(started, atPause)
      await engine.queues.resume('default')
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 400)
      assert.equal(started, 400)
    },

    'stay paused over a restart': async ({ start, clock }) => {
      await using first = await start({ jobs: [noop] })
      await first.queues.pause('default')
      const { id } = await first.enqueue(noop, {})
      await first.stop()
      await using second = await start({ jobs: [noop] })
      await clock.advance(5_000)
      assert.equal((await second.runs.get(id)).state, 'queued')
      await second.queues.resume('default')
      assert.equal((await ended(second, id)).state, 'succeeded')
    },

    'count what waits for an instant, a slot and a worker': async ({ start, clock }) => {
      const gate = door()
      const one = job({
        name: 'one',
        input: z.object({}),
        limits: [{ key: 'only', concurrency: 1 }],
        run: () => gate.opened,
      })
      await using engine = await start({ jobs: [one, noop], queues: { idle: {} } })
      const [first, second] = await engine.enqueueMany(one, [{}, {}])
      await reached(engine, second?.id ?? 0, 'blocked')
      await engine.enqueueMany(noop, [{}, {}], { delay: '1h' })
      await engine.queues.pause('idle')
      await engine.enqueueMany(noop, [{}, {}, {}], { queue: 'idle' })
      await clock.advance(2_000)
      const list = await engine.queues.list()
      assert.deepEqual(
        list.map(({ pausedAt: _, ...status }) => status),
        [
          { name: 'default', queued: 0, scheduled: 2, blocked: 1, running: 1 },
          {
            name: 'idle',
            queued: 3,
            scheduled: 0,
            blocked: 0,
            running: 0,
            oldestMs: 2_000,
            pausedReason: 'paused by an operator',
          },
        ],
      )
      gate.open()
      await ended(engine, first?.id ?? 0)
    },

    'that nobody knows are refused': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await refusal('QUEUE_UNKNOWN', () => engine.queues.pause('nowhere'))
      await refusal('QUEUE_UNKNOWN', () => engine.queues.resume('nowhere'))
    },
  },
}
