import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Backoff, backoffMs } from './backoff.ts'

const SECOND = 1_000
const HOUR = 3_600_000

const doubling: Backoff = { backoff: 'exponential', baseMs: SECOND, maxMs: HOUR, jitter: 'none' }

/** The waits after the first `count` attempts. */
function waits(policy: Backoff, count: number, random = () => 0.5): readonly number[] {
  return Array.from({ length: count }, (_, index) => backoffMs(policy, index + 1, random))
}

describe('the wait before a retry', () => {
  test('begins with the base and doubles after each attempt', () => {
    expect(waits(doubling, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  })

  test('stays the base when it is fixed', () => {
    expect(waits({ ...doubling, backoff: 'fixed' }, 3)).toEqual([1_000, 1_000, 1_000])
  })

  test('never exceeds its maximum, whichever way it grows', () => {
    expect(waits({ ...doubling, maxMs: 3_000 }, 4)).toEqual([1_000, 2_000, 3_000, 3_000])
    expect(waits({ ...doubling, backoff: 'fixed', maxMs: 400 }, 2)).toEqual([400, 400])
  })

  test('is finite after ten thousand attempts, and still nothing when the base is nothing', () => {
    expect(backoffMs(doubling, 10_000, () => 0)).toBe(HOUR)
    expect(backoffMs({ ...doubling, baseMs: 0 }, 10_000, () => 0)).toBe(0)
  })

  test('goes on doubling up to the fortieth time', () => {
    const patient = { ...doubling, baseMs: 1, maxMs: Number.MAX_SAFE_INTEGER }
    expect(backoffMs(patient, 40, () => 0)).toBe(2 ** 39)
    expect(backoffMs(patient, 41, () => 0)).toBe(2 ** 40)
    expect(backoffMs(patient, 42, () => 0)).toBe(2 ** 40)
  })

  test('is, with jitter, the drawn part of the bound in whole milliseconds', () => {
    const policy: Backoff = { ...doubling, jitter: 'full' }
    expect(backoffMs(policy, 3, () => 0)).toBe(0)
    expect(backoffMs(policy, 3, () => 0.25)).toBe(1_000)
    expect(backoffMs(policy, 1, () => 0.333_3)).toBe(333)
  })

  test('draws once with jitter and not at all without', () => {
    let drawn = 0
    const random = () => {
      drawn++
      return 0.5
    }
    backoffMs(doubling, 1, random)
    expect(drawn).toBe(0)
    backoffMs({ ...doubling, jitter: 'full' }, 1, random)
    expect(drawn).toBe(1)
  })

  test('doubles from one attempt to the next up to its maximum and forty times, for any policy', () => {
    const policy = fc.record({ baseMs: fc.nat(HOUR), maxMs: fc.integer({ min: 1, max: 24 * HOUR }) })
    const property = fc.property(policy, fc.integer({ min: 1, max: 60 }), ({ baseMs, maxMs }, attempt) => {
      const given: Backoff = { ...doubling, baseMs, maxMs }
      const [now = 0, next = 0] = [attempt, attempt + 1].map((each) => backoffMs(given, each, () => 0))
      expect(next).toBe(attempt > 40 ? now : Math.min(maxMs, now * 2))
    })
    fc.assert(property)
  })
})
