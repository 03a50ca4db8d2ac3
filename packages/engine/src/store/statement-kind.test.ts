import { expect, it } from 'vitest'
import { isRead } from './statement-kind.ts'

it.each([
  'select 1',
  '  SELECT * FROM t',
  '\n\tselect 1',
  'explain query plan delete from t',
  'pragma page_count',
  'PRAGMA data_version;',
  'pragma table_info(t)',
  'with a as (select 1) select * from a',
  'with recursive a as (select 1 union all select 2) select updated_at from a',
])('reads with %s', (statement) => {
  expect(isRead(statement)).toBe(true)
})

it.each([
  'insert into t values (1)',
  'update t set a = 1',
  'DELETE FROM t',
  'create table t (a)',
  'pragma max_page_count = 10',
  'with a as (select 1) insert into t select * from a',
  'with a as (delete from t returning *) select * from a',
  'WITH a AS (SELECT 1) UPDATE t SET a = 1',
  'vacuum',
])('does not take %s for a read', (statement) => {
  expect(isRead(statement)).toBe(false)
})
