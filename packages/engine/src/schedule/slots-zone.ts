/** A stretch of time during which a zone keeps one offset from UTC. All in milliseconds. */
export interface ZonePeriod {
  /** First instant: the last change, or where this module began to look. */
  readonly start: number
  /** First instant after it: the next change, or where this module stopped looking. */
  readonly end: number
  /** Wall minus instant. */
  readonly offset: number
  /** The offset just before `start`; equal to `offset` when no change happened there. */
  readonly offsetBefore: number
}

const DAY_MS = 86_400_000
// The shortest stretch between two changes since 1970 is a week (Boa Vista, October 2000): none hides between samples.
const SAMPLE_MS = 4 * DAY_MS
const CHUNK_MS = 100 * SAMPLE_MS

interface Zone {
  readonly formatter: Intl.DateTimeFormat
  /** By chunk. About one small array for each year that was asked about. */
  readonly chunks: Map<number, readonly ZonePeriod[]>
}

// What a zone's offset was at an instant never changes while the process runs, so remembering it is invisible.
const zones = new Map<string, Zone>()

/** The period of `timeZone` that holds `instant`. */
export function zonePeriodAt(timeZone: string, instant: number): ZonePeriod {
  const zone = zoneOf(timeZone)
  const chunk = Math.floor(instant / CHUNK_MS)
  const periods = zone.chunks.get(chunk) ?? findPeriods(zone, chunk * CHUNK_MS)
  zone.chunks.set(chunk, periods)
  const found = periods.find(({ end }) => instant < end)
  if (found === undefined) throw new RangeError(`no period of ${timeZone} holds the instant ${instant}`)
  return found
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone)
  if (known !== undefined) return known
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const zone = { formatter, chunks: new Map() }
  zones.set(timeZone, zone)
  return zone
}

function findPeriods(zone: Zone, from: number): readonly ZonePeriod[] {
  const to = from + CHUNK_MS
  const periods: ZonePeriod[] = []
  // One sample early: a gap's slots are shifted past its end, by a day at most (Apia, December 2011), so that a period
  // must know of a change a little before the chunk.
  const start = from - SAMPLE_MS
  const offset = offsetAt(zone, start)
  let current = { start, offset, offsetBefore: offset }
  for (let sample = start; sample < to; sample += SAMPLE_MS) {
    const offsetThen = offsetAt(zone, sample + SAMPLE_MS)
    if (offsetThen === current.offset) continue
    const change = changeBetween(zone, sample, sample + SAMPLE_MS)
    periods.push({ ...current, end: change })
    current = { start: change, offset: offsetThen, offsetBefore: current.offset }
  }
  periods.push({ ...current, end: to })
  return periods
}

/** The first whole second at which the offset is no longer that of `low`. */
function changeBetween(zone: Zone, low: number, high: number): number {
  const offset = offsetAt(zone, low)
  let [before, after] = [Math.floor(low / 1_000), Math.ceil(high / 1_000)]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    const changed = offsetAt(zone, middle * 1_000) !== offset
    if (changed) after = middle
    else before = middle
  }
  return after * 1_000
}

// 'GMT', 'GMT+05:30', and seconds for the local mean times of before 1900: 'GMT+00:09:21'.
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/

function offsetAt(zone: Zone, instant: number): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(zone.formatter.format(instant)) ?? []
  const size = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000
  return sign === '-' ? -size : size
}
