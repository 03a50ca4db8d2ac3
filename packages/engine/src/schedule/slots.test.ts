import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { nextSlot, nextSlots, periodMs, previousSlot } from './slots.ts'
import { parseInterval, parseTimetable } from './slots-timetable.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// In Paris 2026, clocks go from 02:00 to 03:00 on 29 March at 01:00 UTC, and from 03:00 to 02:00 on 25 October at 01:00 UTC.
function parisSlots(expression: string, from: string, to: string): readonly string[] {
  const cron = parseCron(expression, 'Europe/Paris')
  return nextSlots(cron, Date.parse(from) - 1, 200)
    .filter((slot) => slot < Date.parse(to))
    .map((slot) => new Date(slot).toISOString().slice(5, 16))
}

describe('in spring, in Paris', () => {
  const spring = (expression: string) => parisSlots(expression, '2026-03-27T23:00Z', '2026-03-30T22:00Z')

  test('a time of day in the gap fires that day, later by the length of the gap', () => {
    // 02:30, then 03:30 on the day of the change, then 02:30 again.
    expect(spring('30 2 * * *')).toEqual(['03-28T01:30', '03-29T01:30', '03-30T00:30'])
    expect(spring('0 2 * * *')).toEqual(['03-28T01:00', '03-29T01:00', '03-30T00:00'])
  })

  test('two times of day that meet on one instant fire once', () => {
    expect(spring('30 2,3 * * *')).toEqual(['03-28T01:30', '03-28T02:30', '03-29T01:30', '03-30T00:30', '03-30T01:30'])
  })

  test('shifted times stay in order among the others', () => {
    expect(spring('10,50 2-3 29 3 *')).toEqual(['03-29T01:10', '03-29T01:50'])
  })

  test('a step that leaves hours out loses no run', () => {
    expect(spring('0 */2 29 3 *').slice(0, 3)).toEqual(['03-28T23:00', '03-29T01:00', '03-29T02:00'])
  })

  test('an interval goes on without a hole and without a double', () => {
    const quarters = parisSlots('*/15 * * * *', '2026-03-29T00:30Z', '2026-03-29T01:45Z')
    expect(quarters).toEqual(['03-29T00:30', '03-29T00:45', '03-29T01:00', '03-29T01:15', '03-29T01:30'])
    expect(spring('0 * * * *')).toHaveLength(24 + 23 + 24)
  })
})

describe('in autumn, in Paris', () => {
  const autumn = (expression: string) => parisSlots(expression, '2026-10-23T22:00Z', '2026-10-26T23:00Z')

  test('a time of day in the repeated hour fires at its first occurrence only', () => {
    expect(autumn('30 2 * * *')).toEqual(['10-24T00:30', '10-25T00:30', '10-26T01:30'])
    expect(autumn('0 3 * * *')).toEqual(['10-24T01:00', '10-25T02:00', '10-26T02:00'])
  })

  test('asked between the two passes, a time of day is the next day', () => {
    const cron = parseCron('30 2 * * *', 'Europe/Paris')
    expect(nextSlot(cron, Date.parse('2026-10-25T01:10Z'))).toBe(Date.parse('2026-10-26T01:30Z'))
    expect(previousSlot(cron, Date.parse('2026-10-25T01:40Z'))).toBe(Date.parse('2026-10-25T00:30Z'))
  })

  test('an interval fires in both passes', () => {
    const halves = parisSlots('*/30 * * * *', '2026-10-25T00:00Z', '2026-10-25T02:00Z')
    expect(halves).toEqual(['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30'])
    expect(autumn('0 * * * *')).toHaveLength(24 + 25 + 24)
  })
})

describe('the next slot', () => {
  test('is strictly after the instant asked about', () => {
    const cron = parseCron('0 9 * * *')
    const nine = Date.UTC(2026, 0, 1, 9)
    expect(nextSlot(cron, nine - 1)).toBe(nine)
    expect(nextSlot(cron, nine)).toBe(nine + DAY)
    expect(previousSlot(cron, nine + 1)).toBe(nine)
    expect(previousSlot(cron, nine)).toBe(nine - DAY)
  })

  test('of a day that a zone skipped altogether falls on the day after, at the same time', () => {
    // Apia had no 30 December 2011.
    const after = Date.parse('2011-12-29T00:00-10:00')
    const cron = parseCron('0 9 30 12 *', 'Pacific/Apia')
    expect(nextSlot(cron, after)).toBe(Date.parse('2011-12-31T09:00+14:00'))
  })

  test('does not exist from the year 3000 on', () => {
    expect(nextSlot(parseCron('@yearly', 'Europe/Paris'), Date.UTC(2999, 5, 1))).toBeNull()
    expect(nextSlots(parseCron('@yearly'), Date.UTC(2998, 5, 1), 5)).toHaveLength(1)
    expect(periodMs(parseCron('@yearly'), Date.UTC(2999, 5, 1))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the slot before', () => {
  test('may lie before 1970', () => {
    const cron = parseCron('0 9 * * *')
    expect(previousSlot(cron, Date.UTC(1969, 5, 1, 12))).toBe(Date.UTC(1969, 5, 1, 9))
    expect(nextSlot(cron, Date.UTC(1969, 5, 1, 12))).toBe(Date.UTC(1969, 5, 2, 9))
  })

  test('does not exist before the calendar begins', () => {
    expect(previousSlot(parseCron('@yearly'), Date.parse('0001-01-01T00:00:00Z'))).toBeNull()
  })
})

describe('an interval', () => {
  test('counts from 1970 in UTC, whatever the instant asked about', () => {
    const interval = parseInterval('30s')
    expect(nextSlot(interval, 0)).toBe(30_000)
    expect(nextSlots(interval, 29_999, 3)).toEqual([30_000, 60_000, 90_000])
    expect(previousSlot(interval, 90_000)).toBe(60_000)
    expect(previousSlot(interval, 90_001)).toBe(90_000)
  })

  test('under a second is refused, and so is a length that cannot be read', () => {
    expect(() => parseInterval('500ms')).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID' }))
    expect(() => parseInterval('-3s')).toThrow(expect.objectContaining({ code: 'DURATION_INVALID' }))
  })
})

describe('a timetable', () => {
  test('is a cron expression or an interval', () => {
    expect(parseTimetable({ name: 'a', cron: '@daily', timeZone: 'Europe/Paris' })).toMatchObject({ kind: 'cron' })
    expect(parseTimetable({ name: 'a', every: '1h' })).toEqual({ kind: 'interval', everyMs: HOUR })
  })

  test('is refused by name when it gives both or none', () => {
    expect(() => parseTimetable({ name: 'nightly' })).toThrow(/schedule 'nightly' gives neither 'cron' nor 'every'/)
    expect(() => parseTimetable({ name: 'nightly', cron: '@daily', every: '1h' })).toThrow(
      expect.objectContaining({
        code: 'SCHEDULE_INVALID',
        message: expect.stringContaining("both 'cron' and 'every'"),
      }),
    )
  })

  test.each([
    ['* * * * * *', 1_000],
    ['*/7 * * * *', 4 * MINUTE],
    ['0 9 * * *', DAY],
    ['0 9 * * 1-5', DAY],
    ['0 9,11 * * 1', 2 * HOUR],
    ['0 8 * * 1', 7 * DAY],
    ['@monthly', 28 * DAY],
    ['@yearly', 365 * DAY],
  ])('has as its period the shortest time between two slots: %s', (expression, expected) => {
    expect(periodMs(parseCron(expression), Date.UTC(2026, 0, 1))).toBe(expected)
  })

  test('looks at 32 slots for its period, and no further', () => {
    // The day of 23 hours ends with the slot of 29 March, which is the 32nd after 26 February.
    const daily = parseCron('0 9 * * *', 'Europe/Paris')
    expect(periodMs(daily, Date.UTC(2026, 1, 26))).toBe(23 * HOUR)
    expect(periodMs(daily, Date.UTC(2026, 1, 25))).toBe(DAY)
  })

  test('looks 400 days ahead for its period, and no further than the slot that ends them', () => {
    // 2100 has no 29 February: four years follow on eight.
    expect(periodMs(parseCron('0 0 29 2 *'), Date.UTC(2096, 1, 1))).toBe(2_921 * DAY)
    const yearly = parseCron('@yearly')
    const after366Days = Date.UTC(2029, 0, 1)
    expect(periodMs(yearly, after366Days - 400 * DAY)).toBe(365 * DAY)
    expect(periodMs(yearly, after366Days - 400 * DAY - 1)).toBe(366 * DAY)
  })

  test('has a period as long as two slots are left', () => {
    expect(periodMs(parseCron('@monthly'), Date.UTC(2999, 9, 15))).toBe(30 * DAY)
  })
})
