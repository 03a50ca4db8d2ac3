import { type Database, openDatabase } from '@regie/engine'
import type { Kysely } from 'kysely'
import { ownDatabase } from '../app/own-database.testing.ts'

/** A row of the tables on which bindings are tried. */
export interface Thing {
  readonly id: string
  readonly n: number | null
  readonly ref: string | null
}

/** As it lies in a table; what is bound fills in `org_id`. */
export type Owned = Thing & { readonly org_id: string }

/** Two tables keyed by organisation and id, and one whose key an app forgot to begin with the organisation. */
export interface Shelves {
  shop_left: Owned
  shop_right: Owned
  shop_loose: Owned
}

/** The two organisations, whose rows share their ids. */
export const OWN = 'own'
export const OTHER = 'other'

/** A database with the three tables. */
export interface Place extends AsyncDisposable {
  readonly database: Database
  readonly db: Kysely<Shelves>
}

/** Opens an empty one: in memory of this machine for SQLite, on the server of the tests for PostgreSQL. */
export async function openPlace(store: 'SQLite' | 'PostgreSQL', path: string): Promise<Place> {
  const own = store === 'PostgreSQL' ? await ownDatabase() : undefined
  const database = await openDatabase(
    own === undefined ? { kind: 'sqlite', path, durability: 'fast' } : { kind: 'postgres', url: own.url, poolSize: 2 },
  )
  const db = database.kysely<Shelves>()
  for (const table of ['shop_left', 'shop_right', 'shop_loose']) {
    await db.schema
      .createTable(table)
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('n', 'integer')
      .addColumn('ref', 'text')
      .addPrimaryKeyConstraint(`${table}_key`, table === 'shop_loose' ? ['id'] : (['org_id', 'id'] as never))
      .execute()
  }
  return {
    database,
    db,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await own?.remove()
    },
  }
}

/** Four rows for each table of an organisation. Nulls are there because outer joins tell them apart. */
export async function fill(db: Kysely<Shelves>, org: string): Promise<void> {
  const rows = (more: number) =>
    ['1', '2', '3', '4'].map((id, index) => ({
      org_id: org,
      id,
      n: index === 3 ? null : index + more,
      ref: index === 0 ? null : String(index),
    }))
  await db.insertInto('shop_left').values(rows(0)).execute()
  await db.insertInto('shop_right').values(rows(1)).execute()
  await db
    .insertInto('shop_loose')
    .values(rows(2).map((row) => ({ ...row, id: `${org}-${row.id}` })))
    .execute()
}

/** Removes all rows, whosever they are. */
export async function clear(db: Kysely<Shelves>): Promise<void> {
  for (const table of ['shop_left', 'shop_right', 'shop_loose'] as const) await db.deleteFrom(table).execute()
}

/** All rows of an organisation, in a fixed order. */
export async function rowsOf(db: Kysely<Shelves>, org: string): Promise<unknown> {
  const read = (table: keyof Shelves) =>
    db.selectFrom(table).selectAll().where('org_id', '=', org).orderBy('id').execute()
  return { left: await read('shop_left'), right: await read('shop_right'), loose: await read('shop_loose') }
}
