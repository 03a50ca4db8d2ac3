import { expect, test } from 'vitest'
import { daysFrom, startOfWeek } from './days.ts'

const iso = (at: number): string => new Date(at).toISOString()

test('a week begins on Monday at midnight of the zone', () => {
  expect(iso(startOfWeek(Date.UTC(2026, 10, 28, 7), 'Europe/Paris'))).toBe('2026-11-22T23:00:00.000Z')
  expect(iso(startOfWeek(Date.UTC(2026, 10, 23, 0, 30), 'America/New_York'))).toBe('2026-11-16T05:00:00.000Z')
})

test('days follow each other without a gap over a change of the clock', () => {
  const monday = startOfWeek(Date.UTC(2026, 9, 22), 'Europe/Paris')
  const days = daysFrom(monday, 0, 8, 'Europe/Paris')
  expect(days.map(({ start, end }) => (end - start) / 3_600_000)).toEqual([24, 24, 24, 24, 24, 24, 25, 24])
  expect(days.slice(1).every(({ start }, index) => start === days[index]?.end)).toBe(true)
  const spring = daysFrom(startOfWeek(Date.UTC(2026, 2, 26), 'Europe/Paris'), -7, 21, 'Europe/Paris')
  expect(spring.filter(({ start, end }) => end - start === 23 * 3_600_000)).toHaveLength(1)
})

test('a zone whose clock skips midnight still has whole days', () => {
  const days = daysFrom(startOfWeek(Date.UTC(2024, 8, 5), 'America/Santiago'), 0, 14, 'America/Santiago')
  expect(days.slice(1).every(({ start }, index) => start === days[index]?.end)).toBe(true)
  expect(days.some(({ start, end }) => end - start === 23 * 3_600_000)).toBe(true)
})
