import assert from 'node:assert/strict'
import {
  createEngine,
  type Database,
  type MigrationSet,
  migrate,
  migrateDown,
  migrationStatus,
  openDatabase,
} from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import { ownMigrations, tableNames } from '../store.ts'
import { refusal, type Section } from './lab.ts'

function table(name: string) {
  return {
    up: (db: Kysely<unknown>) => db.schema.createTable(name).addColumn('id', 'text').execute(),
    down: (db: Kysely<unknown>) => db.schema.dropTable(name).execute(),
  }
}

function shop(...names: readonly string[]): MigrationSet {
  return {
    owner: 'shop',
    migrations: Object.fromEntries(names.map((name, index) => [`000${index + 1}-${name}`, table(name)])),
  }
}

async function states(database: Database, set: MigrationSet): Promise<readonly string[]> {
  return (await migrationStatus(database, [set])).map(({ name, state }) => `${name} ${state}`)
}

/** Migrations. */
export const migrating: Section = {
  title: 'migrations',
  tests: {
    'go up in order, once, and say where they stand': async ({ source, clock }) => {
      await using database = await openDatabase(source)
      const set = shop('orders', 'lines')
      assert.deepEqual(await states(database, set), ['0001-orders pending', '0002-lines pending'])
      const applied = await migrate(database, [set], clock.now)
      assert.deepEqual(
        applied.map(({ owner, name, state, appliedAt }) => [owner, name, state, appliedAt]),
        [
          ['shop', '0001-orders', 'applied', clock.now()],
          ['shop', '0002-lines', 'applied', clock.now()],
        ],
      )
      assert.deepEqual(await migrate(database, [set]), [])
      assert.deepEqual(await states(database, set), ['0001-orders applied', '0002-lines applied'])
      assert.deepEqual(
        await migrate(database, [shop('orders', 'lines', 'prices')], clock.now).then((list) => list.length),
        1,
      )
    },

    'go down, newest first, and up again': async ({ source }) => {
      await using database = await openDatabase(source)
      const set = shop('orders', 'lines', 'prices')
      await migrate(database, [set])
      assert.deepEqual(await migrateDown(database, set, 2), ['0003-prices', '0002-lines'])
      assert.deepEqual(await states(database, set), [
        '0001-orders applied',
        '0002-lines pending',
        '0003-prices pending',
      ])
      assert.equal((await tableNames(database)).includes('prices'), false)
      await migrate(database, [set])
      assert.deepEqual(await migrateDown(database, set, 9), ['0003-prices', '0002-lines', '0001-orders'])
    },

    'are refused when one that is applied was edited, and show it': async ({ source }) => {
      await using database = await openDatabase(source)
      await migrate(database, [shop('orders')])
      const edited: MigrationSet = { owner: 'shop', migrations: { '0001-orders': table('orderz') } }
      assert.deepEqual(await states(database, edited), ['0001-orders changed'])
      const error = await refusal('MIGRATION_CHANGED', () => migrate(database, [edited]))
      assert.ok(error.message.includes('shop/0001-orders'), error.message)
    },

    'show those that only the database knows': async ({ source }) => {
      await using database = await openDatabase(source)
      await migrate(database, [shop('orders', 'lines')])
      assert.deepEqual(await states(database, shop('orders')), ['0001-orders applied', '0002-lines unknown'])
      const error = await refusal('MIGRATION_FAILED', () => migrateDown(database, shop('orders')))
      assert.ok(error.message.includes('undo it with the version that made it'), error.message)
    },

    'roll back the one that fails, whole, and keep those before it': async ({ source }) => {
      await using database = await openDatabase(source)
      const set: MigrationSet = {
        owner: 'shop',
        migrations: {
          '0001-orders': table('orders'),
          '0002-bad': {
            async up(db) {
              await table('lines').up(db)
              await sql`insert into nowhere values (1)`.execute(db)
            },
          },
        },
      }
      const error = await refusal('MIGRATION_FAILED', () => migrate(database, [set]))
      assert.ok(error.message.includes('0002-bad') && error.message.includes('nowhere'), error.message)
      assert.deepEqual(await states(database, set), ['0001-orders applied', '0002-bad pending'])
      assert.equal((await tableNames(database)).includes('lines'), false)
    },

    'have no way down when they name none': async ({ source }) => {
      await using database = await openDatabase(source)
      const set: MigrationSet = { owner: 'shop', migrations: { '0001-orders': { up: table('orders').up } } }
      await migrate(database, [set])
      await refusal('MIGRATION_FAILED', () => migrateDown(database, set))
      assert.deepEqual(await states(database, set), ['0001-orders applied'])
    },

    'are applied once when several processes start at the same time': async ({ source }) => {
      const databases = await Promise.all([1, 2, 3].map(() => openDatabase(source)))
      const set = shop('orders', 'lines', 'prices')
      const applied = await Promise.all(databases.map((database) => migrate(database, [set])))
      assert.deepEqual(
        applied
          .flat()
          .map(({ name }) => name)
          .toSorted(),
        ['0001-orders', '0002-lines', '0003-prices'],
      )
      for (const database of databases) await database[Symbol.asyncDispose]()
    },

    'of the engine itself leave nothing behind when they go down': async ({ source }) => {
      await using database = await openDatabase(source)
      await migrateDown(database, ownMigrations(database), 99)
      const engine = await createEngine({ database, jobs: [] })
      assert.deepEqual([...new Set((await engine.migrations()).map(({ state }) => state))], ['pending'])
      await engine.migrate()
      assert.deepEqual([...new Set((await engine.migrations()).map(({ state }) => state))], ['applied'])
      await migrateDown(database, ownMigrations(database), 99)
      assert.deepEqual(
        (await tableNames(database)).filter((name) => name.startsWith('engine_')),
        [],
      )
      await engine.migrate()
      await engine.stop()
    },
  },
}
