import assert from 'node:assert/strict'
import { decider, job } from '@regie/engine'
import { z } from 'zod'
import { addEffect, createEffects, engineTables, readEffects } from '../store.ts'
import { emptied, everything, filled, fillings, given, MASTER_KEY } from './event-types.ts'
import { ended, refusal, type Section } from './lab.ts'

const API = { jobs: [], roles: ['api'], events: [filled, emptied] } as const

class TooFew extends Error {}

const purse = decider({
  name: 'purse',
  events: [filled, emptied],
  initial: { coins: 0, evolved: 0 },
  decide({ coins }, command: { readonly take?: number; readonly put?: number }) {
    if (command.put !== undefined) return filled.with({ coins: command.put })
    if (command.take === undefined) return []
    if (command.take > coins) throw new TooFew(`only ${coins}`)
    return emptied.with({ coins: command.take })
  },
  evolve: (state, event) => ({
    coins: state.coins + (event.type === 'purse.filled' ? event.data.coins : -event.data.coins),
    evolved: state.evolved + 1,
  }),
})

/** Business rules over streams. */
export const deciding: Section = {
  title: 'deciders',
  tests: {
    'decide on the state that their events lead to, and append what they decide': async ({ start }) => {
      await using engine = await start(API)
      const first = await engine.decide(purse, 'purse-1', { put: 5 })
      assert.deepEqual(
        [first.version, first.state.coins, first.events.map(({ type }) => type)],
        [1, 5, ['purse.filled']],
      )
      const second = await engine.decide(purse, 'purse-1', { take: 2 })
      assert.deepEqual([second.version, second.state.coins], [2, 3])
      const nothing = await engine.decide(purse, 'purse-1', {})
      assert.deepEqual([nothing.version, nothing.state.coins, nothing.events], [2, 3, []])
      await assert.rejects(engine.decide(purse, 'purse-1', { take: 4 }), TooFew)
      assert.equal((await engine.events.stream('purse-1')).version, 2)
      assert.deepEqual(await engine.events.read('purse-1', { after: 1 }), second.events)
    },

    'never decide twice on one state, however many at once': async ({ start }) => {
      await using engine = await start(API)
      await using other = await start(API)
      await engine.decide(purse, 'purse-1', { put: 10 })
      const tries = await Promise.allSettled(
        Array.from({ length: 24 }, (_, n) =>
          (n % 2 === 0 ? engine : other).decide(purse, 'purse-1', { take: 1 }, { attempts: 60 }),
        ),
      )
      const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
      assert.deepEqual([refused.length, refused.every((error) => error instanceof TooFew)], [14, true])
      assert.equal((await engine.decide(purse, 'purse-1', {})).state.coins, 0)
    },

    'give up after their attempts, and then have appended nothing': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1))
      const racing = decider({ ...purse, name: 'racing', decide: () => filled.with({ coins: 1 }) })
      const conflicts = await Promise.allSettled(
        Array.from({ length: 8 }, () => engine.decide(racing, 'purse-1', {}, { attempts: 1 })),
      )
      const refused = conflicts.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
      assert.ok(refused.every((code) => code === 'STREAM_CONFLICT'))
      // On SQLite all of them read before the first of them writes.
      if (engine.database.dialect === 'sqlite') assert.equal(refused.length, 7)
      assert.equal((await engine.events.stream('purse-1')).version, 1 + 8 - refused.length)
    },

    'join a transaction, with what it has appended itself': async ({ start }) => {
      await using engine = await start(API)
      await createEffects(engine)
      await engine.transaction(async (tx) => {
        await tx.append('purse-1', 'new', fillings(7))
        const { state } = await tx.decide(purse, 'purse-1', { take: 3 })
        await addEffect(tx.db, `left ${state.coins}`)
      })
      const undone = engine.transaction(async (tx) => {
        await tx.decide(purse, 'purse-1', { take: 4 })
        throw new RangeError('mine')
      })
      await assert.rejects(undone, RangeError)
      assert.deepEqual([await readEffects(engine), await everything(engine)], [['left 4'], ['purse-1@1', 'purse-1@2']])
    },

    'decide inside a run, in its organisation': async ({ start }) => {
      const put = job({
        name: 'put',
        input: z.object({}),
        run: async (ctx) => (await ctx.decide(purse, 'purse-1', { put: 2 })).state.coins,
      })
      await using engine = await start({ jobs: [put], events: [filled, emptied] })
      const { id } = await engine.enqueue(put, {}, { org: 'other' })
      assert.equal((await ended(engine, id)).result, 2)
      assert.equal((await engine.events.stream('purse-1', { org: 'other' })).version, 1)
    },

    'begin at the newest snapshot, and pass over those of another shape': async ({ start }) => {
      await using engine = await start(API)
      const keeping = (version: number) => decider({ ...purse, snapshot: { every: 3, version } })
      for (let n = 0; n < 7; n++) await engine.decide(keeping(1), 'purse-1', { put: 1 })
      const kept = async () => {
        const rows = await engineTables(engine).selectFrom('engine_snapshot').selectAll().execute()
        return rows.map((row) => [row.version, row.state_version])
      }
      assert.deepEqual(await kept(), [[6, 1]])
      // A state that no event leads to shows where a load began.
      const forged = JSON.stringify({ coins: 100, evolved: 6 })
      await engineTables(engine).updateTable('engine_snapshot').set({ state: forged }).execute()
      assert.equal((await engine.decide(keeping(1), 'purse-1', {})).state.coins, 101)
      assert.equal((await engine.decide(purse, 'purse-1', {})).state.coins, 7)
      assert.equal((await engine.decide(keeping(2), 'purse-1', { put: 1 })).state.coins, 8)
      assert.deepEqual(await kept(), [[8, 2]])
      // Older code does not put its own in the place of a newer one's.
      for (let n = 0; n < 4; n++) await engine.decide(keeping(1), 'purse-1', { put: 1 })
      assert.deepEqual(await kept(), [[8, 2]])
    },

    'keep no snapshot of what is a person’s, nor of what is not JSON': async ({ start }) => {
      await using engine = await start({ ...API, events: [given, filled], personKeys: { masterKey: MASTER_KEY } })
      const names = decider({
        name: 'names',
        events: [given],
        initial: [] as readonly string[],
        decide: (_, name: string) => given.with({ name, coins: 1 }, { person: 'p1' }),
        evolve: (state, { data }) => [...state, data.name],
        snapshot: { every: 1, version: 1 },
      })
      assert.deepEqual((await engine.decide(names, 'purse-1', 'Anna')).state, ['Anna'])
      assert.deepEqual((await engine.decide(names, 'purse-1', 'Bert')).state, ['Anna', 'Bert'])
      const dated = decider({
        name: 'dated',
        events: [filled],
        initial: { at: undefined as Date | undefined },
        decide: () => filled.with({ coins: 1 }),
        evolve: (_, { at }) => ({ at: new Date(at) }),
        snapshot: { every: 1, version: 1 },
      })
      assert.ok((await engine.decide(dated, 'purse-2', {})).state.at instanceof Date)
      assert.ok((await engine.decide(dated, 'purse-2', {})).state.at instanceof Date)
      assert.deepEqual(await engineTables(engine).selectFrom('engine_snapshot').selectAll().execute(), [])
    },

    'are refused with a name or a snapshot that is none': async ({ start }) => {
      await using engine = await start(API)
      await refusal('NAME_INVALID', () => engine.decide({ ...purse, name: 'No Name' }, 'purse-1', { put: 1 }))
      for (const snapshot of [
        { every: 0, version: 1 },
        { every: 1, version: 0.5 },
      ])
        await refusal('EVENT_INVALID', () => engine.decide({ ...purse, snapshot }, 'purse-1', { put: 1 }))
      assert.deepEqual(await everything(engine), [])
    },
  },
}
