import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DueSlotsQuestion } from './catch-up.ts'
import { dueSlots, MISSED_LISTED } from './catch-up.ts'
import { parseCron } from './cron.ts'
import { jitterFor } from './jitter.ts'
import { nextSlot } from './slots.ts'
import type { Timetable } from './slots-timetable.ts'
import { parseInterval } from './slots-timetable.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NINE = Date.UTC(2026, 0, 10, 9)

const daily = parseCron('0 9 * * *')
const hourly = parseCron('0 * * * *')
const once = { withinMs: HOUR, max: 1 }

function ask(question: Partial<DueSlotsQuestion>) {
  return dueSlots({ timetable: daily, after: NINE - DAY, now: NINE, catchUp: once, ...question })
}

describe('a slot', () => {
  test('fires on time at its instant and within the grace after it', () => {
    expect(ask({ now: NINE })).toMatchObject({ onTime: [NINE], late: [], missed: [], handled: NINE })
    expect(ask({ now: NINE + 5 * SECOND })).toMatchObject({ onTime: [NINE], late: [] })
    expect(ask({ now: NINE + 6 * SECOND })).toMatchObject({ onTime: [], late: [NINE], handled: NINE })
  })

  test('is not due before its instant', () => {
    expect(ask({ now: NINE - 1 })).toEqual({
      onTime: [],
      late: [],
      missed: [],
      missedCount: 0,
      missedExact: true,
      handled: NINE - DAY,
    })
  })

  test('is not handled twice', () => {
    expect(ask({ after: NINE, now: NINE + SECOND })).toMatchObject({
      onTime: [],
      late: [],
      missedCount: 0,
      handled: NINE,
    })
  })

  test('waits for its jitter, from which its age counts', () => {
    const delayMs = () => 5 * MINUTE
    expect(ask({ delayMs, now: NINE + 5 * MINUTE - 1 })).toMatchObject({ onTime: [], handled: NINE - DAY })
    expect(ask({ delayMs, now: NINE + 5 * MINUTE })).toMatchObject({ onTime: [NINE], handled: NINE })
    expect(ask({ delayMs, now: NINE + 64 * MINUTE })).toMatchObject({ late: [NINE] })
    expect(ask({ delayMs, now: NINE + 66 * MINUTE })).toMatchObject({ missed: [NINE], handled: NINE })
  })

  test('changes nothing when the clock went back', () => {
    expect(ask({ after: NINE, now: NINE - 3 * DAY })).toMatchObject({ onTime: [], missedCount: 0, handled: NINE })
  })
})

describe('after an outage', () => {
  test('the newest slots inside the window fire, oldest first, and the others are missed', () => {
    const now = NINE + 30 * MINUTE
    const plan = ask({ timetable: hourly, after: NINE - 6 * HOUR, now, catchUp: { withinMs: 3 * HOUR, max: 2 } })
    expect(plan.late).toEqual([NINE - HOUR, NINE])
    expect(plan.missed).toEqual([NINE - 5 * HOUR, NINE - 4 * HOUR, NINE - 3 * HOUR, NINE - 2 * HOUR])
    expect(plan).toMatchObject({ onTime: [], missedCount: 4, missedExact: true, handled: NINE })
  })

  test('a slot older than the window is missed even when fewer than the maximum fire', () => {
    const now = NINE + 30 * MINUTE
    const plan = ask({ timetable: hourly, after: NINE - 3 * HOUR, now, catchUp: { withinMs: HOUR, max: 5 } })
    expect(plan).toMatchObject({ late: [NINE], missed: [NINE - 2 * HOUR, NINE - HOUR] })
  })

  test('nothing is caught up when the maximum is 0, yet what is on time fires', () => {
    const plan = ask({ timetable: hourly, after: NINE - 3 * HOUR, catchUp: { withinMs: DAY, max: 0 } })
    expect(plan).toMatchObject({ onTime: [NINE], late: [], missed: [NINE - 2 * HOUR, NINE - HOUR] })
  })

  test('a year of hourly slots is counted exactly, and the newest hundred are listed', () => {
    const plan = ask({ timetable: hourly, after: NINE - 365 * DAY, now: NINE })
    expect(plan).toMatchObject({ onTime: [NINE], missedCount: 365 * 24 - 2, missedExact: true })
    expect(plan.late).toEqual([NINE - HOUR])
    expect(plan.missed).toHaveLength(MISSED_LISTED)
    expect(plan.missed.at(-1)).toBe(NINE - 2 * HOUR)
  })

  test('a year of an expression by the second costs ten thousand steps, and says that more were missed', () => {
    let asked = 0
    const delayMs = () => {
      asked++
      return 0
    }
    const everySecond = parseCron('* * * * * *', 'Europe/Paris')
    const plan = ask({ timetable: everySecond, after: NINE - 365 * DAY, delayMs })
    expect(asked).toBe(10_000)
    expect(plan.onTime).toEqual([5, 4, 3, 2, 1, 0].map((age) => NINE - age * SECOND))
    expect(plan).toMatchObject({ late: [NINE - 6 * SECOND], missedCount: 9_993, missedExact: false, handled: NINE })
  })

  test('a year of an interval by the second is counted exactly without walking', () => {
    const plan = ask({ timetable: parseInterval('1s'), after: NINE - 365 * DAY })
    expect(plan).toMatchObject({ missedCount: 365 * 86_400 - 7, missedExact: true })
  })
})

function slotsBetween(timetable: Timetable, after: number, until: number): readonly number[] {
  const slots: number[] = []
  for (let slot = nextSlot(timetable, after); slot !== null && slot <= until; slot = nextSlot(timetable, slot)) {
    slots.push(slot)
  }
  return slots
}

test('every slot due falls in exactly one list, within the limits, and the rest is left for later', () => {
  const expressions = fc.constantFrom('*/20 * * * * *', '*/7 * * * *', '30 2 * * *', '0 */3 * * 1-5', '15 2,3 * * *')
  const spring = Date.parse('2026-03-29T01:00Z')
  const instant = fc.integer({ min: spring - DAY, max: spring + DAY })
  const limits = fc.record({ withinMs: fc.nat(6 * HOUR), max: fc.nat(5) })
  const property = fc.property(expressions, instant, fc.nat(5 * HOUR), limits, (expression, now, outage, catchUp) => {
    const timetable = parseCron(expression, 'Europe/Paris')
    const after = now - outage
    const delayMs = (slot: number) => jitterFor(slot, 'any', 15 * SECOND, 20 * SECOND)
    const plan = dueSlots({ timetable, after, now, catchUp, delayMs })
    const due = slotsBetween(timetable, after, now).filter((slot) => slot + delayMs(slot) <= now)
    const ages = plan.late.map((slot) => now - slot - delayMs(slot))
    expect(plan.late.length).toBeLessThanOrEqual(catchUp.max)
    expect(ages.every((age) => age <= catchUp.withinMs && age > 5_000)).toBe(true)
    expect([...plan.missed, ...plan.late, ...plan.onTime].sort((a, b) => a - b)).toEqual(
      due.slice(-(plan.missed.length + plan.late.length + plan.onTime.length) || due.length),
    )
    expect(plan.missedCount + plan.late.length + plan.onTime.length).toBe(due.length)
    expect(plan.handled).toBe(due.at(-1) ?? after)
    expect((nextSlot(timetable, plan.handled) ?? 0) + 20 * SECOND).toBeGreaterThan(now)
  })
  fc.assert(property, { numRuns: 150 })
})
