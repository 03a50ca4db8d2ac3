import type { ConformanceStore } from '@regie/engine/testing'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

// Making the tables takes longer than most tests: they are emptied instead, and what a test has added is dropped.
const EMPTY = `
  do $$ declare name text; filled boolean; begin
    for name in select tablename from pg_tables where schemaname = current_schema() loop
      if name = 'engine_event_order' then update engine_event_order set shift = 0;
      elsif name like 'engine\\_%' then
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
  const [keeper, emptier] = [server, url.href].map((place) => new pg.Client({ connectionString: place }))
  beforeAll(async () => {
    await keeper?.connect()
    // Whoever had this process's number before may have been killed half-way.
    await keeper?.query(`drop database if exists ${name} with (force)`)
    await keeper?.query(`create database ${name}`)
    // What survives a crash is proved elsewhere; here each of thousands of commits would wait for the disk.
    await keeper?.query(`alter database ${name} set synchronous_commit = off`)
    await emptier?.connect()
  })
  afterAll(async () => {
    await emptier?.end()
    await keeper?.query(`drop database ${name} with (force)`)
    await keeper?.end()
  })
  return {
    name: 'PostgreSQL',
    async openSource() {
      await emptier?.query(EMPTY)
      return { source: { kind: 'postgres', url: url.href, poolSize: 5 }, close: async () => {} }
    },
  }
}
