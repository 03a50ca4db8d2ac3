import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCron } from './cron.ts'

const DAY = 86_400_000
const FROM = Date.UTC(2027, 0, 1)
const TO = Date.UTC(2030, 0, 1)

interface DayRule {
  readonly field: string
  readonly matches: (date: Date) => boolean
}

const ANY: DayRule = { field: '*', matches: () => true }

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

const some = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })

function rule(field: string, matches: (date: Date) => boolean): DayRule {
  return { field, matches }
}

const dayOfMonth: fc.Arbitrary<DayRule> = fc.oneof(
  fc.constant(ANY),
  fc.constant(rule('L', (date) => date.getUTCDate() === daysInMonth(date))),
  some(1, 28).map((days) => rule(days.join(), (date) => days.includes(date.getUTCDate()))),
  fc.constantFrom(2, 5, 10).map((step) => rule(`*/${step}`, (date) => (date.getUTCDate() - 1) % step === 0)),
)

const dayOfWeek: fc.Arbitrary<DayRule> = fc.oneof(
  fc.constant(ANY),
  some(0, 6).map((days) => rule(days.join(), (date) => days.includes(date.getUTCDay()))),
  fc
    .tuple(fc.nat(6), fc.integer({ min: 1, max: 4 }))
    .map(([day, nth]) =>
      rule(`${day}#${nth}`, (date) => date.getUTCDay() === day && Math.ceil(date.getUTCDate() / 7) === nth),
    ),
  fc
    .nat(6)
    .map((day) => rule(`${day}L`, (date) => date.getUTCDay() === day && date.getUTCDate() > daysInMonth(date) - 7)),
)

const monthOfYear: fc.Arbitrary<DayRule> = fc.oneof(
  fc.constant(ANY),
  some(1, 12).map((months) => rule(months.join(), (date) => months.includes(date.getUTCMonth() + 1))),
)

/** Either day rule is enough when both are given. */
function matchesDay(day: DayRule, weekday: DayRule, date: Date): boolean {
  const both = day.field !== '*' && weekday.field !== '*'
  return both ? day.matches(date) || weekday.matches(date) : day.matches(date) && weekday.matches(date)
}

test('the days of an expression are those that a walk through three years finds, forwards and backwards', () => {
  const property = fc.property(dayOfMonth, monthOfYear, dayOfWeek, (day, month, weekday) => {
    const cron = parseCron(`0 12 ${day.field} ${month.field} ${weekday.field}`)
    const expected = Array.from({ length: (TO - FROM) / DAY }, (_, index) => FROM + index * DAY + DAY / 2).filter(
      (noon) => month.matches(new Date(noon)) && matchesDay(day, weekday, new Date(noon)),
    )
    const forwards: number[] = []
    for (let wall = cron.nextWall(FROM); wall !== null && wall < TO; wall = cron.nextWall(wall)) forwards.push(wall)
    const backwards: number[] = []
    for (let wall = cron.previousWall(TO); wall !== null && wall > FROM; wall = cron.previousWall(wall))
      backwards.push(wall)
    expect(forwards).toEqual(expected)
    expect(backwards.reverse()).toEqual(expected)
  })
  fc.assert(property, { numRuns: 150 })
})
