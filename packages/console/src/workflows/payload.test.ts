import { expect, test } from 'vitest'
import { blankOf, descriptionOf, exampleOf } from './payload.ts'

test('a payload begins with what the app gave as an example or default', () => {
  expect(exampleOf({ type: 'object', properties: {}, examples: [{ by: 'Ada' }] })).toEqual({ by: 'Ada' })
  expect(exampleOf({ type: 'string', default: 'later' })).toBe('later')
})

test('without an example it has the shape of the schema, with what is required', () => {
  const schema = {
    type: 'object',
    properties: {
      by: { type: 'string' },
      at: { type: 'object', properties: { floor: { type: 'integer' } }, required: ['floor'] },
      verdict: { enum: ['yes', 'no'] },
      note: { type: 'string' },
    },
    required: ['by', 'at', 'verdict'],
  }
  expect(exampleOf(schema)).toEqual({ by: '', at: { floor: 0 }, verdict: 'yes' })
  expect(exampleOf({ type: 'string', format: 'uuid' })).toMatch(/^[0-9a-f-]{36}$/)
  expect(exampleOf({ type: 'string', minLength: 3 })).toHaveLength(3)
  expect(exampleOf(undefined)).toEqual({})
})

test('a value to be filled in has what is required, empty, and nothing of an example', () => {
  const by = { type: 'string', examples: ['Ada'] }
  expect(blankOf({ type: 'object', properties: { by, note: by }, required: ['by'] })).toEqual({ by: null })
  expect(blankOf({ type: 'integer', default: 3 })).toBeNull()
  expect(blankOf(undefined)).toEqual({})
})

test('what the app says of it is its description', () => {
  expect(descriptionOf({ description: 'Who approves' })).toBe('Who approves')
  expect(descriptionOf({})).toBeUndefined()
})
