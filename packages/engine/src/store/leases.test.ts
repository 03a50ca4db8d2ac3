import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { DatabaseSource } from './database.ts'
import { readLeases, writeLeases } from './leases.ts'
import { migrate } from './migrate.ts'
import { engineMigrations } from './migrations/index.ts'
import { openDatabase } from './open.ts'
import type { EngineTables } from './schema.ts'
import { isPostgres } from './tables.ts'

async function emptyPlace(kind: DatabaseSource['kind']): Promise<DatabaseSource> {
  if (kind === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'regie-leases-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    return { kind, path: join(folder, 'leases.db') }
  }
  const [url, schema] = [process.env.REGIE_TEST_POSTGRES_URL ?? '', `leases_${process.pid}`]
  const tell = async (statement: string): Promise<void> => {
    await using owner = await openDatabase({ kind, url, poolSize: 1 })
    await sql.raw(statement).execute(owner.kysely())
  }
  await tell(`create schema ${schema}`)
  onTestFinished(() => tell(`drop schema ${schema} cascade`))
  return { kind, url, schema, poolSize: 2 }
}

test.for(['sqlite', 'postgres'] as const)('a worker rewrites and deletes no lease but its own, on %s', async (kind) => {
  await using database = await openDatabase(await emptyPlace(kind))
  await migrate(database, [engineMigrations(kind)])
  const db = database.kysely<EngineTables>()
  const two = isPostgres(db) ? sql<string>`array[1, 2]` : sql<string>`'[1,2]'`
  const lease = { queue: 'default', claimed_at: 0, ids: two, attempts: two }
  await db
    .insertInto('engine_lease')
    .values([1, 2, 3, 4].map((id) => ({ id, worker: id % 2, ...lease })))
    .execute()
  const rests = [1, 2].map((id) => ({ id, ids: [2], attempts: [2] }))
  const gone = [3, 4].map((id) => ({ id, ids: [], attempts: [] }))
  await database.transaction<void, EngineTables>((tx) => writeLeases(tx, [...rests, ...gone], 1))
  expect((await readLeases(db)).map(({ id, ids }) => [id, ids])).toEqual([
    [1, [2]],
    [2, [1, 2]],
    [4, [1, 2]],
  ])
})
