import assert from 'node:assert/strict'
import { job, type Projection } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { type Lab, refusal, type Section } from './lab.ts'
import { type AccountTables, addUp, balanceProjection, balances, moved, moves, opened } from './projection-accounts.ts'

const events = [opened, moved]
const inline = balanceProjection({ mode: 'inline' })

/** Projections in the transaction of the append. */
export const inlineProjections: Section = {
  title: 'inline projections',
  tests: {
    'are up to date in the transaction that appends, and in its commit': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [inline], roles: ['api'] })
      await engine.transaction<void, AccountTables>(async (tx) => {
        await tx.append('a', 'new', moves(5, 7))
        const row = await tx.db.selectFrom('balance').selectAll().executeTakeFirst()
        assert.deepEqual({ ...row }, { stream: 'a', amount: 12, moves: 2 })
        assert.deepEqual(await balances(engine), [])
      })
      assert.deepEqual(await balances(engine), ['a: 12 in 2'])
      await engine.append('a', 2, moves(1))
      assert.deepEqual(await balances(engine), ['a: 13 in 3'])
      await engine.projections.wait('balances')
      const { serving, building } = await engine.projections.get('balances')
      assert.deepEqual([serving?.state, serving?.behind, building], ['live', 0, undefined])
    },

    'undo the append when they throw, and pass their own error on': async ({ start }) => {
      const mine = new RangeError('no debts')
      const strict = balanceProjection({
        mode: 'inline',
        async apply(tx, moved) {
          await addUp(tx, moved)
          if (moved.some(({ data }) => data.amount < 0)) throw mine
        },
      })
      await using engine = await start({ jobs: [], events, projections: [strict], roles: ['api'] })
      await engine.append('a', 'new', moves(5))
      assert.equal(await engine.append('a', 1, moves(-6)).catch((error) => error), mine)
      assert.deepEqual([await balances(engine), (await engine.events.read('a')).length], [['a: 5 in 1'], 1])
    },

    'roll back with the transaction they are in': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [inline], roles: ['api'] })
      const failing = engine.transaction(async (tx) => {
        await tx.append('a', 'new', moves(5))
        throw new RangeError('mine')
      })
      await assert.rejects(failing, RangeError)
      assert.deepEqual(await balances(engine), [])
    },

    'are given the appends of jobs too': async ({ start }) => {
      const pay = job({
        name: 'pay',
        input: z.object({}),
        run: (ctx) => ctx.complete((tx) => tx.append('a', 'any', moves(3))),
      })
      await using engine = await start({ jobs: [pay], events, projections: [inline] })
      const { id } = await engine.enqueue(pay, {})
      const run = await engine.runs.wait(id)
      assert.deepEqual([run.state, await balances(engine)], ['succeeded', ['a: 3 in 1']])
    },

    'see nothing of types they did not ask for': async ({ start }) => {
      const seen: string[] = []
      const curious = balanceProjection({
        mode: 'inline',
        apply: async (_, events) => void seen.push(...events.map(({ type }) => type)),
      })
      await using engine = await start({ jobs: [], events, projections: [curious], roles: ['api'] })
      await engine.append('a', 'new', [opened.with({ owner: 'Ada' }), ...moves(1), opened.with({ owner: 'Bob' })])
      await engine.append('b', 'new', opened.with({ owner: 'Cy' }))
      assert.deepEqual(seen, ['account.moved'])
    },

    'are built from what happened before they were declared': async ({ start }) => {
      await using before = await start({ jobs: [], events, roles: ['api'] })
      for (let n = 1; n <= 30; n++) await before.append(`s${n % 3}`, 'any', moves(n))
      await using engine = await start({ jobs: [], events, projections: [inline] })
      await engine.projections.wait('balances')
      assert.deepEqual(await balances(engine), ['s0: 165 in 10', 's1: 145 in 10', 's2: 155 in 10'])
      await engine.append('s0', 'any', moves(1))
      assert.deepEqual((await balances(engine))[0], 's0: 166 in 11')
    },

    'lose no append and apply none twice while they are built anew': async (lab) => {
      await using worker = await lab.start({ jobs: [], events, projections: [inline] })
      await using other = await lab.start({ jobs: [], events, projections: [inline], roles: ['api'] })
      await worker.append('s0', 'any', moves(1))
      const [rebuilding, appended] = [{ over: false }, { count: 1 }]
      const append = async (engine: typeof worker, stream: string): Promise<void> => {
        while (!rebuilding.over) {
          await engine.append(stream, 'any', moves(1))
          appended.count++
        }
      }
      const appending = Promise.all([
        append(worker, 's0'),
        append(worker, 's1'),
        append(other, 's2'),
        append(other, 's3'),
      ])
      for (let round = 0; round < 3; round++) await rebuild(lab, worker)
      rebuilding.over = true
      await appending
      const rows = await worker.database.kysely<AccountTables>().selectFrom('balance').selectAll().execute()
      assert.equal(
        rows.reduce((sum, { moves: count }) => sum + count, 0),
        appended.count,
      )
    },

    'are built anew when older code has appended what it could not apply': async ({ start, clock }) => {
      const newer: Projection<AccountTables, readonly [typeof moved]> = balanceProjection({
        mode: 'inline',
        version: 2,
      })
      await using old = await start({ jobs: [], events, projections: [inline], roles: ['api'] })
      await old.append('a', 'any', moves(1))
      await using engine = await start({ jobs: [], events, projections: [newer] })
      await until(
        'the new version serves',
        async () => (await engine.projections.get('balances')).serving?.version === 2,
      )
      await old.append('a', 'any', moves(2))
      await engine.append('a', 'any', moves(4))
      await clock.advance(3_000)
      await until('what was missed is there', async () => {
        await clock.advance(100)
        return (await balances(engine))[0] === 'a: 7 in 3'
      })
      assert.equal((await engine.projections.get('balances')).serving?.version, 2)
    },

    'fail an append inside a transaction that goes on, as any failed statement would': async ({ start }) => {
      const failing = balanceProjection({
        mode: 'inline',
        apply: async () => Promise.reject(new RangeError('never')),
      })
      await using engine = await start({ jobs: [], events, projections: [failing], roles: ['api'], clock: fakeClock() })
      await refusal('STREAM_CONFLICT', () => engine.append('a', 3, moves(1)))
      await assert.rejects(engine.append('a', 'new', moves(1)), RangeError)
      assert.deepEqual((await engine.events.read('a')).length, 0)
    },
  },
}

/** Builds the balances anew and waits for that. */
async function rebuild({ clock }: Lab, engine: Awaited<ReturnType<Lab['start']>>): Promise<void> {
  await engine.projections.rebuild('balances')
  await until('it is built', async () => {
    await clock.advance(250)
    return (await engine.projections.get('balances')).building === undefined
  })
}
