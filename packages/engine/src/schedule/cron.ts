import { Cron as Croner, CronPattern } from 'croner'
import { EngineError } from '../errors.ts'
import { checkTimeZone } from './cron-zone.ts'

/**
 * A cron expression that was checked, with its time zone. Ask `nextSlot` for its instants.
 *
 * A *wall* is a local date and time written as if it were UTC: 09:00 in Paris on 1 July is the wall
 * `Date.UTC(2026, 6, 1, 9)`. Walls know nothing of daylight saving time; `slots.ts` turns them into instants.
 */
export interface Cron {
  readonly kind: 'cron'
  /** As its author wrote it, spaces apart. */
  readonly expression: string
  readonly timeZone: string
  /** Six upper-case fields: second, minute, hour, day of month, month, day of week. */
  readonly fields: CronFields
  /** True when the hour field leaves no hour out (`*`, `0-23`): the expression means an interval, not times of day. */
  readonly everyHour: boolean
  /** The first matching wall strictly after this one, or null when the calendar ends (at the year 3000). */
  nextWall(after: number): number | null
  /** The last matching wall strictly before this one, or null. */
  previousWall(before: number): number | null
}

/** The fields of an expression, nicknames spelt out. */
export interface CronFields {
  readonly second: string
  readonly minute: string
  readonly hour: string
  readonly day: string
  readonly month: string
  readonly weekday: string
}

const NICKNAMES: Readonly<Record<string, string>> = {
  '@YEARLY': '0 0 1 1 *',
  '@ANNUALLY': '0 0 1 1 *',
  '@MONTHLY': '0 0 1 * *',
  '@WEEKLY': '0 0 * * 0',
  '@DAILY': '0 0 * * *',
  '@MIDNIGHT': '0 0 * * *',
  '@HOURLY': '0 * * * *',
}

const EXAMPLE =
  "write five fields (minute hour day month weekday), such as '0 9 * * 1-5', six with seconds first, or '@daily'"

// Any instant would do: an expression that matches nothing in the years after it never matches.
const PROBE = Date.UTC(2000, 0, 1)

/**
 * Reads a cron expression: five fields, six with seconds first, or a nickname (`@hourly`, `@daily`, `@weekly`,
 * `@monthly`, `@yearly`). Fields take numbers, names (`MON`, `JAN`), lists, ranges, steps, `L` (last), `W` (nearest
 * working day) and `#` (`FRI#2`, the second Friday). Day of month and day of week are alternatives when both are
 * given; `+` before the weekday requires both. Throws `CRON_INVALID` (also for a date that never comes, such as
 * 30 February) and `TIME_ZONE_INVALID`.
 */
export function parseCron(expression: string, timeZone = 'UTC'): Cron {
  checkTimeZone(timeZone)
  const fields = splitFields(expression)
  const pattern = Object.values(fields).join(' ')
  const { calendar, hours } = readPattern(expression, pattern)
  const nextWall = (after: number): number | null => calendar.nextRun(new Date(after))?.getTime() ?? null
  if (nextWall(PROBE) === null) throw invalid(expression, 'no date ever matches it: check the day against the month')
  return {
    kind: 'cron',
    expression: expression.trim().replaceAll(/\s+/g, ' '),
    timeZone,
    fields,
    everyHour: hours.every((matches) => matches === 1),
    nextWall,
    previousWall: (before) => calendar.previousRuns(1, new Date(before))[0]?.getTime() ?? null,
  }
}

function splitFields(expression: string): CronFields {
  const text = expression.trim().toUpperCase()
  if (text.startsWith('@') && NICKNAMES[text] === undefined) {
    throw invalid(expression, `the nicknames are ${Object.keys(NICKNAMES).join(', ').toLowerCase()}`)
  }
  const parts = (NICKNAMES[text] ?? text).split(/\s+/)
  const [second, minute, hour, day, month, weekday, extra] = parts.length === 5 ? ['0', ...parts] : parts
  const complete = second && minute && hour && day && month && weekday && extra === undefined
  if (!complete) throw invalid(expression, EXAMPLE)
  return { second, minute, hour, day, month, weekday }
}

function readPattern(expression: string, pattern: string): { calendar: Croner; hours: readonly number[] } {
  try {
    // A numeric offset of zero, not the zone 'UTC': croner then counts without Intl, 2 µs a slot instead of 31.
    const calendar = new Croner(pattern, { mode: '6-part', utcOffset: 0, paused: true })
    return { calendar, hours: new CronPattern(pattern, undefined, { mode: '6-part' }).hour }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause)
    throw invalid(expression, `${reason.replace(/\.$/, '')}; ${EXAMPLE}`, cause)
  }
}

function invalid(expression: string, reason: string, cause?: unknown): EngineError {
  return new EngineError('CRON_INVALID', `cron expression ${JSON.stringify(expression)} is not valid: ${reason}`, {
    cause,
  })
}
