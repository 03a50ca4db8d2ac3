import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clear, fill, OTHER, OWN, openPlace, type Place, rowsOf, type Shelves } from './bound.testing.ts'
import { bind } from './bound-db.ts'

const own = bind({ org: OWN, prefix: 'shop_', readOnly: false })

describe.each(['SQLite', 'PostgreSQL'] as const)('a database bound to an organisation, on %s', (store) => {
  let folder = ''
  /** Rows of both organisations. */
  let shared: Place
  let db: Kysely<Shelves>
  /** Inserts without `org_id`, which types of an app leave out by `Generated`. */
  const insertable = () =>
    db as unknown as Kysely<{ [Name in keyof Shelves]: Omit<Shelves[Name], 'org_id'> & { org_id?: string } }>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regie-bound-'))
    shared = await openPlace(store, join(folder, 'shared.db'))
    db = own.db(shared.db)
  })
  afterAll(async () => {
    await shared[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  beforeEach(renew)

  async function renew(): Promise<void> {
    await clear(shared.db)
    await fill(shared.db, OWN)
    await fill(shared.db, OTHER)
  }

  it('fills in the organisation of new rows, and refuses that of another', async () => {
    const row = { id: '9', n: 9, ref: null }
    await insertable()
      .insertInto('shop_left')
      .values([row, { ...row, id: '10', n: null }])
      .execute()
    await db
      .insertInto('shop_left')
      .values({ ...row, org_id: OWN, id: '11' })
      .execute()
    const made = await shared.db
      .selectFrom('shop_left')
      .select(['org_id', 'id'])
      .where('id', 'in', ['9', '10', '11'])
      .execute()
    expect(made.map(({ org_id }) => org_id)).toEqual([OWN, OWN, OWN])
    const foreign = { ...row, id: '12', org_id: OTHER }
    await expect(db.insertInto('shop_left').values(foreign).execute()).rejects.toMatchObject({
      code: 'ORGANISATION_FOREIGN',
    })
    const expression = { ...foreign, org_id: sql<string>`'other'` }
    await expect(db.insertInto('shop_left').values(expression).execute()).rejects.toMatchObject({
      code: 'ORGANISATION_FOREIGN',
    })
    await expect(db.updateTable('shop_left').set({ org_id: OTHER }).execute()).rejects.toMatchObject({
      code: 'ORGANISATION_FOREIGN',
    })
  })

  it('copies its own rows only', async () => {
    await clear(shared.db)
    await fill(shared.db, OTHER)
    await shared.db.insertInto('shop_left').values({ org_id: OWN, id: '1', n: 1, ref: null }).execute()
    await insertable()
      .insertInto('shop_right')
      .columns(['id', 'n', 'ref'])
      .expression(
        db
          .selectFrom('shop_left')
          .select(['id', 'n', 'ref'])
          .unionAll(db.selectFrom('shop_right').select(['id', 'n', 'ref'])),
      )
      .execute()
    expect(await shared.db.selectFrom('shop_right').select(['id', 'n']).where('org_id', '=', OWN).execute()).toEqual([
      { id: '1', n: 1 },
    ])
  })

  it("does not change another organisation's row that stands in the way of a new one", async () => {
    const before = await rowsOf(shared.db, OTHER)
    const upsert = (id: string) =>
      insertable()
        .insertInto('shop_loose')
        .values({ id, n: 7, ref: null })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ n: 7 }))
        .execute()
    await upsert('other-1')
    await upsert('own-1')
    expect(await rowsOf(shared.db, OTHER)).toEqual(before)
    expect(await db.selectFrom('shop_loose').select('n').where('id', '=', 'own-1').executeTakeFirst()).toEqual({ n: 7 })
  })

  it('is bound in a transaction too, and answers only own rows by returning', async () => {
    await shared.database.transaction<void, Shelves>(async (tx) => {
      const bound = own.transaction(tx)
      const gone = await bound.deleteFrom('shop_left').returning('org_id').execute()
      expect(gone.map(({ org_id }) => org_id)).toEqual([OWN, OWN, OWN, OWN])
    })
    expect(await shared.db.selectFrom('shop_left').select('org_id').execute()).toHaveLength(4)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a statement of text', () => sql`delete from shop_left`.execute(db)],
    ['a compiled statement', () => db.executeQuery(CompiledQuery.raw('delete from shop_left'))],
    ['DDL', () => db.schema.dropTable('shop_left').execute()],
    [
      'a subquery of text',
      () => db.selectFrom('shop_left').select(sql`(select max(n) from shop_right)`.as('most')).execute(),
    ],
    [
      'a table as text',
      () => db.selectFrom(sql<Shelves['shop_left']>`shop_left`.as('every')).select('every.id').execute(),
    ],
    [
      'a table by sql.table',
      () =>
        db
          .selectFrom(sql<Shelves['shop_left']>`${sql.table('shop_left')}`.as('every'))
          .select('every.id')
          .execute(),
    ],
    [
      'a table of others',
      () =>
        db
          .selectFrom('quotes_client' as 'shop_left')
          .selectAll()
          .execute(),
    ],
    ['a table by its schema', () => db.withSchema('public').selectFrom('shop_left').selectAll().execute()],
    [
      'an expression named as a table',
      () =>
        db
          .with('shop_x', (inner) => inner.selectFrom('shop_left').selectAll())
          .selectFrom('shop_x')
          .selectAll()
          .execute(),
    ],
    [
      'a replacing insert',
      () => db.replaceInto('shop_left').values({ org_id: OWN, id: '1', n: 1, ref: null }).execute(),
    ],
    [
      'an organisation that is selected',
      () =>
        db
          .insertInto('shop_right')
          .columns(['org_id', 'id'])
          .expression(db.selectFrom('shop_left').select(['org_id', 'id']))
          .execute(),
    ],
    ['no plugins', async () => db.withoutPlugins().deleteFrom('shop_left').execute()],
  ])('refuses %s', async (_, query) => {
    await expect((async () => query())()).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
    expect(await shared.db.selectFrom('shop_left').select('id').execute()).toHaveLength(8)
  })

  it('lets fragments of text be parts of expressions, and calls stand for tables', async () => {
    const rows = await db
      .selectFrom('shop_left')
      .select(sql<number>`cast(count(*) as integer)`.as('count'))
      .where(sql<boolean>`n >= 0 or id = 'from select'`)
      .execute()
    expect(rows).toEqual([{ count: 3 }])
    const call =
      store === 'SQLite' ? sql<{ value: number }>`json_each('[1,2]')` : sql<{ value: number }>`generate_series(1, 2)`
    expect(await db.selectFrom(call.as('each')).select(sql`1`.as('one')).execute()).toHaveLength(2)
  })

  it('reads only where it may not write', async () => {
    const reader = bind({ org: OWN, prefix: 'shop_', readOnly: true }).db(shared.db)
    expect(await reader.selectFrom('shop_left').select('id').execute()).toHaveLength(4)
    for (const query of [
      reader.deleteFrom('shop_left'),
      reader.updateTable('shop_left').set({ n: 1 }),
      reader.insertInto('shop_left').values({ org_id: OWN, id: '5', n: 1, ref: null }),
      reader
        .with('gone', (inner) => inner.deleteFrom('shop_left').returning('id'))
        .selectFrom('gone')
        .selectAll(),
    ])
      await expect(query.execute()).rejects.toMatchObject({ code: 'WRITE_OUTSIDE_TRANSACTION' })
  })

  it('shows the rows of all where that is asked for, of this app only', async () => {
    const all = bind({ org: undefined, prefix: 'shop_', readOnly: false }).db(shared.db)
    expect(await all.selectFrom('shop_left').select('id').execute()).toHaveLength(8)
    await expect(
      all
        .selectFrom('quotes_client' as 'shop_left')
        .selectAll()
        .execute(),
    ).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
  })
})
