import type { AdapterFactory, AdapterFactoryConfig, CustomAdapter } from '@better-auth/core/db/adapter'
import type { Database } from '@regie/engine'
import type { BetterAuthOptions } from 'better-auth'
import { type Kysely, sql } from 'kysely'
import { type AnyTables, conditionOf } from './where.ts'

type ColumnOf = (model: string, field: string) => string
type Transacting = Exclude<AdapterFactoryConfig['transaction'], undefined | false>

/**
 * better-auth's rows over our own database. Its Kysely adapter passes a `Date` to PostgreSQL and ISO text to SQLite; our drivers refuse
 * the former, and our tables hold milliseconds on both stores.
 */
export async function createAdapter(database: Database): Promise<AdapterFactory<BetterAuthOptions>> {
  const { createAdapterFactory } = await import('@better-auth/core/db/adapter')
  const over = (db: Kysely<AnyTables>, options?: { readonly inTransaction: true }): AdapterFactory<BetterAuthOptions> =>
    createAdapterFactory<BetterAuthOptions>({
      config: {
        adapterId: 'regie',
        supportsBooleans: false,
        supportsNumericIds: false,
        customTransformInput: ({ data }) => (data instanceof Date ? data.getTime() : data),
        customTransformOutput: ({ data, fieldAttributes }) =>
          fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
        transaction: options?.inTransaction !== true && inTransaction,
      },
      // What it sorts and selects by comes under its own names, unlike the conditions.
      adapter: ({ getFieldName }) => statements(db, (model, field) => getFieldName({ model, field })),
    })
  const inTransaction: Transacting = (work) =>
    database.transaction((tx) => work(over(tx, { inTransaction: true })(optionsInUse)))
  let optionsInUse: BetterAuthOptions = {}
  const outside = over(database.kysely<AnyTables>())
  return (given) => {
    optionsInUse = given
    return outside(given)
  }
}

function statements(db: Kysely<AnyTables>, columnOf: ColumnOf): CustomAdapter {
  return {
    create: ({ model, data }) => db.insertInto(model).values(data).returningAll().executeTakeFirstOrThrow() as never,
    async findOne({ model, where, select = [] }) {
      const query = db.selectFrom(model).where((eb) => conditionOf(eb, where))
      return ((await columns(
        query,
        select.map((field) => columnOf(model, field)),
      )
        .limit(1)
        .executeTakeFirst()) ?? null) as never
    },
    findMany({ model, where = [], limit, select = [], sortBy, offset }) {
      const found = db.selectFrom(model).where((eb) => conditionOf(eb, where))
      const sorted = sortBy === undefined ? found : found.orderBy(columnOf(model, sortBy.field), sortBy.direction)
      const page = columns(
        sorted,
        select.map((field) => columnOf(model, field)),
      ).limit(limit)
      return (offset === undefined ? page : page.offset(offset)).execute() as never
    },
    async count({ model, where = [] }) {
      const { count } = await db
        .selectFrom(model)
        .select(sql<number>`count(*)`.as('count'))
        .where((eb) => conditionOf(eb, where))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async update({ model, where, update }) {
      const query = db.updateTable(model).set(update as never)
      return ((await query
        .where((eb) => conditionOf(eb, where))
        .returningAll()
        .executeTakeFirst()) ?? null) as never
    },
    async updateMany({ model, where, update }) {
      const query = db.updateTable(model).set(update)
      const { numUpdatedRows } = await query.where((eb) => conditionOf(eb, where)).executeTakeFirst()
      return Number(numUpdatedRows)
    },
    async delete({ model, where }) {
      await db
        .deleteFrom(model)
        .where((eb) => conditionOf(eb, where))
        .execute()
    },
    async deleteMany({ model, where }) {
      const query = db.deleteFrom(model).where((eb) => conditionOf(eb, where))
      return Number((await query.executeTakeFirst()).numDeletedRows)
    },
    async consumeOne({ model, where }) {
      const first = db
        .selectFrom(model)
        .select('id')
        .where((eb) => conditionOf(eb, where))
        .limit(1)
      // Locked where there are several writers: of two callers with one token only one gets the row.
      return ((await db.deleteFrom(model).where('id', 'in', first).returningAll().executeTakeFirst()) ?? null) as never
    },
    async incrementOne({ model, where, increment, set = {} }) {
      const sums = Object.entries(increment).map(([field, delta]) => [field, sql`${sql.ref(field)} + ${delta}`])
      const first = db
        .selectFrom(model)
        .select('id')
        .where((eb) => conditionOf(eb, where))
        .limit(1)
      const query = db.updateTable(model).set({ ...set, ...Object.fromEntries(sums) } as never)
      // The guard stands twice: a row that another caller has changed meanwhile no longer meets it.
      return ((await query
        .where('id', 'in', first)
        .where((eb) => conditionOf(eb, where))
        .returningAll()
        .executeTakeFirst()) ?? null) as never
    },
  }
}

function columns(query: AnyTables, select: readonly string[]): AnyTables {
  return select.length === 0 ? query.selectAll() : query.select(select)
}
