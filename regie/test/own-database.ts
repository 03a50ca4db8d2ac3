import { randomUUID } from 'node:crypto'
import { openDatabase } from '@regie/engine'
import { sql } from 'kysely'

/** A new PostgreSQL database, and what removes it. */
export interface OwnDatabase {
  readonly url: string
  remove(): Promise<void>
}

/** An empty database on the server of the tests: processes on one database would wake and rescue each other. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const server = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  const name = `regie_${randomUUID().replaceAll('-', '')}`
  const onServer = async (statement: ReturnType<typeof sql>): Promise<void> => {
    await using database = await openDatabase({ kind: 'postgres', url: server, poolSize: 1 })
    await statement.execute(database.kysely())
  }
  await onServer(sql`create database ${sql.id(name)}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(sql`drop database ${sql.id(name)} with (force)`) }
}
