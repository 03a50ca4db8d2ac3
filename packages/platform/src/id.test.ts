import { expect, test } from 'vitest'
import { newId, orderedIds } from './id.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDv7 in the order of their instants', () => {
  const ids = [1, 1_000, 1_900_000_000_000].map(newId)
  for (const id of ids) expect(id).toMatch(UUID_V7)
  expect(ids.toSorted()).toEqual(ids)
})

test('ordered ids grow within a millisecond, for thousands of them, and when the clock goes back', () => {
  const next = orderedIds()
  const ids = Array.from({ length: 10_000 }, (_, index) => next(index < 9_000 ? 1_000 : 500))
  for (const id of ids) expect(id).toMatch(UUID_V7)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(10_000)
})
