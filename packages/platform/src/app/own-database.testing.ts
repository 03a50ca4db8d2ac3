import { randomUUID } from 'node:crypto'
import { openDatabase } from '@regie/engine'
import { sql } from 'kysely'

/** A new PostgreSQL database, and what removes it. */
export interface OwnDatabase {
  readonly url: string
  remove(): Promise<void>
}

/** Makes an empty database on the server of the tests: processes that shared one would wake and rescue each other. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const url = new URL(process.env.REGIE_TEST_POSTGRES_URL ?? '')
  const name = `platform_${randomUUID().replaceAll('-', '')}`
  const onServer = async (statement: ReturnType<typeof sql>) => {
    await using server = await openDatabase({ kind: 'postgres', url: process.env.REGIE_TEST_POSTGRES_URL ?? '' })
    await statement.execute(server.kysely())
  }
  await onServer(sql`create database ${sql.id(name)}`)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(sql`drop database ${sql.id(name)} with (force)`) }
}
