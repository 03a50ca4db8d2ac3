import assert from 'node:assert/strict'
import { type Engine, event, job, type SqlConnection, schedule } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { addEffect, createEffects, type EffectTable, readEffects } from '../store.ts'
import { refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => 'ran' })
const hourly = schedule({ name: 'hourly', job: noop, input: {}, cron: '0 * * * *' })
const noted = event({ name: 'noted', data: z.object({}) })

const write =
  (name: string) =>
  async (connection: SqlConnection): Promise<void> => {
    await connection.query(`insert into effect (name, amount) values ('${name}', 1)`, [])
  }

const refuse = async (): Promise<void> => {
  throw new RangeError('not this one')
}

/** Everything that changes something in one call, and how to see that it did. */
const CHANGES: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
  enqueue: (engine) => engine.enqueue(noop, {}),
  'enqueue with tags': (engine) => engine.enqueue(noop, {}, { tags: ['x'] }),
  enqueueMany: (engine) => engine.enqueueMany(noop, [{}, {}]),
  append: (engine) => engine.append('stream', 'any', [noted.with({})]),
  'queues.pause': (engine) => engine.queues.pause('default'),
  'schedules.pause': (engine) => engine.schedules.pause('hourly'),
  'schedules.runNow': (engine) => engine.schedules.runNow('hourly'),
  'schedules.runEach': (engine) => engine.schedules.runEach('hourly'),
  'runs.setPriority': async (engine) => engine.runs.setPriority(await waitingRun(engine), 'urgent'),
  'runs.cancel': async (engine) => engine.runs.cancel(await waitingRun(engine)),
  'runs.cancelMany': (engine) => engine.runs.cancelMany({}),
  'engine.transaction': (engine) => engine.transaction((tx) => tx.enqueue(noop, {})),
  'a single statement': (engine) =>
    engine.database.kysely<EffectTable>().insertInto('effect').values({ name: 'row', amount: 1 }).execute(),
}

/** `database.accompany`: somebody outside writes along with a change. */
export const accompanying: Section = {
  title: 'what accompanies a change',
  tests: {
    'commits with it, whatever makes the change': async ({ start }) => {
      await using engine = await start({ jobs: [noop], schedules: [hourly], events: [noted], roles: ['scheduler'] })
      await createEffects(engine)
      await engine.enqueue(noop, {}, { delay: '1d' })
      for (const [name, change] of Object.entries(CHANGES)) {
        let kept = false
        await engine.database.accompany(
          () => change(engine),
          async (connection) => {
            await write(`with ${name}`)(connection)
            connection.afterCommit(() => (kept = true))
          },
        )
        assert.ok(kept, name)
      }
      const expected = Object.keys(CHANGES).map((name) => `with ${name}`)
      assert.deepEqual(await readEffects(engine), [...expected, 'row'].toSorted())
    },

    'refuses it, whatever makes the change': async ({ start }) => {
      await using engine = await start({ jobs: [noop], schedules: [hourly], events: [noted], roles: ['scheduler'] })
      await createEffects(engine)
      await engine.enqueue(noop, {}, { delay: '1d' })
      const before = await everything(engine)
      for (const [name, change] of Object.entries(CHANGES)) {
        await assert.rejects(
          engine.database.accompany(() => change(engine), refuse),
          RangeError,
          name,
        )
        assert.deepEqual(await everything(engine), before, name)
      }
      await engine.enqueue(noop, {})
      assert.notDeepEqual(await everything(engine), before)
    },

    'goes with the first only, and not with what changes nothing': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const { database } = engine
      await database.accompany(async () => {
        await engine.transaction(async (tx) => sql`select 1`.execute(tx.db))
        await database.kysely<EffectTable>().selectFrom('effect').selectAll().execute()
        assert.deepEqual(await readEffects(engine), [])
        for (const name of ['first', 'second']) await database.transaction((tx) => addEffect(tx, name))
      }, write('entry'))
      await database.accompany(() => readEffects(engine), write('never'))
      assert.deepEqual(await readEffects(engine), ['entry', 'first', 'second'])
    },

    'waits for the next when the change is rolled back': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const { database } = engine
      await database.accompany(async () => {
        const failing = database.transaction(async (tx) => {
          await addEffect(tx, 'lost')
          throw new RangeError('mine')
        })
        await assert.rejects(failing, RangeError)
        assert.deepEqual(await readEffects(engine), [])
        await database.transaction((tx) => addEffect(tx, 'kept'))
      }, write('entry'))
      assert.deepEqual(await readEffects(engine), ['entry', 'kept'])
    },

    'is not overtaken by a second change of the same call': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const { database } = engine
      const both = database.accompany(async () => {
        const changes = ['one', 'two'].map((name) => database.transaction((tx) => addEffect(tx, name)))
        const outcomes = await Promise.allSettled(changes)
        return outcomes.map(({ status }) => status)
      }, refuse)
      assert.deepEqual(await both, ['rejected', 'rejected'])
      assert.deepEqual(await readEffects(engine), [])
    },

    'is no business of other calls, nor of what is left behind': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const { database } = engine
      const { promise: open, resolve: close } = Promise.withResolvers<void>()
      let left: Promise<void> | undefined
      const mine = database.accompany(async () => {
        left = open.then(() => database.transaction((tx) => addEffect(tx, 'left behind')))
      }, refuse)
      await Promise.all([mine, database.transaction((tx) => addEffect(tx, 'other'))])
      close()
      await left
      assert.deepEqual(await readEffects(engine), ['left behind', 'other'])
    },

    'writes on the given connection or not at all': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const { database } = engine
      await refusal('TRANSACTION_NESTED', () =>
        database.accompany(
          () => database.transaction((tx) => addEffect(tx, 'row')),
          async () => void (await engine.enqueue(noop, {})),
        ),
      )
      await refusal('TRANSACTION_NESTED', () =>
        database.transaction(async () => database.accompany(async () => {}, refuse)),
      )
      assert.deepEqual(await readEffects(engine), [])
    },
  },
}

async function waitingRun(engine: Engine): Promise<number> {
  const { runs } = await engine.runs.search({ state: ['scheduled'] })
  return runs.at(-1)?.id ?? 0
}

/** What the changes above would have changed. */
async function everything(engine: Engine): Promise<unknown> {
  const { runs } = await engine.runs.search()
  const [schedules, queues] = [await engine.schedules.list(), await engine.queues.list()]
  return {
    runs: runs.map(({ id, state, priority }) => ({ id, state, priority })),
    paused: [...schedules, ...queues].map(({ pausedAt }) => pausedAt),
    streams: (await engine.events.streams()).streams.length,
    effects: await readEffects(engine),
  }
}
