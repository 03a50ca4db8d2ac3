const DAY_MS = 86_400_000
const SATURDAY = 6
const SUNDAY = 0

/** The calendar date (`YYYY-MM-DD`) that people in `timeZone` (IANA name) read at `instant` (milliseconds UTC). */
export function calendarDate(instant: number, timeZone: string): string {
  return wallClock(instant, timeZone).slice(0, 10)
}

/** `date` moved by whole days, backwards when negative. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** `date` moved by `days` working days (Monday to Friday; holidays count), backwards when negative. */
export function addWorkingDays(date: string, days: number): string {
  const step = Math.sign(days)
  let moved = date
  for (let left = Math.abs(days); left > 0; ) {
    moved = addDays(moved, step)
    if (isWorkingDay(moved)) left--
  }
  return moved
}

/** The instant (milliseconds UTC) at which `date` begins in `timeZone`; the first one that exists where a clock change skips midnight. */
export function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(date)
  // The zone's offset may differ at the guess and at the answer (a clock change between them): the second look settles it.
  const guess = midnight - offsetMs(midnight, timeZone)
  const settled = midnight - offsetMs(guess, timeZone)
  return calendarDate(settled, timeZone) < date ? guess : settled
}

/** A week as half-open dates: from a Monday to before the next one, and its ISO name such as `2026-W31`. */
export interface Week {
  readonly from: string
  readonly to: string
  readonly name: string
}

/** The last whole week before the one that holds `date`. */
export function weekBefore(date: string): Week {
  const monday = addDays(date, -((weekday(date) + 6) % 7))
  const from = addDays(monday, -7)
  return { from, to: monday, name: isoWeek(from) }
}

function isoWeek(monday: string): string {
  // The ISO year of a week is that of its Thursday, and week 1 is the one that holds the year's first Thursday.
  const thursday = addDays(monday, 3)
  const year = thursday.slice(0, 4)
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${year}-01-01`)) / DAY_MS
  return `${year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`
}

function isWorkingDay(date: string): boolean {
  const day = weekday(date)
  return day !== SATURDAY && day !== SUNDAY
}

function weekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay()
}

function offsetMs(instant: number, timeZone: string): number {
  return Date.parse(`${wallClock(instant, timeZone)}Z`) - Math.floor(instant / 1000) * 1000
}

// Making one costs about 50 µs and a zone never changes.
const formats = new Map<string, Intl.DateTimeFormat>()

/** `YYYY-MM-DDThh:mm:ss` as the clocks of `timeZone` show it. */
function wallClock(instant: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? newFormat(timeZone)
  formats.set(timeZone, format)
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}
