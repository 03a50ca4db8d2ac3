import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { defaultJitterMs, jitterFor } from './jitter.ts'
import { nextSlots, periodMs } from './slots.ts'
import { parseInterval } from './slots-timetable.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 2, 1)

describe('the default jitter', () => {
  test.each([
    ['* * * * * *', 500],
    ['*/10 * * * * *', 5 * SECOND],
    ['* * * * *', 15 * SECOND],
    ['*/4 * * * *', 24 * SECOND],
    ['*/5 * * * *', MINUTE],
    ['*/30 * * * *', MINUTE],
    ['@hourly', 2 * MINUTE],
    ['0 */6 * * *', 2 * MINUTE],
    ['@daily', 5 * MINUTE],
    ['0 9 * * 1-5', 5 * MINUTE],
    ['@weekly', 30 * MINUTE],
    ['0 6 1,15 * *', 30 * MINUTE],
    ['@monthly', HOUR],
    ['@yearly', HOUR],
  ])('follows the frequency: %s', (expression, expected) => {
    expect(defaultJitterMs(parseCron(expression, 'Europe/Paris'), NOW)).toBe(expected)
  })

  test.each(['2d', '30s', '90s', '3m'] as const)('of an interval of %s is under half of it', (every) => {
    const interval = parseInterval(every)
    expect(defaultJitterMs(interval, NOW)).toBeLessThanOrEqual(interval.everyMs / 2)
  })

  test('is the same in a week that changes clocks, even by two hours', () => {
    const daily = parseCron('30 1 * * *', 'Antarctica/Troll')
    expect(defaultJitterMs(daily, Date.UTC(2026, 2, 27))).toBe(5 * MINUTE)
  })
})

describe('the jitter of a slot', () => {
  const slot = fc.integer({ min: 0, max: 4e12 })

  test('is the same for every process that asks', () => {
    expect(jitterFor(Date.UTC(2026, 0, 1, 9), 'quotes.notify', 5 * MINUTE)).toBe(12_103)
    fc.assert(
      fc.property(slot, fc.string(), (at, name) => {
        expect(jitterFor(at, name, HOUR)).toBe(jitterFor(at, name, HOUR))
      }),
    )
  })

  test('is a whole number of milliseconds below the maximum and below the period', () => {
    fc.assert(
      fc.property(slot, fc.string(), fc.nat(HOUR), fc.integer({ min: 1, max: HOUR }), (at, name, max, period) => {
        const delay = jitterFor(at, name, max, period)
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThan(Math.max(1, Math.min(max, period)))
      }),
    )
  })

  test('is none when the maximum is none', () => {
    expect(jitterFor(NOW, 'quotes.notify', 0)).toBe(0)
  })

  test('never lets a slot reach the next', () => {
    const cron = parseCron('*/10 * * * * *')
    const period = periodMs(cron, NOW)
    const starts = nextSlots(cron, NOW, 500).map((at) => at + jitterFor(at, 'poll', HOUR, period))
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  })

  test('spreads the schedules of one instant evenly', () => {
    const delays = Array.from({ length: 1_000 }, (_, index) => jitterFor(NOW, `schedule-${index}`, 10))
    const perMillisecond = Array.from({ length: 10 }, (_, ms) => delays.filter((delay) => delay === ms).length)
    expect(Math.min(...perMillisecond)).toBeGreaterThan(60)
    expect(Math.max(...perMillisecond)).toBeLessThan(140)
  })
})
