import { expect, test } from 'vitest'
import { fieldOf, issueText } from './issue.ts'
import { issueWords } from './issue-words.ts'

const said = (code: string, wants: object) =>
  issueText({ path: 'x', code, message: 'raw words', wants }, issueWords.en, String)

test('common faults are told in plain words by their codes, unusual ones as the server tells them', () => {
  expect(said('too_small', { kind: 'array', least: 1 })).toBe('choose at least one')
  expect(said('invalid_type', { kind: 'string', absent: true })).toBe('fill this in')
  expect(said('too_small', { kind: 'string', least: 1 })).toBe('fill this in')
  expect(said('too_small', { kind: 'string', least: 12 })).toBe('too short, at least 12 characters')
  expect(said('too_big', { kind: 'string', most: 120 })).toBe('too long, at most 120 characters')
  expect(said('too_big', { kind: 'number', most: 200 })).toBe('at most 200')
  expect(said('invalid_format', { format: 'email' })).toBe('this is not an e-mail address')
  expect(said('invalid_type', { kind: 'number' })).toBe('this is not a number')
  expect(said('invalid_value', {})).toBe('choose one of those offered')
  expect(said('invalid_value', { choices: ['fr', 'en'] })).toBe('this is none of fr, en')
  expect(said('invalid_format', { format: 'uuid' })).toBe('an identifier (UUID) is expected')
  expect(said('invalid_format', { format: 'cidrv4' })).toBe('this does not have the expected form')
  expect(said('weak', { kind: 'string', least: 12 })).toBe('too short, at least 12 characters')
  expect(said('weak', {})).toContain('easy to guess')
  expect(said('custom', {})).toBe('raw words')
})

test('a refused field is called as on the page, and never as in the API where the page has no such field', () => {
  const labels = { reason: 'Why', roles: 'Roles', input: 'Input', 'lines.1.unit': 'Unit' }
  const called = (path: string) => fieldOf({ path }, labels)
  expect(called('reason')).toEqual({ name: 'reason', label: 'Why' })
  expect(called('roles.0')).toEqual({ name: 'roles', label: 'Roles' })
  expect(called('input.address.city')).toEqual({ name: 'input', label: 'Input · address · city' })
  expect(called('lines.1.unit')).toEqual({ name: 'lines.1.unit', label: 'Unit' })
  expect(called('lines.0.unit')).toBeUndefined()
  expect(called('expiresInDays')).toBeUndefined()
})
