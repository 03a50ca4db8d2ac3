import assert from 'node:assert/strict'
import { type Engine, EngineError, type Projection, projection } from '@regie/engine'
import { fakeClock } from '../fake-clock.ts'
import { tableNames } from '../store.ts'
import { until } from '../until.ts'
import type { Section } from './lab.ts'
import { type AccountTables, addUp, balanceProjection, balances, moved, moves, opened } from './projection-accounts.ts'

const events = [opened, moved]
const follower = balanceProjection()

interface CurrencyTables {
  balance: { stream: string; currency: string; amount: number }
}

/** The next version: a row for each currency. */
const byCurrency = (before: () => Promise<void>): Projection<CurrencyTables, readonly [typeof moved]> =>
  projection<CurrencyTables, readonly [typeof moved]>({
    name: 'balances',
    version: 2,
    mode: 'async',
    events: [moved],
    tables: ['balance'],
    create: async (db) =>
      void (await db.schema
        .createTable('balance')
        .addColumn('stream', 'text')
        .addColumn('currency', 'text')
        .addColumn('amount', 'bigint')
        .addPrimaryKeyConstraint('balance_key', ['stream', 'currency'])
        .execute()),
    async apply(tx, events) {
      await before()
      for (const { stream, data } of events) {
        await tx.db
          .insertInto('balance')
          .values({ stream, ...data })
          .onConflict((conflict) =>
            conflict
              .columns(['stream', 'currency'])
              .doUpdateSet((eb) => ({ amount: eb('balance.amount', '+', eb.ref('excluded.amount')) })),
          )
          .execute()
      }
    },
  })

/** New tables beside the old ones. */
export const rebuiltProjections: Section = {
  title: 'projections built anew',
  tests: {
    'in a new version grow in their own tables, while readers see the old ones, until they are exchanged': async ({
      start,
      clock,
    }) => {
      const gate = { open: false }
      const old = await start({ jobs: [], events, projections: [follower] })
      await old.append('a', 'new', moves(1, 2))
      await old.projections.wait('balances')
      await old.stop()
      const hold = async (): Promise<void> => {
        if (!gate.open) throw new RangeError('held')
      }
      await using engine = await start({ jobs: [], events, projections: [byCurrency(hold)] })
      await until('it has begun', async () => (await engine.projections.get('balances')).building?.tries === 1)
      const { serving, building } = await engine.projections.get('balances')
      assert.deepEqual([serving?.version, building?.version, building?.behind], [1, 2, 2])
      assert.deepEqual(await balances(engine), ['a: 3 in 2'])
      gate.open = true
      await until('it is built', async () => {
        await clock.advance(1_000)
        return (await engine.projections.get('balances')).serving?.version === 2
      })
      const rows = await engine.database.kysely<CurrencyTables>().selectFrom('balance').selectAll().execute()
      assert.deepEqual({ ...rows[0] }, { stream: 'a', currency: 'EUR', amount: 3 })
      assert.deepEqual(await ownTables(engine), ['balance__p2'])
    },

    'again in the same version come out as they were, and follow the events meanwhile': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [follower] })
      for (let n = 0; n < 50; n++) await engine.append(`s${n % 3}`, 'any', moves(n))
      await engine.projections.wait('balances')
      const before = await balances(engine)
      await engine.projections.rebuild('balances')
      await until('it is built', async () => (await engine.projections.get('balances')).building === undefined)
      assert.deepEqual(await balances(engine), before)
      assert.deepEqual(await ownTables(engine), ['balance__p2'])
      await engine.append('s0', 'any', moves(1))
      await engine.projections.wait('balances')
      assert.notDeepEqual(await balances(engine), before)
    },

    'tell how far they are, how fast, when they will be there, and what they wait for': async ({ start, clock }) => {
      const gate = { open: false, begun: new Set<string>() }
      const held = balanceProjection({
        async apply(tx, events) {
          // The generation that is built and the one that is served are each held after their first thousand.
          if (!gate.open && gate.begun.has(tx.table('balance'))) throw new EngineError('STORE_BUSY', 'held')
          await addUp(tx, events)
          gate.begun.add(tx.table('balance'))
        },
      })
      await using api = await start({ jobs: [], events, projections: [held], roles: ['api'] })
      await api.append('a', 'new', moves(...Array.from({ length: 1_200 }, () => 1)))
      await api.projections.rebuild('balances')
      const begun = clock.now()
      const { building: waiting } = await api.projections.get('balances')
      assert.deepEqual(
        [waiting?.progress, waiting?.stuck],
        [
          { read: 0, total: 1_200 },
          { why: 'no-worker', since: begun },
        ],
      )
      await using engine = await start({ jobs: [], events, projections: [held] })
      await until('it is under way', async () => {
        await clock.advance(100)
        return (await engine.projections.get('balances')).building?.behind === 200
      })
      await clock.advance(10_000)
      const now = clock.now()
      const { building } = await engine.projections.get('balances')
      const elapsed = now - begun
      assert.deepEqual(
        [building?.progress, building?.stuck],
        [
          { read: 1_000, total: 1_200, perSecond: 1_000_000 / elapsed, endsAt: now + Math.round(elapsed / 5) },
          undefined,
        ],
      )
      gate.open = true
      await until('it is built', async () => {
        await clock.advance(1_000)
        return (await engine.projections.get('balances')).building === undefined
      })
      assert.equal((await engine.projections.get('balances')).serving?.progress, undefined)
    },

    'are begun again when that is asked for twice': async ({ start }) => {
      await using api = await start({ jobs: [], events, projections: [follower], roles: ['api'] })
      await api.append('a', 'new', moves(1))
      await api.projections.rebuild('balances')
      await api.projections.rebuild('balances')
      assert.equal((await api.projections.get('balances')).building?.generation, 3)
      await using engine = await start({ jobs: [], events, projections: [follower] })
      await until('it is built', async () => (await engine.projections.get('balances')).building === undefined)
      assert.deepEqual([await balances(engine), await ownTables(engine)], [['a: 1 in 1'], ['balance__p3']])
    },

    'are left alone by older code, which goes on with nothing of its own': async ({ start }) => {
      await using engine = await start({ jobs: [], events, projections: [byCurrency(async () => {})] })
      await engine.append('a', 'new', moves(1))
      await engine.projections.wait('balances')
      await using old = await start({ jobs: [], events, projections: [follower] })
      const { serving, building } = await old.projections.get('balances')
      assert.deepEqual([serving?.version, building], [2, undefined])
      await old.append('a', 1, moves(2))
      await old.projections.wait('balances')
      const rows = await engine.database.kysely<CurrencyTables>().selectFrom('balance').select('amount').execute()
      assert.deepEqual(
        rows.map(({ amount }) => amount),
        [3],
      )
    },

    'equal what was kept up to date live, whatever happened meanwhile': async ({ start, clock }) => {
      const live = balanceProjection({ name: 'live', tables: ['balance'] })
      const inline = { ...renamed('inline', 'inline_balance'), mode: 'inline' as const }
      const late = renamed('late', 'late_balance')
      const first = await start({ jobs: [], events, projections: [live, inline] })
      const random = lehmer(20_260_105)
      const writer = async (stream: string): Promise<void> => {
        for (let n = 0; n < 40; n++) {
          const lucky = random(4) > 0
          const amounts = Array.from({ length: 1 + random(3) }, () => random(100) - 50)
          await first
            .transaction(async (tx) => {
              await tx.append(stream, 'any', moves(...amounts))
              await tx.append(`shared${random(2)}`, 'any', opened.with({ owner: stream }))
              if (!lucky) throw new RangeError('rolled back')
            })
            .catch((error) => assert.ok(error instanceof RangeError, String(error)))
        }
      }
      await Promise.all(['a', 'b', 'c'].map(writer))
      await first.projections.wait('live')
      await first.stop()
      await using engine = await start({ jobs: [], events, projections: [live, inline, late] })
      await engine.projections.wait('late')
      const expected = await balances(engine)
      assert.deepEqual(await readTable(engine, 'late_balance'), expected)
      assert.deepEqual(await readTable(engine, 'inline_balance'), expected)
      await engine.projections.rebuild('inline')
      await engine.projections.rebuild('live')
      await until('they are built', async () => {
        await clock.advance(500)
        return (await engine.projections.list()).every(({ building }) => building === undefined)
      })
      assert.deepEqual([await balances(engine), await readTable(engine, 'inline_balance')], [expected, expected])
    },

    'happen by themselves when a backup came back without the tables': async ({ start }) => {
      const before = await start({ jobs: [], events, projections: [follower] })
      await before.append('a', 'new', moves(1, 2))
      await before.projections.wait('balances')
      await before.database.kysely().schema.dropView('balance').execute()
      await before.database.kysely().schema.dropTable('balance__p1').execute()
      await before.stop()
      await using engine = await start({ jobs: [], events, projections: [follower] })
      await engine.projections.wait('balances')
      assert.deepEqual([await balances(engine), await ownTables(engine)], [['a: 3 in 2'], ['balance__p2']])
    },
  },
}

/** What becomes of projections when the process that drives them dies. */
export const orphanedProjections: Section = {
  title: 'projections of a process that died',
  tests: {
    'are driven by another within ten seconds, from where they were': async ({ start, clock }) => {
      const seen: number[] = []
      const dying = balanceProjection({
        async apply(tx, events) {
          if (events.some(({ data }) => data.amount === 2)) throw new RangeError('dead')
          await addUp(tx, events)
        },
      })
      const living = balanceProjection({
        async apply(tx, events) {
          seen.push(...events.map(({ data }) => data.amount))
          await addUp(tx, events)
        },
      })
      await using dead = await start({ jobs: [], events, projections: [dying], clock: fakeClock(clock.now()) })
      await dead.append('a', 'new', moves(1))
      await dead.projections.wait('balances')
      await dead.append('a', 1, moves(2))
      await until('it has stumbled', async () => (await dead.projections.get('balances')).serving?.state === 'failing')
      await using rescuer = await start({ jobs: [], events, projections: [living] })
      await clock.advance(5_000)
      assert.deepEqual(seen, [])
      await clock.advance(5_000)
      await until('it was taken over', async () => (await balances(rescuer))[0] === 'a: 3 in 2')
      await dead.append('a', 2, moves(4))
      await rescuer.projections.wait('balances')
      assert.deepEqual([seen, await balances(rescuer)], [[2, 4], ['a: 7 in 3']])
    },

    'are built to the end by another': async ({ start, clock }) => {
      const dying = balanceProjection({ version: 2, apply: async () => Promise.reject(new RangeError('dead')) })
      const living = balanceProjection({ version: 2 })
      await using before = await start({ jobs: [], events, projections: [follower], roles: ['api'] })
      await before.append('a', 'new', moves(1, 2))
      await using dead = await start({ jobs: [], events, projections: [dying], clock: fakeClock(clock.now()) })
      await until('it has begun', async () => (await dead.projections.get('balances')).building?.tries === 1)
      await using rescuer = await start({ jobs: [], events, projections: [living] })
      await clock.advance(10_000)
      await until('it is built', async () => (await rescuer.projections.get('balances')).serving?.version === 2)
      assert.deepEqual([await balances(rescuer), await ownTables(rescuer)], [['a: 3 in 2'], ['balance__p2']])
    },

    'go to another at once when it stops in order': async ({ start }) => {
      const first = await start({ jobs: [], events, projections: [follower] })
      await using second = await start({ jobs: [], events, projections: [follower] })
      await first.append('a', 'new', moves(1))
      await second.projections.wait('balances')
      await first.stop()
      await second.append('a', 1, moves(2))
      await until('the other goes on', async () => (await balances(second))[0] === 'a: 3 in 2')
    },

    'are not moved any more by the one that was taken for dead and lives': async ({ start, clock }) => {
      const watched = (seen: number[]) =>
        balanceProjection({
          async apply(tx, events) {
            seen.push(...events.map(({ data }) => data.amount))
            await addUp(tx, events)
          },
        })
      const [byZombie, byRescuer]: [number[], number[]] = [[], []]
      await using zombie = await start({
        jobs: [],
        events,
        projections: [watched(byZombie)],
        clock: fakeClock(clock.now()),
      })
      await zombie.append('a', 'new', moves(1))
      await zombie.projections.wait('balances')
      await using rescuer = await start({ jobs: [], events, projections: [watched(byRescuer)] })
      await clock.advance(10_000)
      for (const amount of [2, 4]) {
        await zombie.append('a', 'any', moves(amount))
        await rescuer.projections.wait('balances')
      }
      assert.deepEqual([byZombie, byRescuer, await balances(zombie)], [[1], [2, 4], ['a: 7 in 3']])
    },
  },
}

/** The tables that hold generations, in order. */
async function ownTables({ database }: Engine): Promise<readonly string[]> {
  return (await tableNames(database)).filter((name) => /__p\d+$/.test(name))
}

interface OtherTables {
  late_balance: AccountTables['balance']
  inline_balance: AccountTables['balance']
}

/** The projection of the balances, under another name and in another table. */
function renamed(name: string, table: keyof OtherTables): Projection<OtherTables, readonly [typeof moved]> {
  return projection<OtherTables, readonly [typeof moved]>({
    name,
    version: 1,
    mode: 'async',
    events: [moved],
    tables: [table],
    create: async (db) =>
      void (await db.schema
        .createTable(table)
        .addColumn('stream', 'text', (column) => column.primaryKey())
        .addColumn('amount', 'bigint')
        .addColumn('moves', 'bigint')
        .execute()),
    async apply(tx, events) {
      for (const { stream, data } of events) {
        const row = await tx.db.selectFrom(table).selectAll().where('stream', '=', stream).executeTakeFirst()
        const next = { amount: (row?.amount ?? 0) + data.amount, moves: (row?.moves ?? 0) + 1 }
        if (row === undefined)
          await tx.db
            .insertInto(table)
            .values({ stream, ...next })
            .execute()
        if (row !== undefined) await tx.db.updateTable(table).set(next).where('stream', '=', stream).execute()
      }
    },
  })
}

async function readTable({ database }: Engine, table: keyof OtherTables): Promise<readonly string[]> {
  const rows = await database.kysely<OtherTables>().selectFrom(table).selectAll().orderBy('stream').execute()
  return rows.map((row) => `${row.stream}: ${row.amount} in ${row.moves}`)
}

/** Numbers that look random and are the same each time (Park and Miller). */
function lehmer(seed: number): (end: number) => number {
  let state = seed
  return (end) => {
    state = (state * 48_271) % 2_147_483_647
    return state % end
  }
}
