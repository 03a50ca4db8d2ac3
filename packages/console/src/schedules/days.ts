/** A day of a zone: 23, 24 or 25 hours. */
export interface Day {
  readonly start: number
  readonly end: number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Midnight of the Monday before an instant, in a zone. */
export function startOfWeek(now: number, timeZone: string): number {
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone }).format(now)
  const since = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday)
  return addDays(midnight(now, timeZone), -since, timeZone)
}

/** So many days, from `skip` days after a midnight. */
export function daysFrom(start: number, skip: number, count: number, timeZone: string): readonly Day[] {
  const begin = addDays(start, skip, timeZone)
  return Array.from({ length: count }, (_, index) => ({
    start: addDays(begin, index, timeZone),
    end: addDays(begin, index + 1, timeZone),
  }))
}

/** A midnight so many days away; noon is never skipped or repeated, so the way leads over it. */
function addDays(start: number, days: number, timeZone: string): number {
  return midnight(start + days * DAY_MS + DAY_MS / 2, timeZone)
}

/** The midnight before an instant. Where a change of the clock swallows it, the first instant of the day. */
function midnight(instant: number, timeZone: string): number {
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone })
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
  const [hours = 0, minutes = 0, seconds = 0] = clock.format(instant).split(':').map(Number)
  const near = Math.floor(instant / 1_000) * 1_000 - ((hours * 60 + minutes) * 60 + seconds) * 1_000
  const date = day.format(instant)
  // An hour was skipped or repeated since midnight: it lies one hour to a side.
  const found = [near - HOUR_MS, near, near + HOUR_MS].find(
    (each) => day.format(each) === date && day.format(each - 1) !== date,
  )
  return found ?? near
}
