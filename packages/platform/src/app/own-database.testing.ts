import { randomUUID } from 'node:crypto'
import { type Database, engineMigrations, migrate, openDatabase } from '@regie/engine'
import { sql } from 'kysely'
import { platformMigrations } from '../migrations/index.ts'
import { emptyTables, shapeOf } from './store/emptied.testing.ts'

/** A PostgreSQL database that nobody else uses, and what gives it back. */
export interface OwnDatabase {
  readonly url: string
  remove(): Promise<void>
}

// Of all processes of one run of the tests; another run at the same server has its own.
const PREFIX = process.env.REGIE_TEST_POSTGRES_POOL
// Any constant will do, as long as nothing else takes it.
const LOCKS = 0x706f6f6c

/**
 * A database without rows, with the tables of the engine and the platform, on the server of the tests: processes that shared
 * one would wake and rescue each other. It is one that an earlier test is done with, emptied: making a new one with its tables
 * takes some 500 ms. Whatever that test changed in its shape makes it be thrown away. `blank`: a new one without tables.
 */
export async function ownDatabase({ blank = false }: { readonly blank?: boolean } = {}): Promise<OwnDatabase> {
  if (blank || PREFIX === undefined) return newDatabase()
  const ended = Promise.withResolvers<void>()
  const claimed = Promise.withResolvers<string>()
  const server = await openDatabase({ kind: 'postgres', url: serverUrl(), poolSize: 1 })
  // A lock of its session: whoever is killed gives its database back, too.
  const held = server
    .kysely()
    .connection()
    .execute(async (connection) => {
      for (let place = 0; ; place += 1) {
        const { rows } = await sql<{ free: boolean }>`
          select pg_try_advisory_lock(${LOCKS}, ${place}::int) as free`.execute(connection)
        if (rows[0]?.free !== true) continue
        const name = `${PREFIX}_${place}`
        if (!(await isReady(name))) await makeReady(name)
        claimed.resolve(urlOf(name))
        return ended.promise
      }
    })
  held.catch(claimed.reject)
  return {
    url: await claimed.promise,
    async remove() {
      ended.resolve()
      await held
      await server[Symbol.asyncDispose]()
    },
  }
}

async function newDatabase(): Promise<OwnDatabase> {
  const name = `platform_${randomUUID().replaceAll('-', '')}`
  await onServer(sql`create database ${sql.id(name)}`)
  return { url: urlOf(name), remove: () => onServer(sql`drop database ${sql.id(name)} with (force)`) }
}

/** True when the database was there and could be emptied. */
async function isReady(name: string): Promise<boolean> {
  await using server = await openDatabase({ kind: 'postgres', url: serverUrl(), poolSize: 1 })
  const { rows } = await sql<{ shape: string | null }>`
    select shobj_description(oid, 'pg_database') as shape,
      (select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = ${name}) as ended
    from pg_database where datname = ${name}`.execute(server.kysely())
  const shape = rows[0]?.shape
  if (shape === undefined || shape === null) return false
  await using database = await openDatabase({ kind: 'postgres', url: urlOf(name), poolSize: 1 })
  await emptyTables(database)
  return (await shapeOf(database)) === shape
}

async function makeReady(name: string): Promise<void> {
  await onServer(sql`drop database if exists ${sql.id(name)} with (force)`)
  await onServer(sql`create database ${sql.id(name)}`)
  await using database = await openDatabase({ kind: 'postgres', url: urlOf(name), poolSize: 1 })
  await migrate(database, [engineMigrations(database.dialect), platformMigrations])
  const shape = await shapeOf(database)
  // Written last: without it the database is made anew.
  await onServer(sql`comment on database ${sql.id(name)} is ${sql.lit(shape)}`)
}

async function onServer(statement: ReturnType<typeof sql>): Promise<void> {
  await using server: Database & AsyncDisposable = await openDatabase({
    kind: 'postgres',
    url: serverUrl(),
    poolSize: 1,
  })
  await statement.execute(server.kysely())
}

function serverUrl(): string {
  return process.env.REGIE_TEST_POSTGRES_URL ?? ''
}

function urlOf(name: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  return url.href
}
