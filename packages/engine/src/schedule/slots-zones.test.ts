import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { nextSlot, previousSlot } from './slots.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Zones with the year looked at: the current rules, or the last year of a rule worth keeping. */
const ZONES = [
  { timeZone: 'UTC', year: 2026 },
  { timeZone: 'Europe/Paris', year: 2026 },
  { timeZone: 'Europe/London', year: 2026 },
  { timeZone: 'Europe/Dublin', year: 2026 },
  { timeZone: 'America/New_York', year: 2026 },
  { timeZone: 'America/Los_Angeles', year: 2026 },
  { timeZone: 'America/St_Johns', year: 2026 },
  { timeZone: 'America/Havana', year: 2026 }, // changes at midnight
  { timeZone: 'America/Santiago', year: 2026 }, // southern, at midnight
  { timeZone: 'America/Sao_Paulo', year: 2018 }, // its last full year of daylight saving, at midnight
  { timeZone: 'Africa/Cairo', year: 2026 }, // at midnight, back at 24:00
  { timeZone: 'Africa/Casablanca', year: 2026 }, // an hour less during Ramadan
  { timeZone: 'Asia/Kolkata', year: 2026 }, // half an hour off
  { timeZone: 'Asia/Kathmandu', year: 2026 }, // a quarter off
  { timeZone: 'Asia/Beirut', year: 2026 },
  { timeZone: 'Australia/Sydney', year: 2026 },
  { timeZone: 'Australia/Lord_Howe', year: 2026 }, // changes by half an hour
  { timeZone: 'Pacific/Auckland', year: 2026 },
  { timeZone: 'Pacific/Chatham', year: 2026 }, // changes at 02:45
  { timeZone: 'Pacific/Apia', year: 2011 }, // skipped 30 December
  { timeZone: 'Antarctica/Troll', year: 2026 }, // changes by two hours
] as const

/** Reads local time from Intl alone, independently of the code under test. */
function wallReader(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (instant) => Date.parse(`${format.format(instant).replace(', ', 'T')}Z`)
}

interface Minute {
  readonly instant: number
  readonly wall: number
}

/** Three days, minute by minute, around an instant. */
function walk(timeZone: string, around: number): readonly Minute[] {
  const read = wallReader(timeZone)
  const start = around - 36 * HOUR
  return Array.from({ length: 3 * 24 * 60 }, (_, index) => start + index * MINUTE).map((instant) => ({
    instant,
    wall: read(instant),
  }))
}

function changesOf(timeZone: string, year: number): readonly number[] {
  const read = wallReader(timeZone)
  const hours = Array.from({ length: 366 * 24 }, (_, hour) => Date.UTC(year, 0, 1) + hour * HOUR)
  return hours.filter((hour) => read(hour) - hour !== read(hour - HOUR) - hour + HOUR)
}

const WINDOWS = ZONES.flatMap(({ timeZone, year }) =>
  [Date.UTC(year, 5, 15), ...changesOf(timeZone, year)].map((around) => ({
    timeZone,
    minutes: walk(timeZone, around),
  })),
)

/** By brute force: each minute whose local time matches. */
function matchingMinutes(minutes: readonly Minute[], matches: (wall: number) => boolean): readonly number[] {
  return minutes.filter(({ wall }) => matches(wall)).map(({ instant }) => instant)
}

/** By brute force: each local time that matches, at its first minute, or as long after a gap as it lies inside it. */
function firstMinutes(minutes: readonly Minute[], matches: (wall: number) => boolean): readonly number[] {
  const slots = new Set<number>()
  const seen = new Set<number>()
  let expected = minutes[0]?.wall ?? 0
  for (const { instant, wall } of minutes) {
    for (let skipped = expected; skipped < wall; skipped += MINUTE) {
      if (matches(skipped)) slots.add(instant + skipped - expected)
    }
    if (matches(wall) && !seen.has(wall)) slots.add(instant)
    seen.add(wall)
    expected = wall + MINUTE
  }
  return [...slots].sort((a, b) => a - b)
}

function slotsIn(expression: string, timeZone: string, minutes: readonly Minute[]): readonly number[] {
  const cron = parseCron(expression, timeZone)
  const [first, last] = [minutes[0]?.instant ?? 0, minutes.at(-1)?.instant ?? 0]
  const slots: number[] = []
  for (let slot = nextSlot(cron, first - 1); slot !== null && slot <= last; slot = nextSlot(cron, slot))
    slots.push(slot)
  const back: number[] = []
  for (let slot = previousSlot(cron, last + 1); slot !== null && slot >= first; slot = previousSlot(cron, slot)) {
    back.push(slot)
  }
  expect(back.reverse()).toEqual(slots)
  return slots
}

const someOf = (count: number, max: number) => fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: max })
const window = fc.constantFrom(...WINDOWS)

test('the zones looked at change their clocks in both directions, by half an hour, two hours and a day', () => {
  const leaps = WINDOWS.flatMap(({ minutes }) =>
    minutes.slice(1).map(({ wall }, index) => wall - (minutes[index]?.wall ?? 0) - MINUTE),
  )
  const sizes = [...new Set(leaps)].map((leap) => leap / HOUR).sort((a, b) => a - b)
  expect(sizes).toEqual([-2, -1, -0.5, 0, 0.5, 1, 2, 24])
})

describe('compared with a walk through every minute, in 21 zones around every change of clocks', () => {
  test('times of day fire once each, shifted past a gap, in order, and backwards as forwards', () => {
    const property = fc.property(window, someOf(24, 23), someOf(60, 4), ({ timeZone, minutes }, hours, minuteList) => {
      const matches = (wall: number) => {
        const date = new Date(wall)
        return hours.includes(date.getUTCHours()) && minuteList.includes(date.getUTCMinutes())
      }
      const slots = slotsIn(`${minuteList.join()} ${hours.join()} * * *`, timeZone, minutes)
      expect(slots).toEqual(firstMinutes(minutes, matches))
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('intervals fire at every minute whose local time matches', () => {
    const property = fc.property(window, someOf(60, 4), ({ timeZone, minutes }, minuteList) => {
      const matches = (wall: number) => minuteList.includes(new Date(wall).getUTCMinutes())
      expect(slotsIn(`${minuteList.join()} * * * *`, timeZone, minutes)).toEqual(matchingMinutes(minutes, matches))
    })
    fc.assert(property, { numRuns: 200 })
  })
})

describe.each(ZONES)('through $year in $timeZone', ({ timeZone, year }) => {
  test('a time of day fires exactly once on every local day, at that time unless a gap moved it', () => {
    const read = wallReader(timeZone)
    const changes = changesOf(timeZone, year)
    const property = fc.property(
      fc.constantFrom(0, 1, 2, 3, 12, 23),
      fc.constantFrom(0, 15, 30, 59),
      (hour, minute) => {
        const cron = parseCron(`${minute} ${hour} * * *`, timeZone)
        const days: number[] = []
        for (let slot = nextSlot(cron, Date.UTC(year, 0, 2) - 1); slot !== null; slot = nextSlot(cron, slot)) {
          const wall = read(slot)
          if (new Date(wall).getUTCFullYear() > year) break
          const moved = wall - Math.floor(wall / DAY) * DAY !== hour * HOUR + minute * MINUTE
          if (moved) expect(changes.some((change) => slot >= change - HOUR && slot < change + 2 * HOUR)).toBe(true)
          days.push(Math.floor(wall / DAY))
        }
        const skipped = timeZone === 'Pacific/Apia' ? [Date.UTC(2011, 11, 30) / DAY] : []
        const first = days[0] ?? 0
        const all = Array.from({ length: Date.UTC(year + 1, 0, 1) / DAY - first }, (_, index) => first + index)
        expect(days).toEqual(all.filter((day) => !skipped.includes(day)))
      },
    )
    fc.assert(property, { numRuns: 8 })
  })
})
