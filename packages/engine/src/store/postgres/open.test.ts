import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { openDatabase } from '../open.ts'

let database: Database
const schema = `driver_${process.pid}`

beforeAll(async () => {
  const url = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  await using owner = await openDatabase({ kind: 'postgres', url, poolSize: 1 })
  await sql.raw(`create schema ${schema}`).execute(owner.kysely())
  database = await openDatabase({ kind: 'postgres', url, schema, poolSize: 4 })
  await sql`create table note (text text, n bigint)`.execute(database.kysely())
})

afterAll(async () => {
  await sql.raw(`drop schema ${schema} cascade`).execute(database.kysely())
  await database[Symbol.asyncDispose]()
})

/** Ends every connection of this schema but the one that asks, as a restart of the server does. */
async function cutConnections(): Promise<void> {
  const url = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  await using other = await openDatabase({ kind: 'postgres', url, poolSize: 1 })
  const { rows } = await sql<{ pid: number }>`
    select pid, pg_terminate_backend(pid, 5000) from pg_stat_activity
    where pid <> pg_backend_pid() and application_name = 'regie' and query like '%' || ${MARK} || '%'`.execute(
    other.kysely(),
  )
  expect(rows.length).toBeGreaterThan(0)
}

// Other tests are on the same server at the same time: ours are known by their last query.
const MARK = `mark_${process.pid}`
const mark = (): Promise<unknown> => sql.raw(`select 1 as ${MARK}`).execute(database.kysely())

it('reads integers up to 2^53 as numbers, and refuses larger ones', async () => {
  const { rows } = await sql`select ${sql.lit(2 ** 53 - 1)}::bigint as n`.execute(database.kysely())
  expect(rows).toEqual([{ n: 2 ** 53 - 1 }])
  const larger = sql`select 9007199254740993::bigint as n`.execute(database.kysely())
  await expect(larger).rejects.toMatchObject({ code: 'VALUE_UNSUPPORTED' })
  await mark()
})

it.each([
  ['a Date', new Date(0)],
  ['boolean', true],
  ['object', { a: 1 }],
  ['undefined', undefined],
])('refuses %s as a parameter', async (kind, value) => {
  const writing = sql`insert into note values (${value}, 1)`.execute(database.kysely())
  await expect(writing).rejects.toMatchObject({
    code: 'VALUE_UNSUPPORTED',
    message: expect.stringContaining(kind),
  })
})

it('lets Kysely look at the tables', async () => {
  const tables = await database.kysely().introspection.getTables()
  const note = tables.find((table) => table.schema === schema && table.name === 'note')
  expect(note?.columns.map(({ name, dataType }) => [name, dataType])).toEqual([
    ['text', 'text'],
    ['n', 'int8'],
  ])
})

it('connects again after the server has closed its idle connections', async () => {
  await Promise.all([mark(), mark(), mark()])
  await cutConnections()
  await Promise.all([mark(), mark(), mark(), mark()])
})

it('refuses a transaction whose connection the server has closed, keeps nothing, and goes on', async () => {
  const cut = database.transaction(async (tx) => {
    await sql`insert into note values ('lost', 1)`.execute(tx)
    await sql.raw(`select 1 as ${MARK}`).execute(tx)
    await cutConnections()
    await sql`insert into note values ('lost', 2)`.execute(tx)
  })
  await expect(cut).rejects.toThrow()
  const { rows } = await sql`select * from note`.execute(database.kysely())
  expect(rows).toEqual([])
})

it('names the place it cannot reach', async () => {
  const nobody = { kind: 'postgres', url: 'postgres://nobody@127.0.0.1:9/none' } as const
  await expect(openDatabase(nobody)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('127.0.0.1:9'),
  })
})
