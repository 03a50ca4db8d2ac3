import { randomUUID } from 'node:crypto'
import { createPlatform, parseConfig } from '@regie/platform'
import { sql } from 'kysely'

/** A new PostgreSQL database, and what removes it. */
export interface OwnDatabase {
  readonly url: string
  remove(): Promise<void>
}

/** Makes an empty database on the server of the tests: processes on one database would wake and rescue each other. */
export async function ownDatabase(folder: string): Promise<OwnDatabase> {
  const server = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  const name = `quotes_${randomUUID().replaceAll('-', '')}`
  await onServer(folder, server, sql`create database ${sql.id(name)}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(folder, server, sql`drop database ${sql.id(name)} with (force)`) }
}

async function onServer(folder: string, url: string, statement: ReturnType<typeof sql>): Promise<void> {
  const config = parseConfig({ DATABASE_URL: url, REGIE_DATA_DIR: folder, REGIE_LOG_LEVEL: 'error' })
  await using platform = await createPlatform({ config, apps: [] })
  await statement.execute(platform.database.kysely())
}
