import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { openDatabase } from '../open.ts'

let folder: string
let path: string
let database: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-writer-'))
  path = join(folder, 'test.sqlite')
  database = await openDatabase({ kind: 'sqlite', path }, { busyMs: 60 })
  await run('create table parent (id integer primary key)')
  await run(
    'create table child (id integer primary key, parent integer references parent deferrable initially deferred)',
  )
  await run('create table note (text text)')
})

afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function run(statement: string): Promise<unknown> {
  return sql.raw(statement).execute(database.kysely())
}

function write(statement: string): Promise<unknown> {
  return database.transaction((tx) => sql.raw(statement).execute(tx))
}

async function count(table: 'note' | 'child'): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(database.kysely())
  return Number(rows[0]?.n)
}

function outcomesOf(settled: readonly PromiseSettledResult<unknown>[]): string {
  return settled.map(({ status }) => (status === 'fulfilled' ? '+' : '-')).join('')
}

it('lets only the caller fail whose foreign key is found broken at the commit that others share', async () => {
  const writes = ['note values (1)', 'child values (1, 99)', 'note values (2)', 'note values (3)']
  const settled = await Promise.allSettled(writes.map((values) => run(`insert into ${values}`)))
  expect(outcomesOf(settled)).toBe('+-++')
  expect([await count('note'), await count('child')]).toEqual([3, 0])
})

it('lets only the caller fail whose statement is refused', async () => {
  const writes = ['note values (1)', 'nowhere values (1)', 'note values (2)']
  const settled = await Promise.allSettled(writes.map((values) => write(`insert into ${values}`)))
  expect(outcomesOf(settled)).toBe('+-+')
  expect(await count('note')).toBe(2)
})

it('rolls a transaction back that lasts too long, and lets those behind it in', async () => {
  const slow = database.transaction(
    async (tx) => {
      await sql`insert into note values ('slow')`.execute(tx)
      await behind
      return sql`insert into note values ('slow')`.execute(tx)
    },
    { timeoutMs: 20 },
  )
  const behind = run("insert into note values ('behind')")
  await expect(slow).rejects.toMatchObject({ code: 'TRANSACTION_TIMEOUT' })
  await behind
  expect(await count('note')).toBe(1)
})

it('tells everyone when the disk is full, keeps nothing of their writes, and goes on once there is room', async () => {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.kysely())
  await run(`pragma max_page_count = ${Number(rows[0]?.page_count) + 3}`)
  const large = `insert into note values ('${'x'.repeat(50_000)}')`
  const settled = await Promise.allSettled([write(large), run(large), write(large), run(large)])
  expect(outcomesOf(settled)).toBe('----')
  for (const each of settled) expect(String(each.status === 'rejected' && each.reason)).toMatch(/full/)
  expect(await count('note')).toBe(0)
  await run('pragma max_page_count = 1000000')
  await Promise.all([write(large), run(large)])
  expect(await count('note')).toBe(2)
})

it('opens while another process writes', async () => {
  const other = new DatabaseSync(path)
  other.exec("begin immediate; insert into note values ('theirs')")
  try {
    await using again = await openDatabase({ kind: 'sqlite', path })
    const { rows } = await sql<{ n: number }>`select count(*) as n from note`.execute(again.kysely())
    expect(Number(rows[0]?.n)).toBe(0)
  } finally {
    other.close()
  }
})

it('waits while another process writes, and goes on when it is done', async () => {
  const other = new DatabaseSync(path)
  other.exec("begin immediate; insert into note values ('other')")
  const writing = run("insert into note values ('ours')")
  await new Promise((resolve) => setImmediate(resolve))
  expect(await count('note')).toBe(0)
  other.exec('commit')
  other.close()
  await writing
  expect(await count('note')).toBe(2)
})

it('gives up with STORE_BUSY when another process does not let go, and works again afterwards', async () => {
  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  const settled = await Promise.allSettled([run('insert into note values (1)'), write('insert into note values (2)')])
  expect(settled).toMatchObject([{ reason: { code: 'STORE_BUSY' } }, { reason: { code: 'STORE_BUSY' } }])
  other.exec('rollback')
  other.close()
  await run('insert into note values (3)')
  expect(await count('note')).toBe(1)
})

it('finishes what was asked of it before it closes, and refuses what comes later', async () => {
  const writes = Array.from({ length: 50 }, (_, n) => run(`insert into note values (${n})`))
  // Kysely hands a statement over a few promises later; the group begins in the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
  const closing = database[Symbol.asyncDispose]()
  const settled = await Promise.allSettled(writes)
  await closing
  await expect(run('insert into note values (99)')).rejects.toMatchObject({ code: 'ENGINE_STOPPED' })
  const reopened = new DatabaseSync(path)
  const kept = Number(reopened.prepare('select count(*) as n from note').get()?.n)
  reopened.close()
  expect(kept).toBe(settled.filter(({ status }) => status === 'fulfilled').length)
  expect(kept).toBe(50)
})
