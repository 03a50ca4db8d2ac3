import { expect, it } from 'vitest'
import { toJson } from './json.ts'
import { fromNow, localTime, spell, spellBytes } from './time.ts'

it('tells an instant as the clock on the wall', () => {
  const instant = new Date(2026, 2, 1, 9, 5, 7).getTime()
  expect(localTime(instant)).toBe('2026-03-01 09:05:07')
})

it.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [3_400, '3.4 s'],
  [61_000, '1 min'],
  [5_400_000, '1.5 h'],
  [172_800_000, '2 d'],
])('spells %i ms as %s', (length, words) => {
  expect(spell(length)).toBe(words)
  expect(fromNow(1_000_000, 1_000_000 + length)).toBe(`${words} ago`)
})

it('looks ahead', () => {
  expect(fromNow(7_200_000, 0)).toBe('in 2 h')
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [20_374, '20 kB'],
  [3_400_000, '3.4 MB'],
])('spells %i bytes as %s', (bytes, words) => {
  expect(spellBytes(bytes)).toBe(words)
})

it('writes instants in ISO 8601 and leaves inputs and results alone', () => {
  const run = {
    id: 1,
    createdAt: 0,
    attempts: [{ startedAt: 1 }],
    input: { sentAt: 5 },
    result: { slot: 6 },
    durationMs: 3,
  }
  expect(JSON.parse(toJson({ run, slots: [0, 1], nextSlot: 2, lastSlot: { slot: 3 }, format: 4 }))).toEqual({
    run: { ...run, createdAt: '1970-01-01T00:00:00.000Z', attempts: [{ startedAt: '1970-01-01T00:00:00.001Z' }] },
    slots: ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.001Z'],
    nextSlot: '1970-01-01T00:00:00.002Z',
    lastSlot: { slot: '1970-01-01T00:00:00.003Z' },
    format: 4,
  })
})
