import type { ConformanceStore } from '@regie/engine/testing'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** The server of the tests: a database for each file, because notifications reach a whole one, and a schema for each test. */
export function postgresStore(): ConformanceStore {
  const server = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  const name = `regie_conformance_${process.pid}`
  const url = new URL(server)
  url.pathname = `/${name}`
  const query = async (place: string, sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: place, application_name: 'tests' })
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  beforeAll(async () => {
    await query(server, `create database ${name}`)
    // What survives a crash is proved elsewhere; here each of thousands of commits would wait for the disk.
    await query(server, `alter database ${name} set synchronous_commit = off`)
  })
  afterAll(() => query(server, `drop database ${name} with (force)`))
  let count = 0
  return {
    name: 'PostgreSQL',
    async openSource() {
      const schema = `test_${++count}`
      await query(url.href, `create schema ${schema}`)
      return {
        source: { kind: 'postgres', url: url.href, schema, poolSize: 5 },
        close: () => query(url.href, `drop schema ${schema} cascade`),
      }
    },
  }
}
