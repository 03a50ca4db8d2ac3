import { expect, test } from 'vitest'
import { figuresFor } from './figures.ts'

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')
const now = Date.UTC(2026, 10, 28, 12)

test('instants stand in the zone of the organisation, with its name', () => {
  expect(figuresFor('en', 'Europe/Paris').full(now)).toContain('13:00:00')
  expect(figuresFor('en', 'UTC').full(now)).toContain('UTC')
})

test('distances are spoken in the language', () => {
  expect(plain(figuresFor('fr', 'UTC').ago(now - 7_200_000, now))).toBe('il y a 2 h')
  expect(plain(figuresFor('en', 'UTC').ago(now + 240_000, now))).toBe('in 4 min')
  expect(plain(figuresFor('en', 'UTC').ago(now - 7_200_000, now))).toBe('2 h ago')
  expect(plain(figuresFor('en', 'UTC').ago(now - 86_400_000, now))).toBe('yesterday')
  expect(plain(figuresFor('fr', 'UTC').ago(now + 7 * 86_400_000 - 900, now))).toBe('dans 7 j')
})

test('days are those of the calendar in the zone, also where one is shorter or longer', () => {
  const paris = figuresFor('fr', 'Europe/Paris')
  const saturday = Date.parse('2026-11-28T20:00:00+01:00')
  const monday = Date.parse('2026-11-30T07:00:00+01:00')
  expect(paris.ago(monday, saturday)).toBe('après-demain')
  expect(paris.ago(saturday, monday)).toBe('avant-hier')
  expect(plain(figuresFor('en', 'Europe/Paris').ago(monday, saturday))).toBe('in 2 days')
  // Seen from Auckland it is Sunday already.
  expect(figuresFor('en', 'Pacific/Auckland').ago(monday, saturday)).toBe('tomorrow')
  const beforeSummer = Date.parse('2026-03-28T08:00:00+01:00')
  expect(paris.ago(Date.parse('2026-03-30T08:00:00+02:00'), beforeSummer)).toBe('après-demain')
  const beforeWinter = Date.parse('2026-10-24T23:30:00+02:00')
  expect(paris.ago(Date.parse('2026-10-26T00:15:00+01:00'), beforeWinter)).toBe('après-demain')
  const longDay = Date.parse('2026-10-25T00:05:00+02:00')
  expect(plain(paris.ago(Date.parse('2026-10-25T23:30:00+01:00'), longDay))).toBe('dans 24 h')
})

test('a pace is said in the unit it is a whole number of', () => {
  const [english, french] = [figuresFor('en', 'UTC'), figuresFor('fr', 'UTC')]
  const both = (ms: number) => [english.per(ms), french.per(ms)].map(plain)
  expect(both(60_000)).toEqual(['per minute', 'par minute'])
  expect(both(86_400_000)).toEqual(['per day', 'par jour'])
  expect(both(300_000)).toEqual(['every 5 minutes', 'toutes les 5 minutes'])
  expect(both(172_800_000)).toEqual(['every 2 days', 'tous les 2 jours'])
  expect(both(90_000)).toEqual(['every 90 seconds', 'toutes les 90 secondes'])
  expect(both(250)).toEqual(['every 250 milliseconds', 'toutes les 250 millisecondes'])
})

test('the first of a month is an ordinal in French only', () => {
  const instant = Date.UTC(2026, 11, 1, 9)
  expect(figuresFor('fr', 'UTC').full(instant)).toMatch(/^1er déc/)
  expect(figuresFor('en', 'UTC').full(instant)).toMatch(/^1 Dec/)
})

test('numbers, sizes and durations are written as the language has them', () => {
  expect(plain(figuresFor('fr', 'UTC').count(12_345))).toBe('12 345')
  expect(plain(figuresFor('en', 'UTC').count(12_345))).toBe('12,345')
  expect(plain(figuresFor('en', 'UTC').size(3_400_000))).toBe('3.4 MB')
  expect(plain(figuresFor('en', 'UTC').duration(1_234))).toBe('1.2 s')
  expect(plain(figuresFor('en', 'UTC').duration(300_000))).toBe('5 min')
  expect(plain(figuresFor('fr', 'UTC').duration(43_200_000))).toBe('12 h')
})
