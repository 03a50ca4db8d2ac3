import assert from 'node:assert/strict'
import { event, projection } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { door, refusal, type Section } from './lab.ts'
import { addUp, balanceProjection, balances, moved, movedOnce, moves, opened } from './projection-accounts.ts'

const events = [opened, moved]
const follower = balanceProjection()

/** Projections that follow the events. */
export const asyncProjections: Section = {
  title: 'asynchronous projections',
  tests: {
    'follow the appends of their own process at once': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [follower] })
      await engine.append('a', 'new', moves(5, 7))
      await until('it has followed', async () => (await balances(engine))[0] === 'a: 12 in 2')
      const { serving, building } = await engine.projections.get('balances')
      assert.deepEqual([serving?.state, serving?.behind, serving?.lagMs, building], ['live', 0, 0, undefined])
    },

    'are seen as far as an append once it was waited for': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [follower] })
      for (let n = 1; n <= 10; n++) {
        const { cursor } = await engine.append('a', 'any', moves(1))
        await engine.projections.wait('balances', cursor)
        assert.deepEqual(await balances(engine), [`a: ${n} in ${n}`])
      }
    },

    'follow the appends of other processes, without waiting for a look of their own': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [follower] })
      await using api = await start({ jobs: [], events, projections: [follower], roles: ['api'] })
      await api.append('a', 'new', moves(5))
      await until('it has followed', async () => (await balances(engine))[0] === 'a: 5 in 1')
      await api.projections.wait('balances')
    },

    'get a thousand events in a transaction when they are behind, in the order of the store': async ({ start }) => {
      const batches: number[] = []
      const positions: number[] = []
      const counting = balanceProjection({
        async apply(tx, events) {
          batches.push(events.length)
          positions.push(...events.map(({ position }) => position))
          await addUp(tx, events)
        },
      })
      await using api = await start({ jobs: [], events, roles: ['api'] })
      for (let n = 0; n < 5; n++) await api.append(`s${n}`, 'new', moves(...Array.from({ length: 500 }, (_, i) => i)))
      await using engine = await start({ jobs: [], events, projections: [counting] })
      await engine.projections.wait('balances')
      assert.deepEqual(batches, [1_000, 1_000, 500])
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
      )
      assert.deepEqual((await balances(engine))[4], 's4: 124750 in 500')
    },

    'see data in the shape of its newest version': async ({ start }) => {
      const seen: unknown[] = []
      const curious = balanceProjection({
        apply: async (_, events) => void seen.push(...events.map(({ data }) => data)),
      })
      await using old = await start({ jobs: [], events: [opened, movedOnce], roles: ['api'] })
      await old.append('a', 'new', movedOnce.with({ amount: 3 }))
      await using engine = await start({ jobs: [], events, projections: [curious] })
      await engine.append('a', 1, moves(4))
      await engine.projections.wait('balances')
      assert.deepEqual(seen, [
        { amount: 3, currency: 'EUR' },
        { amount: 4, currency: 'EUR' },
      ])
    },

    'never overtake an event whose transaction commits late': async ({ start, clock }) => {
      const order: string[] = []
      const watching = balanceProjection({
        async apply(tx, events) {
          order.push(...events.map(({ stream }) => stream))
          await addUp(tx, events)
        },
      })
      const [gate, entered] = [door(), door()]
      await using engine = await start({ jobs: [], events, projections: [watching] })
      await using other = await start({ jobs: [], events, roles: ['api'] })
      const late = other.transaction(async (tx) => {
        await tx.append('late', 'new', moves(1))
        entered.open()
        await gate.opened
      })
      await entered.opened
      const quick = engine.append('quick', 'new', moves(1))
      // SQLite's one writer makes it wait instead.
      if (engine.database.dialect === 'postgres') {
        await quick
        await until(
          'it knows of the event',
          async () => (await engine.projections.get('balances')).serving?.behind === 1,
        )
        assert.deepEqual([order, await balances(engine)], [[], []])
      }
      gate.open()
      await Promise.all([late, quick])
      await until('it has caught up', async () => {
        await clock.advance(100)
        return (await engine.projections.get('balances')).serving?.behind === 0
      })
      assert.deepEqual(order, ['late', 'quick'])
      assert.deepEqual(await balances(engine), ['late: 1 in 1', 'quick: 1 in 1'])
    },

    'apply each event once, whatever fails on the way': async ({ start, clock }) => {
      let calls = 0
      const clumsy = balanceProjection({
        async apply(tx, events) {
          await addUp(tx, events)
          if (++calls % 3 !== 0) throw new RangeError('clumsy')
        },
      })
      await using engine = await start({ jobs: [], events, projections: [clumsy] })
      for (let n = 0; n < 40; n++) await engine.append(`s${n % 2}`, 'any', moves(n))
      await until('it has caught up', async () => {
        await clock.advance(1_000)
        return (await engine.projections.get('balances')).serving?.behind === 0
      })
      assert.deepEqual(await balances(engine), ['s0: 380 in 20', 's1: 400 in 20'])
    },

    'that stumble over an event say over which, apply all before it, and hold up no other': async ({
      start,
      clock,
    }) => {
      const bad = balanceProjection({
        async apply(tx, events) {
          if (events.some(({ data }) => data.amount === 13)) throw new RangeError('unlucky')
          await addUp(tx, events)
        },
      })
      const names = projection({
        name: 'names',
        version: 1,
        mode: 'async',
        events: [opened, moved],
        tables: ['owner'],
        create: async (db) => void (await db.schema.createTable('owner').addColumn('stream', 'text').execute()),
        apply: async () => {},
      })
      await using engine = await start({ jobs: [], events, projections: [bad, names] })
      const { positions } = await engine.append('a', 'new', moves(1, 2, 3, 13, 5))
      const failing = await until('it fails', async () => {
        const { serving } = await engine.projections.get('balances')
        return serving?.state === 'failing' && serving
      })
      assert.deepEqual(
        [failing.failedPosition, failing.error?.message, failing.behind, failing.retryAt],
        [positions[3], 'unlucky', 2, clock.now() + 1_000],
      )
      assert.deepEqual(await balances(engine), ['a: 6 in 3'])
      await engine.projections.wait('names')
    },

    'say which event they cannot read': async ({ start }) => {
      const broken = event({
        name: 'account.moved',
        version: 2,
        data: z.object({ amount: z.int(), currency: z.string() }),
        upcast: {
          1: (data) => {
            if (data.amount === 13) throw new RangeError('unlucky')
            return { ...data, currency: 'EUR' }
          },
        },
      })
      await using old = await start({ jobs: [], events: [opened, movedOnce], roles: ['api'] })
      const amounts = [1, 13, 2].map((amount) => movedOnce.with({ amount }))
      const { positions } = await old.append('a', 'new', amounts)
      await using engine = await start({ jobs: [], events: [opened, broken], projections: [follower] })
      const failing = await until('it fails', async () => {
        const { building } = await engine.projections.get('balances')
        return building?.state === 'failing' && building
      })
      assert.deepEqual([failing.failedPosition, failing.error?.code], [positions[1], 'EVENT_UNREADABLE'])
      assert.deepEqual(await balances(engine), ['a: 1 in 1'])
    },

    'stop after ten tries, tell somebody, and go on when they are told to': async ({ start, clock, troubles }) => {
      const cause = { gone: false }
      const bad = balanceProjection({
        async apply(tx, events) {
          if (!cause.gone) throw new RangeError('not yet')
          await addUp(tx, events)
        },
      })
      await using engine = await start({ jobs: [], events, projections: [bad] })
      const { positions } = await engine.append('a', 'new', moves(1, 2))
      const begun = clock.now()
      await until('it stops', async () => {
        await clock.advance(30_000)
        return (await engine.projections.get('balances')).serving?.state === 'stopped'
      })
      assert.deepEqual(troubles, [
        { kind: 'projection-failed', projection: 'balances', position: positions[0], error: 'RangeError: not yet' },
      ])
      const { serving } = await engine.projections.get('balances')
      assert.deepEqual(serving?.stuck, { why: 'stopped', since: begun })
      await refusal('PROJECTION_STOPPED', () => engine.projections.wait('balances'))
      cause.gone = true
      await clock.advance(300_000)
      assert.deepEqual(await balances(engine), [])
      await engine.projections.resume('balances')
      await until('it has caught up', async () => (await balances(engine))[0] === 'a: 3 in 2')
      assert.equal((await engine.projections.get('balances')).serving?.error, undefined)
    },

    'keep their place over a restart': async ({ start }) => {
      const seen: number[] = []
      const watching = balanceProjection({
        async apply(tx, events) {
          seen.push(...events.map(({ data }) => data.amount))
          await addUp(tx, events)
        },
      })
      const first = await start({ jobs: [], events, projections: [watching] })
      await first.append('a', 'any', moves(1, 2))
      await first.projections.wait('balances')
      await first.stop()
      await using second = await start({ jobs: [], events, projections: [watching] })
      await second.append('a', 'any', moves(3))
      await second.projections.wait('balances')
      assert.deepEqual(seen, [1, 2, 3])
    },
  },
}
