import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Expression, type Kysely, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear, fill, OTHER, OWN, openPlace, type Place, rowsOf, type Shelves, type Thing } from './bound.testing.ts'
import { bind } from './bound-db.ts'

/** A query that was made up: how it is written, whatever database it is then given. */
interface Made<T> {
  /** For whoever reads a failure. */
  readonly words: string
  readonly build: (db: Kysely<Shelves>) => T
}

type Table = 'shop_left' | 'shop_right'
type Things = SelectQueryBuilder<Shelves, keyof Shelves, Thing>
type Condition = (db: Kysely<Shelves>, alias: string) => Expression<SqlBool>

interface MadeCondition {
  readonly words: string
  readonly of: Condition
}

const table = fc.constantFrom<Table>('shop_left', 'shop_right')
const number = fc.integer({ min: 0, max: 3 })
const column = (alias: string, name: string): RawBuilder<never> => sql.ref(`${alias}.${name}`)

/** `let` because conditions hold queries and queries conditions. */
const { select, condition } = fc.letrec<{ select: Made<Things>; condition: MadeCondition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    number.map((n): MadeCondition => ({ words: `n>=${n}`, of: (_, alias) => sql`${column(alias, 'n')} >= ${n}` })),
    // Text that would swallow a condition put after it.
    number.map(
      (n): MadeCondition => ({ words: `n=${n} or true`, of: (_, alias) => sql`${column(alias, 'n')} = ${n} or 1 = 1` }),
    ),
    fc.tuple(tie('condition'), tie('condition')).map(
      ([a, b]): MadeCondition => ({
        words: `(${a.words} or ${b.words})`,
        of: (db, alias) => sql`(${a.of(db, alias)}) or (${b.of(db, alias)})`,
      }),
    ),
    tie('condition').map(
      (a): MadeCondition => ({ words: `not ${a.words}`, of: (db, alias) => sql`not (${a.of(db, alias)})` }),
    ),
    tie('select').map(
      (inner): MadeCondition => ({
        words: `id in (${inner.words})`,
        of: (db, alias) =>
          sql`${column(alias, 'id')} in ${inner.build(db).clearSelect().select(sql<string>`one.id`.as('id'))}`,
      }),
    ),
    fc.tuple(table, fc.boolean()).map(
      ([name, no]): MadeCondition => ({
        words: `${no ? 'not ' : ''}exists ${name}`,
        of: (db, alias) => {
          const found = db
            .selectFrom(name)
            .select('id')
            .where(sql<SqlBool>`${sql.ref(`${name}.ref`)} = ${column(alias, 'id')}`)
          return no ? sql`not exists ${found}` : sql`exists ${found}`
        },
      }),
    ),
  ),
  select: fc
    .record(
      {
        from: fc.oneof({ maxDepth: 2 }, table, tie('select')),
        join: fc.record({
          kind: fc.constantFrom('inner', 'left', 'right', 'full', 'cross'),
          to: fc.oneof({ maxDepth: 2 }, table, tie('select')),
        }),
        where: tie('condition'),
        expression: table,
      },
      { requiredKeys: ['from'] },
    )
    .map(({ from, join, where, expression }): Made<Things> => {
      const name = (source: Table | Made<Things>) => (typeof source === 'string' ? source : `(${source.words})`)
      return {
        words: [
          ...(expression === undefined ? [] : [`with mine as ${expression}`]),
          `from ${name(from)}`,
          ...(join === undefined ? [] : [`${join.kind} join ${name(join.to)}`]),
          ...(where === undefined ? [] : [`where ${where.words}`]),
        ].join(' '),
        build: (db) => selected(db, { from, join, where, expression }),
      }
    }),
}))

interface Parts {
  readonly from: Table | Made<Things>
  readonly join?: { readonly kind: string; readonly to: Table | Made<Things> } | undefined
  readonly where?: MadeCondition | undefined
  readonly expression?: Table | undefined
}

function selected(db: Kysely<Shelves>, { from, join, where, expression }: Parts): Things {
  // The builder's types follow every alias; what is made up here has none that they could follow.
  const source = (of: Table | Made<Things>, as: string) =>
    (typeof of === 'string' ? `${of} as ${as}` : of.build(db).as(as)) as never
  const root =
    expression === undefined
      ? db
      : (db.with('mine', (inner) =>
          inner.selectFrom(expression).select(['id', 'n', 'ref']),
        ) as unknown as Kysely<Shelves>)
  let query = root.selectFrom(source(from, 'one')) as unknown as Things
  const same = (on: { on(condition: Expression<SqlBool>): unknown }) => on.on(sql<SqlBool>`one.ref = two.id`)
  if (join !== undefined) {
    const to = source(join.to, 'two')
    const callback = same as never
    if (join.kind === 'inner') query = query.innerJoin(to, callback) as never
    if (join.kind === 'left') query = query.leftJoin(to, callback) as never
    if (join.kind === 'right') query = query.rightJoin(to, callback) as never
    if (join.kind === 'full') query = query.fullJoin(to, callback) as never
    if (join.kind === 'cross') query = query.crossJoin(to) as never
  }
  if (expression !== undefined)
    query = query.where(sql<SqlBool>`exists ${root.selectFrom('mine' as never).select(sql`1`.as('one'))}`)
  if (where !== undefined) query = query.where(where.of(db, 'one'))
  return query.select([sql<string>`one.id`.as('id'), sql<number>`one.n`.as('n'), sql<string>`one.ref`.as('ref')])
}

/** A branch of a union may have no `with` of its own. */
function nested(db: Kysely<Shelves>, query: Made<Things>): Things {
  return db.selectFrom(query.build(db).as('one')).selectAll() as unknown as Things
}

/** Selects of joins, subqueries, common table expressions and unions, nested in each other. */
const reads: fc.Arbitrary<Made<Pick<Things, 'execute'>>> = fc.oneof(
  select,
  fc.tuple(select, select).map(([a, b]) => ({
    words: `${a.words} union all ${b.words}`,
    build: (db: Kysely<Shelves>) => nested(db, a).unionAll(nested(db, b)),
  })),
)

/** Changes whose conditions and rows are such queries. */
const writes: fc.Arbitrary<Made<{ execute(): Promise<unknown> }>> = fc.oneof(
  fc.tuple(table, condition).map(([name, where]) => ({
    words: `update ${name} where ${where.words}`,
    build: (db: Kysely<Shelves>) => db.updateTable(name).set({ n: 9 }).where(where.of(db, name)),
  })),
  table.map((name) => ({
    words: `update all of ${name}`,
    build: (db: Kysely<Shelves>) => db.updateTable(name).set({ n: 8 }),
  })),
  fc.tuple(table, condition).map(([name, where]) => ({
    words: `delete from ${name} where ${where.words}`,
    build: (db: Kysely<Shelves>) => db.deleteFrom(name).where(where.of(db, name)),
  })),
)

const own = bind({ org: OWN, prefix: 'shop_', readOnly: false })
const SEED = { seed: 20_261_128 }

describe.each(['SQLite', 'PostgreSQL'] as const)('a database bound to an organisation, on %s', (store) => {
  let folder = ''
  /** Rows of both organisations. */
  let shared: Place
  /** Rows of one: what the bound database of `shared` must look like. */
  let alone: Place
  let db: Kysely<Shelves>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regie-bound-'))
    shared = await openPlace(store, join(folder, 'shared.db'))
    alone = await openPlace(store, join(folder, 'alone.db'))
    db = own.db(shared.db)
  })
  afterAll(async () => {
    await shared[Symbol.asyncDispose]()
    await alone[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  async function renew(): Promise<void> {
    await clear(shared.db)
    await clear(alone.db)
    await fill(shared.db, OWN)
    await fill(shared.db, OTHER)
    await fill(alone.db, OWN)
  }

  it('answers any query as if the rows of others were not there', async () => {
    await renew()
    await fc.assert(
      fc.asyncProperty(reads, async ({ build }) => {
        const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted()
        const expected = sorted(await build(alone.db).execute())
        expect(sorted(await build(db).execute())).toEqual(expected)
      }),
      { ...SEED, numRuns: 250 },
    )
  }, 60_000)

  it('changes what it would change if the rows of others were not there, and none of those', async () => {
    await renew()
    const others = await rowsOf(shared.db, OTHER)
    await fc.assert(
      fc.asyncProperty(writes, async ({ build }) => {
        await renew()
        await build(alone.db).execute()
        await build(db).execute()
        expect(await rowsOf(shared.db, OWN)).toEqual(await rowsOf(alone.db, OWN))
        expect(await rowsOf(shared.db, OTHER)).toEqual(others)
      }),
      { ...SEED, numRuns: 80 },
    )
  }, 60_000)
})
