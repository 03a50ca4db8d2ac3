import assert from 'node:assert/strict'
import { job, openDatabase } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { addEffect, createEffects, type EffectTable, readEffects } from '../store.ts'
import { ended, refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => 'ran' })

/** Transactions of callers. */
export const transacting: Section = {
  title: 'transactions',
  tests: {
    'refuse a second one inside the first, instead of hanging': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      const error = await refusal('TRANSACTION_NESTED', () =>
        engine.transaction(async () => engine.transaction(async (tx) => tx.enqueue(noop, {}))),
      )
      assert.ok(error.message.includes('tx'), error.message)
      await refusal('TRANSACTION_NESTED', () =>
        engine.database.transaction(async () => engine.transaction(async () => 1)),
      )
    },

    'refuse writes beside them, instead of hanging': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      await engine.enqueue(noop, {})
      const db = engine.database.kysely<EffectTable>()
      const beside: readonly (() => Promise<unknown>)[] = [
        () => engine.enqueue(noop, {}),
        () => engine.enqueueMany(noop, [{}, {}]),
        () => engine.enqueue(noop, {}, { tags: ['x'] }),
        () => engine.queues.resume('default'),
        () => engine.runs.cancelMany({}),
        () => db.insertInto('effect').values({ name: 'beside', amount: 1 }).execute(),
      ]
      for (const [index, write] of beside.entries()) {
        await refusal('TRANSACTION_NESTED', () => engine.transaction(async () => write())).catch((cause) =>
          assert.fail(`write ${index}: ${cause} ${cause.cause}`),
        )
      }
      assert.deepEqual([await readEffects(engine), await engine.runs.count({ state: ['queued'] })], [[], 1])
    },

    'let others in again after a refusal': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      await refusal('TRANSACTION_NESTED', () => engine.transaction(async () => engine.enqueue(noop, {})))
      const { id } = await engine.transaction(async (tx) => tx.enqueue(noop, {}))
      assert.equal((await ended(engine, id)).result, 'ran')
    },

    'pass the caller’s own error through, and roll back': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const mine = new RangeError('mine')
      const failing = engine.transaction(async (tx) => {
        await addEffect(tx.db, 'row')
        throw mine
      })
      assert.equal(await failing.catch((error) => error), mine)
      assert.deepEqual(await readEffects(engine), [])
    },

    'roll back and refuse every further statement when they last too long': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const work = engine.database.transaction<void, EffectTable>(
        async (tx) => {
          await addEffect(tx, 'row')
          for (;;) {
            await tx.selectFrom('effect').select('name').execute()
            await new Promise((resolve) => setImmediate(resolve))
          }
        },
        { timeoutMs: 30 },
      )
      const error = await refusal('TRANSACTION_TIMEOUT', () => work)
      assert.ok(error.message.includes('30 ms'), error.message)
      assert.deepEqual(await readEffects(engine), [])
      await engine.transaction(async (tx) => addEffect(tx.db, 'the next one'))
      assert.deepEqual(await readEffects(engine), ['the next one'])
    },

    'are over when they are over: their `tx` is refused afterwards': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const leaked = await engine.transaction(async (tx) => tx)
      await assert.rejects(addEffect(leaked.db, 'late'))
      await assert.rejects(leaked.enqueue(noop, {}))
      assert.deepEqual([await readEffects(engine), await engine.runs.count()], [[], 0])
    },

    'stand side by side, dozens at once': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      await createEffects(engine)
      const names = Array.from({ length: 40 }, (_, n) => `row ${String(n).padStart(2, '0')}`)
      await Promise.all(
        names.map((name, n) =>
          engine
            .transaction(async (tx) => {
              await addEffect(tx.db, name)
              await tx.enqueue(noop, {})
              if (n % 4 === 3) throw new RangeError('every fourth')
            })
            .catch((error) => assert.ok(error instanceof RangeError, String(error))),
        ),
      )
      assert.deepEqual(
        await readEffects(engine),
        names.filter((_, n) => n % 4 !== 3),
      )
      assert.equal(await engine.runs.count(), 30)
    },

    'see their own writes, and others only committed ones': async ({ start, source }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await using other = await openDatabase(source)
      await createEffects(engine)
      await engine.transaction<void, EffectTable>(async (tx) => {
        await addEffect(tx.db, 'row')
        const own = await tx.db.selectFrom('effect').select('name').execute()
        assert.deepEqual(
          own.map(({ name }) => name),
          ['row'],
        )
        assert.deepEqual(await readEffects({ database: other }), [])
      })
      assert.deepEqual(await readEffects({ database: other }), ['row'])
    },
  },
}

/** Values on their way to and from the database. */
export const values: Section = {
  title: 'values',
  tests: {
    'that a store would quietly change are refused': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const db = engine.database.kysely<{ effect: { name: unknown; amount: unknown } }>()
      const bad = [new Date(), true, {}, Number.NaN, Symbol('s')]
      for (const value of bad) {
        await refusal('VALUE_UNSUPPORTED', () => db.insertInto('effect').values({ name: 'x', amount: value }).execute())
        await refusal('VALUE_UNSUPPORTED', () =>
          db.selectFrom('effect').selectAll().where('amount', '=', value).execute(),
        )
      }
      assert.deepEqual(await readEffects(engine), [])
    },

    'of every supported kind come back as they were': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      const db = engine.database.kysely()
      const bytes = engine.database.dialect === 'sqlite' ? 'blob' : 'bytea'
      await sql`create table kinds (t text, i bigint, f double precision, b ${sql.raw(bytes)}, n text)`.execute(db)
      const row = { t: 'naïve 🚚', i: Number.MAX_SAFE_INTEGER, f: -0.1, b: new Uint8Array([0, 255, 7]), n: null }
      await sql`insert into kinds values (${row.t}, ${row.i}, ${row.f}, ${row.b}, ${row.n})`.execute(db)
      const { rows } = await sql<typeof row>`select * from kinds`.execute(db)
      assert.deepEqual({ ...rows[0], b: [...(rows[0]?.b ?? [])] }, { ...row, b: [...row.b] })
    },

    'beyond what a number can hold are refused when read': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      const db = engine.database.kysely()
      await sql`create table large (n bigint)`.execute(db)
      await sql`insert into large values (${2n ** 60n})`.execute(db)
      await refusal('VALUE_UNSUPPORTED', () => sql`select n from large`.execute(db))
      const { rows } = await sql<{ t: string }>`select cast(n as text) as t from large`.execute(db)
      assert.equal(rows[0]?.t, String(2n ** 60n))
    },
  },
}
