import { expect, test } from 'vitest'
import { z } from 'zod'
import { messageOf } from './messages.ts'

const said = (schema: z.ZodType, input: unknown): string | undefined =>
  schema.safeParse(input, { error: messageOf }).error?.issues[0]?.message

test.each([
  [z.string(), undefined, 'Is missing.'],
  [z.string(), 3, 'Must be a text.'],
  [z.coerce.number(), 'abc', 'Must be a number.'],
  [z.int(), 1.5, 'Must be a whole number.'],
  [z.boolean(), 'yes', 'Must be true or false.'],
  [z.array(z.string()), {}, 'Must be a list.'],
  [z.array(z.string()).min(1), [], 'Must not be empty.'],
  [z.array(z.int()).max(2), [1, 2, 3], 'Must have at most 2 entries.'],
  [z.string().min(1), '', 'Must not be empty.'],
  [z.string().min(12), 'short', 'Must have at least 12 characters.'],
  [z.string().max(1), 'ab', 'Must have at most 1 character.'],
  [z.number().min(0), -1, 'Must be at least 0.'],
  [z.number().positive(), 0, 'Must be more than 0.'],
  [z.number().lt(5), 5, 'Must be less than 5.'],
  [z.number().multipleOf(5), 4, 'Must be a multiple of 5.'],
  [z.enum(['low', 'high']), 'middle', 'Must be low or high.'],
  [z.enum(['low', 'high']), undefined, 'Is missing.'],
  [z.union([z.string(), z.number()]), undefined, 'Is missing.'],
  [z.email(), 'ada', 'Must be an e-mail address.'],
  [z.uuid(), '7', 'Must be an id such as 0199e5a0-7c3e-7000-8000-000000000000.'],
  [z.iso.datetime(), 'today', 'Must be an instant such as 2026-11-28T09:30:00Z.'],
  [z.string().regex(/^\d{6}$/), 'x', 'Must be of the form /^\\d{6}$/.'],
])('%# what is wrong is said plainly: %3$s', (schema, input, message) => {
  expect(said(schema, input)).toBe(message)
})

test('what a schema says itself stands', () => {
  expect(said(z.string().min(12, 'A password has at least 12 characters.'), 'x')).toBe(
    'A password has at least 12 characters.',
  )
})
