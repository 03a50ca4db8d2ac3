import { createEngine, job } from '@regie/engine'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { type OpenDatabase, openDatabase } from '../open.ts'
import { listenOn } from './notify.ts'

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

it('sends statements of one connection one after the other: the driver has nothing to warn of', async () => {
  const warnings: string[] = []
  const note = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`)
  process.on('warning', note)
  const work = job({ name: 'work', input: z.object({}), run: () => {} })
  const url = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  const source = { kind: 'postgres', url, schema, poolSize: 4 } as const
  const engine = await createEngine({ database: source, jobs: [work], queues: { default: { fair: true } } })
  try {
    await engine.migrate()
    // Fair queues ask for places on the loop's connection, which all callers share.
    await Promise.all(Array.from({ length: 20 }, () => engine.enqueue(work, {})))
    const order = await database
      .transaction(async (tx) => {
        const answers: number[] = []
        const ask = (n: number) =>
          sql`select pg_sleep(${n === 0 ? 0.05 : 0}), ${sql.lit(n)}::int as n`.execute(tx).then(() => answers.push(n))
        await Promise.all(Array.from({ length: 8 }, (_, n) => ask(n)))
        await expect(sql`select * from nowhere`.execute(tx)).rejects.toThrow('nowhere')
        throw Object.assign(new Error('enough'), { answers })
      })
      .catch((error) => error.answers)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  } finally {
    process.off('warning', note)
    await engine.stop()
  }
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

it('listens on one connection again when the first is cut as it begins to', async () => {
  const { handle } = database as Extract<OpenDatabase, { dialect: 'postgres' }>
  let connections = 0
  const connect = async (): ReturnType<typeof handle.connect> => {
    const client = await handle.connect()
    if (++connections === 1) client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
    return client
  }
  let heard = 0
  const stop = await listenOn({ ...handle, pool: handle.pool, connect }, 'cut', () => void heard++)
  await expect.poll(() => heard).toBe(1)
  await mark()
  expect(connections).toBe(2)
  await stop()
})

it('names the place it cannot reach', async () => {
  const nobody = { kind: 'postgres', url: 'postgres://nobody@127.0.0.1:9/none' } as const
  await expect(openDatabase(nobody)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('127.0.0.1:9'),
  })
})
