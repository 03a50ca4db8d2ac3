import assert from 'node:assert/strict'
import { job } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { ended, followedBy, reached, type Section } from './lab.ts'

const known = job({ name: 'known', input: z.object({}), run: () => 'ran' })

/** Runs and the code that knows them, or does not. */
export const parking: Section = {
  title: 'code that changes',
  tests: {
    'parks a run whose job it does not know, and lets it go on where it is known': async ({ start, clock }) => {
      const later = job({ name: 'later', input: z.object({}), run: (ctx) => ctx.run.attempt })
      await using api = await start({ jobs: [later], roles: ['api'] })
      await using _old = await start({ jobs: [known] })
      const ids = (await api.enqueueMany(later, [{}, {}, {}])).map(({ id }) => id)
      for (const id of ids) await reached(api, id, 'parked')
      await clock.advance(30_000)
      for (const id of ids) assert.equal((await api.runs.get(id)).state, 'parked')
      const other = await api.queues.list()
      assert.equal(other[0]?.queued, 0)
      await using _new = await start({ jobs: [known, later] })
      await clock.advance(6_000)
      for (const id of ids) {
        const run = await ended(api, id)
        assert.deepEqual([run.state, run.result, run.attempts], ['succeeded', 1, []])
      }
    },

    'does not let parked runs hold up the others, and cancels them when asked to': async ({ start }) => {
      const later = job({ name: 'later', input: z.object({}), run: () => {} })
      const queues = { default: { concurrency: 1 } }
      await using api = await start({ jobs: [later, known], queues, roles: ['api'] })
      await using _old = await start({ jobs: [known], queues })
      const parked = await api.enqueue(later, {}, { priority: 'urgent' })
      const next = await api.enqueue(known, {})
      assert.equal((await ended(api, next.id)).result, 'ran')
      await reached(api, parked.id, 'parked')
      assert.equal(await api.runs.cancel(parked.id), 'cancelled')
    },

    'gives back the slots of a run that it parks': async ({ start, clock }) => {
      const limits = [{ key: 'only', concurrency: 1 }]
      const later = job({ name: 'later', input: z.object({}), limits, run: () => {} })
      const mine = job({ name: 'mine', input: z.object({}), limits, run: () => 'ran' })
      await using api = await start({ jobs: [later, mine], roles: ['api'] })
      await using _old = await start({ jobs: [mine] })
      const parked = await api.enqueue(later, {})
      const runs = await api.enqueueMany(mine, [{}, {}, {}])
      for (const { id } of runs) assert.equal((await ended(api, id)).result, 'ran')
      await reached(api, parked.id, 'parked')
      await using _new = await start({ jobs: [mine, later] })
      await clock.advance(6_000)
      assert.equal((await ended(api, parked.id)).state, 'succeeded')
    },

    'makes a run a dead letter whose input the code no longer accepts, and says why': async ({ start }) => {
      const before = job({ name: 'ship', input: z.object({ weight: z.string() }), run: () => {} })
      const after = job({ name: 'ship', input: z.object({ weight: z.number() }), run: (_, { weight }) => weight })
      await using api = await start({ jobs: [before], roles: ['api'] })
      const { id } = await api.enqueue(before, { weight: '3 kg' })
      await using engine = await start({ jobs: [after] })
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.code], ['failed', 1, 'PAYLOAD_INVALID'])
      assert.ok(run.error?.message.includes('weight'), run.error?.message)
      await engine.runs.retry(id, { input: { weight: 3 } })
      assert.equal((await reached(engine, id, 'succeeded')).result, 3)
    },

    'gives a run the defaults of the code that runs it': async ({ start }) => {
      const before = job({ name: 'ship', input: z.object({}), run: () => {} })
      const after = job({ name: 'ship', input: z.object({ by: z.string().default('boat') }), run: (_, { by }) => by })
      await using api = await start({ jobs: [before], roles: ['api'] })
      const { id } = await api.enqueue(before, {})
      await using engine = await start({ jobs: [after] })
      assert.equal((await ended(engine, id)).result, 'boat')
    },

    'leaves runs of a queue it does not have to those that have it': async ({ start, clock }) => {
      const mail = job({ name: 'mail', input: z.object({}), queue: 'mail', run: () => 'sent' })
      await using api = await start({ jobs: [mail], queues: { mail: {} }, roles: ['api'] })
      await using _other = await start({ jobs: [known] })
      const { id } = await api.enqueue(mail, {})
      await clock.advance(5_000)
      assert.equal((await api.runs.get(id)).state, 'queued')
      await using _mailer = await start({ jobs: [mail], queues: { mail: {} } })
      assert.equal((await ended(api, id)).result, 'sent')
    },
  },
}

/** Organisations. */
export const organisations: Section = {
  title: 'organisations',
  tests: {
    'go along with every run: the engine’s own, or the one named': async ({ start }) => {
      const whose = job({ name: 'whose', input: z.object({}), run: (ctx) => ctx.run.org })
      await using engine = await start({ jobs: [whose], org: 'acme' })
      const own = await engine.enqueue(whose, {})
      const named = await engine.enqueue(whose, {}, { org: 'umbrella' })
      assert.deepEqual([(await ended(engine, own.id)).result, (await ended(engine, own.id)).org], ['acme', 'acme'])
      assert.equal((await ended(engine, named.id)).result, 'umbrella')
    },

    'are inherited by everything a run enqueues, in every way it can': async ({ start }) => {
      const child = job({ name: 'child', input: z.object({ how: z.string() }), run: (ctx) => ctx.run.org })
      const parent = job({
        name: 'parent',
        input: z.object({}),
        async run(ctx) {
          await ctx.enqueue(child, { how: 'alone' })
          await ctx.enqueueMany(child, [{ how: 'many' }])
          await ctx.enqueueBatch([child.with({ how: 'batch' })], followedBy(child.with({ how: 'callback' })))
          await ctx.transaction(async (tx) => tx.enqueue(child, { how: 'transaction' }))
          await ctx.enqueue(child, { how: 'elsewhere' }, { org: 'elsewhere' })
          await ctx.complete(async (tx) => tx.enqueue(child, { how: 'completion' }))
        },
      })
      await using engine = await start({ jobs: [parent, child] })
      const { id } = await engine.enqueue(parent, {}, { org: 'acme' })
      await until(
        'all children have ended',
        async () => (await engine.runs.count({ job: 'child', state: ['succeeded'] })) === 7,
      )
      const { runs } = await engine.runs.search({ job: 'child', org: 'acme' })
      assert.deepEqual(
        runs.map(({ input, parentId }) => [JSON.stringify(input), parentId]).toSorted(),
        ['alone', 'batch', 'callback', 'completion', 'many', 'transaction'].map((how) => [JSON.stringify({ how }), id]),
      )
      assert.equal(await engine.runs.count({ org: 'elsewhere', parentId: id }), 1)
    },
  },
}
