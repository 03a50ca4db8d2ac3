import { expect, test } from 'vitest'
import { untilOf } from './until.tsx'

const NOW = Date.UTC(2026, 10, 28, 9)
const at = (text: string, zone: string) => untilOf({ choice: 'at', at: text }, NOW, zone)

test('an end that is typed is meant in the zone in which the console shows it', () => {
  expect(at('2026-11-28T09:30', 'Europe/Paris')).toBe('2026-11-28T08:30:00.000Z')
  expect(at('2026-07-01T09:30', 'Europe/Paris')).toBe('2026-07-01T07:30:00.000Z')
  expect(at('2026-11-28T09:30', 'America/New_York')).toBe('2026-11-28T14:30:00.000Z')
  expect(at('2026-11-28T09:30', 'Asia/Kathmandu')).toBe('2026-11-28T03:45:00.000Z')
})

test('a time that a change of the clock skips is as much later, one that it repeats is the earlier', () => {
  expect(at('2026-03-29T02:30', 'Europe/Paris')).toBe('2026-03-29T01:30:00.000Z')
  expect(at('2026-10-25T02:30', 'Europe/Paris')).toBe('2026-10-25T00:30:00.000Z')
  expect(at('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
})

test('a length counts from now, and what is not typed yet is no end', () => {
  expect(untilOf({ choice: 'hour', at: '' }, NOW, 'UTC')).toBe('2026-11-28T10:00:00.000Z')
  expect(untilOf({ choice: 'open', at: '' }, NOW, 'UTC')).toBeUndefined()
  expect(at('', 'UTC')).toBeUndefined()
})
