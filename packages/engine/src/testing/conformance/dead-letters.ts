import assert from 'node:assert/strict'
import { job, type RunFilter } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { ended, followedBy, reached, refusal, type Section } from './lab.ts'

const Order = z.object({ amount: z.number(), note: z.string().optional() })

/** A job that fails as long as its amount is negative. */
const pay = job({
  name: 'pay',
  input: Order,
  retry: { attempts: 1 },
  run(_, { amount, note }) {
    if (amount < 0) throw new Error(note ?? `cannot pay ${amount}`)
    return `paid ${amount}`
  },
})

/** Runs that ended, and their second lives. */
export const deadLetters: Section = {
  title: 'dead letters',
  tests: {
    'are kept with their error, and start again under the same id with fresh attempts': async ({ start, clock }) => {
      let healed = false
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { attempts: 2, jitter: 'none' },
        run(ctx) {
          if (!healed) throw new Error('down')
          return ctx.run.attempt
        },
      })
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {})
      await reached(engine, id, 'scheduled')
      await clock.advance(1_000)
      assert.deepEqual([(await ended(engine, id)).state, (await engine.runs.get(id)).attempt], ['failed', 2])
      healed = true
      await engine.runs.retry(id)
      const run = await until('it succeeds', async () => {
        const now = await engine.runs.get(id)
        return now.state === 'succeeded' && now
      })
      assert.deepEqual([run.result, run.error, run.attempts.length], [1, undefined, 2])
    },

    'keep each attempt in its order, though the clock of the machine that made the later one is behind': async ({
      start,
      clock,
    }) => {
      await using ahead = await start({ jobs: [pay], clock: fakeClock(clock.now() + 60_000) })
      const { id } = await ahead.enqueue(pay, { amount: -1, note: 'first' })
      await ended(ahead, id)
      await ahead.stop()
      await using behind = await start({ jobs: [pay] })
      for (const note of ['second', 'third']) {
        await behind.runs.retry(id, { input: { amount: -1, note } })
        await reached(behind, id, 'failed')
      }
      const { attempts } = await behind.runs.get(id)
      assert.deepEqual(
        attempts.map(({ error }) => error.message),
        ['first', 'second', 'third'],
      )
    },

    'take a repaired input, checked like any other': async ({ start }) => {
      await using engine = await start({ jobs: [pay] })
      const { id } = await engine.enqueue(pay, { amount: -1 })
      await ended(engine, id)
      await refusal('PAYLOAD_INVALID', () => engine.runs.retry(id, { input: { amount: 'much' } }))
      assert.equal((await engine.runs.get(id)).state, 'failed')
      await engine.runs.retry(id, { input: { amount: 5 } })
      const run = await reached(engine, id, 'succeeded')
      assert.deepEqual([run.input, run.result], [{ amount: 5 }, 'paid 5'])
    },

    'keep with each attempt what it was given, once that is repaired': async ({ start, clock }) => {
      await using engine = await start({ jobs: [pay] })
      const { id } = await engine.enqueue(pay, { amount: -1 })
      await ended(engine, id)
      assert.deepEqual(
        (await engine.runs.get(id)).attempts.map(({ input }) => input),
        [undefined],
      )
      for (const amount of [-2, 3]) {
        await clock.advance(1)
        await engine.runs.retry(id, { input: { amount } })
        await ended(engine, id)
      }
      const { attempts, input } = await engine.runs.get(id)
      assert.deepEqual(
        [...attempts.map((attempt) => attempt.input), input],
        [{ amount: -1 }, { amount: -2 }, { amount: 3 }],
      )
    },

    'are found before they are: what waits for its next try is among what fails, and begins anew with what it is given':
      async ({ start, clock }) => {
        const again = job({
          name: 'again',
          input: Order,
          retry: { attempts: 3, jitter: 'none' },
          run(_, { amount }) {
            if (amount < 0) throw new Error(`cannot pay ${amount}`)
            return `paid ${amount}`
          },
        })
        const after = job({ name: 'after', input: z.object({}), run: () => {} })
        await using engine = await start({ jobs: [again, after] })
        const batch = await engine.enqueueBatch([again.with({ amount: -1 })], followedBy(after.with({})))
        const [id = 0] = batch.ids
        const run = await reached(engine, id, 'scheduled')
        assert.deepEqual(
          [run.error?.message, run.attempt, run.maxAttempts, run.dueAt],
          ['cannot pay -1', 2, 3, clock.now() + 1_000],
        )
        const later = await engine.enqueue(again, { amount: 1 }, { delay: '1h' })
        const found = async (filter: RunFilter) => (await engine.runs.search(filter)).runs.map((each) => each.id)
        assert.deepEqual(await found({ state: ['failed', 'retrying'] }), [id])
        assert.deepEqual(await found({ state: ['scheduled'] }), [later.id, id])
        assert.deepEqual(await found({ not: [{ state: ['retrying'] }], job: 'again' }), [later.id])
        const [group] = await engine.runs.errors()
        assert.deepEqual(
          [group?.count, group?.retrying, group?.error.message, group?.hours.at(-1)],
          [0, 1, 'cannot pay -1', 1],
        )
        assert.deepEqual(await found({ fingerprint: group?.fingerprint ?? '' }), [id])
        assert.deepEqual(await engine.runs.errors({ filter: { state: ['failed'] } }), [])
        await refusal('PAYLOAD_INVALID', () => engine.runs.retry(id, { input: { amount: 'much' } }))
        await engine.runs.retry(id, { input: { amount: 5 }, by: 'user:ada' })
        const paid = await ended(engine, id)
        assert.deepEqual([paid.result, paid.attempt, paid.error, paid.maxAttempts], ['paid 5', 1, undefined, undefined])
        assert.deepEqual(paid.attempts[0]?.input, { amount: -1 })
        assert.deepEqual(paid.replays, [{ at: clock.now(), by: 'user:ada', newInput: true }])
        assert.equal((await engine.runs.batch(batch.batchId ?? 0)).pending, 0)
        assert.deepEqual(await engine.runs.errors(), [])
      },

    'start again later when told to': async ({ start, clock }) => {
      await using engine = await start({ jobs: [pay] })
      const { id } = await engine.enqueue(pay, { amount: -1 })
      await ended(engine, id)
      await engine.runs.retry(id, { input: { amount: 1 }, delayMs: 60_000 })
      assert.equal((await engine.runs.get(id)).dueAt, clock.now() + 60_000)
      await clock.advance(59_999)
      assert.equal((await engine.runs.get(id)).state, 'scheduled')
      await clock.advance(1)
      assert.equal((await reached(engine, id, 'succeeded')).result, 'paid 1')
    },

    'are replayed by filter, all that match and no other': async ({ start }) => {
      await using engine = await start({ jobs: [pay] })
      const gone = await engine.enqueueMany(
        pay,
        Array.from({ length: 6 }, () => ({ amount: -1, note: 'gateway gone' })),
      )
      const poor = await engine.enqueueMany(pay, [{ amount: -2 }, { amount: -3 }])
      const good = await engine.enqueue(pay, { amount: 1 })
      for (const { id } of [...gone, ...poor, good]) await ended(engine, id)
      await engine.queues.pause('default')
      assert.equal(await engine.runs.retryMany({ error: 'gateway*' }), 6)
      assert.equal(await engine.runs.count({ state: ['queued'] }), 6)
      assert.equal(await engine.runs.count({ state: ['failed'] }), 2)
      assert.equal((await engine.runs.get(good.id)).state, 'succeeded')
      await engine.queues.resume('default')
      for (const { id } of gone) assert.equal((await ended(engine, id)).state, 'failed')
    },

    'are replayed in thousands, each once': async ({ start }) => {
      let healed = false
      const flaky = job({
        name: 'flaky',
        input: z.object({}),
        retry: { attempts: 1 },
        run() {
          if (!healed) throw new Error('down')
        },
      })
      await using engine = await start({ jobs: [flaky] })
      await engine.enqueueMany(
        flaky,
        Array.from({ length: 1_100 }, () => ({})),
      )
      await until('all have failed', async () => (await engine.runs.count({ state: ['failed'] })) === 1_100)
      healed = true
      assert.equal(await engine.runs.retryMany({ job: 'flaky' }), 1_100)
      await until('all have succeeded', async () => (await engine.runs.count({ state: ['succeeded'] })) === 1_100)
    },

    'may also be runs that succeeded or were cancelled; what waits or runs is refused': async ({ start }) => {
      await using engine = await start({ jobs: [pay] })
      const { id } = await engine.enqueue(pay, { amount: 1 })
      await ended(engine, id)
      await engine.runs.retry(id, { input: { amount: 2 } })
      await until('it has run again', async () => (await engine.runs.get(id)).result === 'paid 2')
      const waiting = await engine.enqueue(pay, { amount: 1 }, { delay: '1h' })
      const error = await refusal('RUN_STATE', () => engine.runs.retry(waiting.id))
      assert.ok(error.message.includes('scheduled'), error.message)
      await engine.runs.cancel(waiting.id)
      await engine.runs.retry(waiting.id)
      assert.equal((await reached(engine, waiting.id, 'succeeded')).result, 'paid 1')
      await refusal('RUN_UNKNOWN', () => engine.runs.retry(waiting.id + 100))
    },

    'do not count twice in their batch, nor end at their old deadline': async ({ start, clock }) => {
      const after = job({ name: 'after', input: z.object({}), run: () => {} })
      await using engine = await start({ jobs: [pay, after] })
      const batch = await engine.enqueueBatch([pay.with({ amount: -1 }), pay.with({ amount: 1 })], {
        deadline: '10s',
        ...followedBy(after.with({})),
      })
      for (const id of batch.ids) await ended(engine, id)
      await until('the batch has ended', async () => (await engine.runs.count({ job: 'after' })) === 1)
      await engine.queues.pause('default')
      await engine.runs.retry(batch.ids[0] ?? 0, { input: { amount: 3 } })
      await clock.advance(60_000)
      assert.equal((await engine.runs.get(batch.ids[0] ?? 0)).state, 'queued')
      await engine.queues.resume('default')
      assert.equal((await reached(engine, batch.ids[0] ?? 0, 'succeeded')).result, 'paid 3')
      assert.equal(await engine.runs.count({ job: 'after' }), 1)
    },

    'keep their limits in their second life': async ({ start, clock }) => {
      const one = job({
        name: 'one',
        input: Order,
        limits: [{ key: 'only', concurrency: 1 }],
        retry: { attempts: 1 },
        run(_, { amount }) {
          if (amount < 0) throw new Error('no')
        },
      })
      await using engine = await start({ jobs: [one] })
      const { id } = await engine.enqueue(one, { amount: -1 })
      await ended(engine, id)
      for (let life = 0; life < 3; life++) {
        await clock.advance(1)
        await engine.runs.retry(id)
        await until('it failed again', async () => (await engine.runs.get(id)).attempts.length === life + 2)
      }
      await ended(engine, id)
      assert.equal(await countRows(engine, 'engine_hold'), 0)
      const next = await engine.enqueue(one, { amount: 1 })
      assert.equal((await ended(engine, next.id)).state, 'succeeded')
    },
  },
}
