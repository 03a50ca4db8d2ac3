import assert from 'node:assert/strict'
import { job, type Unique } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, reached, refusal, type Section } from './lab.ts'

const Input = z.object({ key: z.string().default('a'), n: z.number().default(0) })
type Input = z.output<typeof Input>

/** A unique job, a door that holds it, and what it ran with. */
function keyed(unique: Unique<Input>) {
  const [entered, gate] = [door(), door()]
  const seen: Input[] = []
  const only = job({
    name: 'only',
    input: Input,
    unique,
    retry: { base: '10s', jitter: 'none', attempts: 2 },
    async run(_, input) {
      seen.push(input)
      entered.open()
      await gate.opened
      if (input.key === 'fails') throw new Error('as asked')
    },
  })
  return { only, entered, gate, seen }
}

/** Unique runs. */
export const uniqueness: Section = {
  title: 'unique runs',
  tests: {
    'answers with the run that is there while it waits and while it runs, and enqueues again afterwards': async ({
      start,
    }) => {
      const { only, entered, gate } = keyed({ key: ({ key }) => key })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const first = await engine.enqueue(only, { n: 1 })
      const second = await engine.enqueue(only, { n: 2 })
      assert.deepEqual([first.duplicate, second], [false, { id: first.id, duplicate: true }])
      await using _worker = await start({ jobs: [only] })
      await entered.opened
      assert.deepEqual(await engine.enqueue(only, { n: 3 }), { id: first.id, duplicate: true })
      gate.open()
      await ended(engine, first.id)
      const again = await engine.enqueue(only, { n: 4 })
      assert.deepEqual([again.duplicate, again.id === first.id], [false, false])
    },

    'remembers on whose behalf a run was started, and whoever is answered it because it was there already': async ({
      start,
    }) => {
      const { only, gate } = keyed({ key: ({ key }) => key, onConflict: 'replace', period: '1h' })
      gate.open()
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const { id } = await engine.enqueue(only, { n: 1 }, { startedBy: ['user:a'] })
      await engine.enqueue(only, { n: 2 }, { startedBy: ['key:k', 'user:a'] })
      await engine.enqueue(only, { n: 3 })
      const starters = async () => (await engine.runs.get(id)).startedBy
      assert.deepEqual(await starters(), ['user:a', 'key:k'])
      await using _worker = await start({ jobs: [only] })
      await ended(engine, id)
      const names = Array.from({ length: 20 }, (_, index) => `user:${index}`)
      for (const name of names) await engine.enqueue(only, { n: 4 }, { startedBy: [name] })
      assert.deepEqual(await starters(), names)
      const plain = await engine.enqueue(only, { key: 'b' })
      assert.equal((await engine.runs.get(plain.id)).startedBy, undefined)
    },

    'takes the whole input for the key when none is given': async ({ start }) => {
      const { only } = keyed({})
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const duplicates = []
      for (const n of [1, 2, 1, 2, 3]) duplicates.push((await engine.enqueue(only, { n })).duplicate)
      assert.deepEqual(duplicates, [false, false, true, true, false])
    },

    'keeps long keys apart': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const long = 'x'.repeat(10_000)
      const duplicates = []
      for (const key of [`${long}1`, `${long}2`, `${long}1`])
        duplicates.push((await engine.enqueue(only, { key })).duplicate)
      assert.deepEqual(duplicates, [false, false, true])
    },

    'is unique within an organisation and a job only': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      const other = job({ name: 'other', input: Input, unique: { key: ({ key }) => key }, run: () => {} })
      await using engine = await start({ jobs: [only, other], roles: ['api'] })
      const enqueued = [
        await engine.enqueue(only, {}),
        await engine.enqueue(only, {}, { org: 'acme' }),
        await engine.enqueue(other, {}),
        await engine.enqueue(only, {}, { org: 'acme' }),
      ]
      assert.deepEqual(
        enqueued.map(({ duplicate }) => duplicate),
        [false, false, false, true],
      )
    },

    'finds the same key twice in one call': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const enqueued = await engine.enqueueMany(only, [{ key: 'a' }, { key: 'b' }, { key: 'a' }])
      assert.deepEqual(
        enqueued.map(({ duplicate }) => duplicate),
        [false, false, true],
      )
      assert.equal(enqueued[2]?.id, enqueued[0]?.id)
      assert.equal(await engine.runs.count(), 2)
    },

    'while queued only, lets the next one in as soon as the first has started': async ({ start }) => {
      const { only, entered, gate } = keyed({ key: ({ key }) => key, while: ['queued'] })
      await using engine = await start({ jobs: [only] })
      await engine.queues.pause('default')
      const first = await engine.enqueue(only, {})
      assert.equal((await engine.enqueue(only, {})).duplicate, true)
      await engine.queues.resume('default')
      await entered.opened
      const second = await engine.enqueue(only, {})
      assert.equal(second.duplicate, false)
      gate.open()
      await ended(engine, first.id)
      await ended(engine, second.id)
      assert.equal(await countRows(engine, 'engine_unique'), 0)
    },

    'for a period, keeps others out even after the first has ended': async ({ start, clock }) => {
      const { only, gate } = keyed({ key: ({ key }) => key, period: '1m' })
      gate.open()
      await using engine = await start({ jobs: [only] })
      const first = await engine.enqueue(only, {})
      await ended(engine, first.id)
      await clock.advance(59_999)
      assert.deepEqual(await engine.enqueue(only, {}), { id: first.id, duplicate: true })
      await clock.advance(1)
      assert.equal((await engine.enqueue(only, {})).duplicate, false)
    },

    'gives the waiting run the new input when told to replace': async ({ start }) => {
      const { only, entered, gate, seen } = keyed({ key: ({ key }) => key, onConflict: 'replace' })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const first = await engine.enqueue(only, { n: 1 })
      assert.deepEqual(await engine.enqueue(only, { n: 2 }), { id: first.id, duplicate: true })
      await using _worker = await start({ jobs: [only] })
      await entered.opened
      assert.deepEqual(await engine.enqueue(only, { n: 3 }), { id: first.id, duplicate: true })
      gate.open()
      const run = await ended(engine, first.id)
      assert.deepEqual([run.input, seen], [{ n: 2 }, [{ key: 'a', n: 2 }]])
    },

    'refuses when told to, names the run, and enqueues nothing of the call': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key, onConflict: 'refuse' })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const { id } = await engine.enqueue(only, { key: 'b' })
      const error = await refusal('UNIQUE_CONFLICT', () => engine.enqueueMany(only, [{ key: 'a' }, { key: 'b' }]))
      assert.equal(error.runId, id)
      assert.equal(await engine.runs.count(), 1)
      const twice = await refusal('UNIQUE_CONFLICT', () => engine.enqueueMany(only, [{ key: 'c' }, { key: 'c' }]))
      assert.equal(twice.runId, undefined)
      assert.equal((await engine.enqueue(only, { key: 'a' })).duplicate, false)
    },

    'stays unique while it waits for its retry, and is free after failure, cancellation and expiry': async ({
      start,
      clock,
    }) => {
      const { only, gate } = keyed({ key: ({ key }) => key })
      gate.open()
      await using engine = await start({ jobs: [only] })
      const failing = await engine.enqueue(only, { key: 'fails' })
      await reached(engine, failing.id, 'scheduled')
      assert.equal((await engine.enqueue(only, { key: 'fails' })).duplicate, true)
      await clock.advance(10_000)
      assert.equal((await ended(engine, failing.id)).state, 'failed')
      const late = await engine.enqueue(only, { key: 'late' }, { delay: '1h' })
      await engine.runs.cancel(late.id)
      await engine.queues.pause('default')
      const expiring = await engine.enqueue(only, { key: 'expires' }, { expires: '5s' })
      await clock.advance(5_000)
      assert.equal((await ended(engine, expiring.id)).state, 'expired')
      for (const key of ['fails', 'late', 'expires'])
        assert.equal((await engine.enqueue(only, { key })).duplicate, false, key)
    },

    'gives the key back when the transaction rolls back': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      await using engine = await start({ jobs: [only], roles: ['api'] })
      const failing = engine.transaction(async (tx) => {
        await tx.enqueue(only, {})
        throw new RangeError('no')
      })
      await assert.rejects(failing, RangeError)
      assert.equal((await engine.enqueue(only, {})).duplicate, false)
    },

    'lets one in when two processes enqueue at once': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      await using one = await start({ jobs: [only], roles: ['api'] })
      await using two = await start({ jobs: [only], roles: ['api'] })
      for (let round = 0; round < 5; round++) {
        const calls = Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? one : two).enqueue(only, { key: `round ${round}`, n }),
        )
        const enqueued = await Promise.all(calls)
        assert.equal(enqueued.filter(({ duplicate }) => !duplicate).length, 1)
        assert.equal(new Set(enqueued.map(({ id }) => id)).size, 1)
      }
      assert.equal(await one.runs.count(), 5)
    },

    'lets two processes take several keys at once, in any order': async ({ start }) => {
      const { only } = keyed({ key: ({ key }) => key })
      await using one = await start({ jobs: [only], roles: ['api'] })
      await using two = await start({ jobs: [only], roles: ['api'] })
      const keys = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key }))
      const calls = Array.from({ length: 6 }, (_, n) =>
        (n % 2 === 0 ? one : two).enqueueMany(only, n % 2 === 0 ? keys : keys.toReversed()),
      )
      await Promise.all(calls)
      assert.equal(await one.runs.count(), 5)
    },
  },
}

/** Waiting for calm. */
export const debouncing: Section = {
  title: 'debounced runs',
  tests: {
    'runs once, with the last input, when it has been calm for long enough': async ({ start, clock }) => {
      const seen: number[] = []
      const save = job({
        name: 'save',
        input: z.object({ n: z.number() }),
        debounce: { key: () => 'one', wait: '10s' },
        run: (_, { n }) => void seen.push(n),
      })
      await using engine = await start({ jobs: [save] })
      const first = await engine.enqueue(save, { n: 1 })
      await clock.advance(6_000)
      assert.deepEqual(await engine.enqueue(save, { n: 2 }), { id: first.id, duplicate: true })
      await clock.advance(6_000)
      assert.deepEqual(await engine.enqueue(save, { n: 3 }), { id: first.id, duplicate: true })
      await clock.advance(9_999)
      assert.deepEqual(seen, [])
      await clock.advance(1)
      await ended(engine, first.id)
      assert.deepEqual(seen, [3])
    },

    'waits no longer than its maximum after the first': async ({ start, clock }) => {
      const seen: number[] = []
      const save = job({
        name: 'save',
        input: z.object({ n: z.number() }),
        debounce: { key: () => 'one', wait: '10s', max: '25s' },
        run: (_, { n }) => void seen.push(n),
      })
      await using engine = await start({ jobs: [save] })
      const first = await engine.enqueue(save, { n: 0 })
      for (const n of [1, 2, 3]) {
        await clock.advance(8_000)
        await engine.enqueue(save, { n })
      }
      await clock.advance(999)
      assert.deepEqual(seen, [])
      await clock.advance(1)
      await ended(engine, first.id)
      assert.deepEqual(seen, [3])
    },

    'takes the last input of one call as well': async ({ start, clock }) => {
      const seen: number[] = []
      const save = job({
        name: 'save',
        input: z.object({ n: z.number() }),
        debounce: { key: () => 'one', wait: '5s' },
        run: (_, { n }) => void seen.push(n),
      })
      await using engine = await start({ jobs: [save] })
      const enqueued = await engine.enqueueMany(save, [{ n: 1 }, { n: 2 }, { n: 3 }])
      assert.deepEqual(
        enqueued.map(({ duplicate }) => duplicate),
        [false, true, true],
      )
      await clock.advance(5_000)
      await ended(engine, enqueued[0]?.id ?? 0)
      assert.deepEqual(seen, [3])
    },

    'begins anew once it has started, and apart for each key': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const seen: string[] = []
      const save = job({
        name: 'save',
        input: z.object({ key: z.string(), n: z.number() }),
        debounce: { key: ({ key }) => key, wait: '5s' },
        async run(_, { key, n }) {
          seen.push(`${key}${n}`)
          entered.open()
          await gate.opened
        },
      })
      await using engine = await start({ jobs: [save] })
      await engine.enqueue(save, { key: 'a', n: 1 })
      await engine.enqueue(save, { key: 'b', n: 1 })
      await clock.advance(5_000)
      await entered.opened
      await until('both run', () => seen.length === 2)
      assert.equal((await engine.enqueue(save, { key: 'a', n: 2 })).duplicate, false)
      gate.open()
      await clock.advance(5_000)
      await until('the third runs', () => seen.length === 3)
      assert.deepEqual(seen.toSorted(), ['a1', 'a2', 'b1'])
    },
  },
}
