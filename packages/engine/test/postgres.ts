import type { ConformanceStore } from '@regie/engine/testing'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

// Making the tables takes longer than most tests: they are emptied instead, and what a test has added is dropped.
const EMPTY = `
  do $$ declare name text; filled boolean; begin
    for name in select tablename from pg_tables where schemaname = current_schema() loop
      if name like 'engine\\_%' then
        execute format('select exists (select from %I)', name) into filled;
        if filled then execute format('truncate %I', name); end if;
      elsif name <> 'regie_migration' then execute format('drop table %I cascade', name);
      end if;
    end loop;
    if to_regclass('regie_migration') is not null then delete from regie_migration where owner <> 'engine'; end if;
  end $$`

/** The server of the tests: a database for each file, because notifications reach all of one, emptied before each test. */
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
  return {
    name: 'PostgreSQL',
    async openSource() {
      await query(url.href, EMPTY)
      return { source: { kind: 'postgres', url: url.href, poolSize: 5 }, close: async () => {} }
    },
  }
}
