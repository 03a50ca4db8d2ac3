import { expect, test } from 'vitest'
import { changeOf, merged } from './merge-patch.ts'

test('a change names what is replaced and what is removed, and leaves the rest of each input as it is', () => {
  const before = { id: 1, to: { city: 'Lyon', street: '' }, tags: ['a'], old: true }
  const after = { id: 1, to: { city: 'Lyon', street: '4 rue Neuve' }, tags: ['a', 'b'] }
  const change = { to: { street: '4 rue Neuve' }, tags: ['a', 'b'], old: null }
  expect(changeOf(before, after)).toEqual(change)
  expect(merged(before, change)).toEqual(after)
  expect(merged({ id: 2, to: 'nowhere' }, change)).toEqual({ id: 2, to: { street: '4 rue Neuve' }, tags: ['a', 'b'] })
  expect(merged(before, {})).toEqual(before)
  expect(merged([1], { a: { b: null } })).toEqual({ a: {} })
})
