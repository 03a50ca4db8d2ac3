import { expect, test } from 'vitest'
import { inSight } from './in-sight.ts'

test('of a list that is followed the last lines are drawn, wherever it was scrolled to', () => {
  expect(inSight(50_000, { top: 0, height: 240, follows: true })).toEqual({ first: 49_969, end: 50_000 })
})

test('of one that stands still those in sight are drawn, and a few beyond', () => {
  expect(inSight(50_000, { top: 24_000, height: 240, follows: false })).toEqual({ first: 980, end: 1_031 })
})

test('a short list is drawn whole, and of an empty one nothing', () => {
  expect(inSight(3, { top: 0, height: 240, follows: true })).toEqual({ first: 0, end: 3 })
  expect(inSight(0, { top: 0, height: 240, follows: true })).toEqual({ first: 0, end: 0 })
})

test('a list that became shorter than where it was scrolled to shows its end', () => {
  expect(inSight(100, { top: 24_000, height: 240, follows: false })).toEqual({ first: 69, end: 100 })
})
