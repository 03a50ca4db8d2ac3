import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { Statements } from './statements.ts'

function openStatements(): Statements {
  const database = new DatabaseSync(':memory:')
  database.exec('create table t (a, b)')
  return new Statements(database)
}

it('prepares a text once and gives the same statement again', () => {
  const statements = openStatements()
  expect(statements.prepare('select a from t')).toBe(statements.prepare('select a from t'))
})

it('forgets the oldest texts, so that ever new ones do not fill the memory', () => {
  const statements = openStatements()
  const first = statements.prepare('select 0')
  const kept = statements.prepare('select 1')
  for (let n = 2; n <= 400; n++) statements.prepare(`select ${n}`)
  expect(statements.prepare('select 1')).toBe(kept)
  expect(statements.prepare('select 0')).not.toBe(first)
})

it('answers with rows where there are some, and with changes and the last id where there are none', () => {
  const statements = openStatements()
  expect(statements.execute('insert into t values (?, ?)', [1, 'x'])).toEqual({ rows: [], changes: 1, lastId: 1 })
  expect(statements.execute('select a, b from t', []).rows).toEqual([{ a: 1, b: 'x' }])
  expect(statements.execute('update t set a = ? returning a', [2]).rows).toEqual([{ a: 2 }])
})

it.each([
  ['a Date', new Date(0)],
  ['undefined', undefined],
  ['boolean', true],
  ['object', { a: 1 }],
  ['number', Number.NaN],
])('refuses %s as a parameter', (kind, value) => {
  const statements = openStatements()
  expect(() => statements.execute('insert into t values (?, 1)', [value])).toThrow(
    expect.objectContaining({ code: 'VALUE_UNSUPPORTED', message: expect.stringContaining(kind) }),
  )
  expect(statements.execute('select * from t', []).rows).toEqual([])
})
