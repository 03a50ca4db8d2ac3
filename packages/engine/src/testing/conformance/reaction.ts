import assert from 'node:assert/strict'
import { event, job, projection, reaction } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { ended, refusal, type Section } from './lab.ts'
import { balanceProjection, moved, moves, opened } from './projection-accounts.ts'

const events = [opened, moved]
const greet = job({
  name: 'greet',
  input: z.object({ owner: z.string() }),
  run: (ctx, { owner }) => `${owner} ${ctx.run.tags}`,
})
const notice = job({ name: 'notice', input: z.object({ amount: z.number().max(1_000) }), run: () => {} })
const greeting = reaction({
  name: 'greeting',
  events: [opened],
  job: greet,
  input: ({ data }) => ({ owner: data.owner }),
})
const noticing = reaction({
  name: 'noticing',
  events: [opened, moved],
  job: notice,
  input: (event) => ({ amount: moved.is(event) ? event.data.amount : 0 }),
})

/** Jobs that follow events. */
export const reactions: Section = {
  title: 'reactions',
  tests: {
    'enqueue one run for each event, in its organisation, with the event as its cause': async ({ start }) => {
      await using engine = await start({ jobs: [greet], events, reactions: [greeting] })
      const { positions } = await engine.append('a', 'new', opened.with({ owner: 'Ada' }), { org: 'north' })
      const tag = `event:${positions[0]}`
      const found = await until('the run is there', async () => (await engine.runs.search({ tag })).runs[0])
      const run = await ended(engine, found.id)
      assert.deepEqual([run.result, run.org, run.tags], [`Ada ${tag}`, 'north', [tag]])
      assert.equal(await engine.runs.count(), 1)
    },

    'commit with the append or not at all': async ({ start }) => {
      await using engine = await start({ jobs: [greet], events, reactions: [greeting], roles: ['api'] })
      const failing = engine.transaction(async (tx) => {
        await tx.append('a', 'new', opened.with({ owner: 'Ada' }))
        throw new RangeError('mine')
      })
      await assert.rejects(failing, RangeError)
      await refusal('STREAM_CONFLICT', () => engine.append('a', 7, opened.with({ owner: 'Ada' })))
      assert.equal(await engine.runs.count(), 0)
      await engine.transaction(async (tx) => {
        await tx.append('a', 'new', opened.with({ owner: 'Ada' }))
        assert.equal(await engine.runs.count(), 0)
      })
      assert.equal(await engine.runs.count(), 1)
    },

    'are several to one event, and one to several types': async ({ start }) => {
      await using engine = await start({
        jobs: [greet, notice],
        events,
        reactions: [greeting, noticing],
        roles: ['api'],
      })
      await engine.append('a', 'new', [opened.with({ owner: 'Ada' }), ...moves(5, 6)])
      const { runs } = await engine.runs.search()
      const seen = runs.map(({ job: name, input }) => `${name} ${JSON.stringify(input)}`).toSorted()
      assert.deepEqual(seen, [
        'greet {"owner":"Ada"}',
        'notice {"amount":0}',
        'notice {"amount":5}',
        'notice {"amount":6}',
      ])
    },

    'follow the events of jobs as well': async ({ start }) => {
      const open = job({
        name: 'open',
        input: z.object({}),
        run: (ctx) => ctx.complete((tx) => tx.append('a', 'new', opened.with({ owner: 'Ada' }))),
      })
      await using engine = await start({ jobs: [open, greet], events, reactions: [greeting] })
      const { id } = await engine.enqueue(open, {}, { org: 'south' })
      await ended(engine, id)
      const [run] = (await engine.runs.search({ job: 'greet' })).runs
      assert.deepEqual([run?.org, run?.input], ['south', { owner: 'Ada' }])
    },

    'undo the append when the job refuses its input, or they throw': async ({ start }) => {
      const clumsy = reaction({
        name: 'clumsy',
        events: [opened],
        job: greet,
        input: () => {
          throw new RangeError('mine')
        },
      })
      await using engine = await start({ jobs: [greet, notice], events, reactions: [noticing, clumsy], roles: ['api'] })
      await refusal('PAYLOAD_INVALID', () => engine.append('a', 'new', moves(1, 5_000)))
      await assert.rejects(engine.append('a', 'new', opened.with({ owner: 'Ada' })), RangeError)
      assert.deepEqual([await engine.events.read('a'), await engine.runs.count()], [[], 0])
    },

    'enqueue nothing again when events are read again': async ({ start, clock }) => {
      await using engine = await start({
        jobs: [notice],
        events,
        reactions: [noticing],
        projections: [balanceProjection()],
      })
      await engine.append('a', 'new', moves(1, 2))
      await engine.projections.wait('balances')
      await engine.projections.rebuild('balances')
      await until('it is built', async () => {
        await clock.advance(250)
        return (await engine.projections.get('balances')).building === undefined
      })
      for await (const event of engine.events.replay()) assert.equal(event.type, 'account.moved')
      assert.equal(await engine.runs.count(), 2)
    },
  },
}

/** What an engine does not begin with. */
export const declaredWrongly: Section = {
  title: 'projections and reactions that cannot be',
  tests: {
    'are refused before anything is opened': async ({ start }) => {
      const stranger = event({ name: 'stranger', data: z.object({}) })
      const wrong = (changes: Parameters<typeof balanceProjection>[0]) => [balanceProjection(changes)]
      const strange = projection({
        name: 'strange',
        version: 1,
        mode: 'async',
        events: [stranger],
        tables: ['strange'],
        create: async () => {},
        apply: async () => {},
      })
      const base = { jobs: [greet], events }
      const refused = (code: Parameters<typeof refusal>[0], options: object) =>
        refusal(code, () => start({ ...base, ...options }))
      await refused('PROJECTION_DUPLICATE', {
        projections: [balanceProjection(), balanceProjection({ tables: ['other'] })],
      })
      await refused('PROJECTION_INVALID', { projections: wrong({ version: 0 }) })
      await refused('PROJECTION_INVALID', { projections: wrong({ tables: [] }) })
      await refused('PROJECTION_INVALID', { projections: wrong({ tables: ['Balance'] }) })
      await refused('PROJECTION_INVALID', { projections: [balanceProjection(), balanceProjection({ name: 'other' })] })
      await refused('NAME_INVALID', { projections: wrong({ name: 'Balances!' }) })
      await refused('EVENT_UNKNOWN', { projections: [strange] })
      await refused('REACTION_DUPLICATE', { reactions: [greeting, greeting] })
      await refused('REACTION_INVALID', { reactions: [{ ...greeting, events: [] }] })
      await refused('JOB_UNKNOWN', { reactions: [noticing] })
      await refused('EVENT_UNKNOWN', { reactions: [{ ...greeting, events: [stranger] }] })
    },

    'are refused at the start when `create` does not make the tables, and leave nothing behind': async ({ start }) => {
      const create = async (): Promise<void> => {}
      const engine = start({ jobs: [], events, projections: [balanceProjection({ create })], roles: ['api'] })
      const error = await refusal('PROJECTION_INVALID', () => engine)
      assert.ok(error.message.includes('balance'), error.message)
      await using next = await start({ jobs: [], events, projections: [balanceProjection()], roles: ['api'] })
      assert.equal((await next.projections.get('balances')).serving?.generation, 1)
    },

    'are unknown to operators': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [balanceProjection()], roles: ['api'] })
      const error = await refusal('PROJECTION_UNKNOWN', () => engine.projections.get('balance'))
      assert.ok(error.message.includes('balances'), error.message)
      await refusal('PROJECTION_UNKNOWN', () => engine.projections.rebuild('balance'))
      await refusal('PROJECTION_UNKNOWN', () => engine.projections.resume('balance'))
      await refusal('PROJECTION_UNKNOWN', () => engine.projections.wait('balance'))
      await refusal('FILTER_INVALID', () => engine.projections.wait('balances', 'everything'))
    },
  },
}
