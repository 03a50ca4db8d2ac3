import { EngineError } from '../errors.ts'

/**
 * Checks that `timeZone` is a name this runtime knows and returns it as given.
 * Throws `TIME_ZONE_INVALID`, with the nearest known name when there is one.
 */
export function checkTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone })
    return timeZone
  } catch (cause) {
    const near = nearestZone(timeZone)
    const wayOut = near === null ? "use an IANA name such as 'Europe/Paris' or 'UTC'" : `did you mean '${near}'?`
    throw new EngineError('TIME_ZONE_INVALID', `time zone ${JSON.stringify(timeZone)} is not known: ${wayOut}`, {
      cause,
    })
  }
}

// Node lists CLDR's names, of which a few have not been the usual ones for years.
const ZONES = ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Kyiv', ...Intl.supportedValuesOf('timeZone')]

function nearestZone(text: string): string | null {
  const wanted = simplified(text)
  const ranked = ZONES.map((zone) => ({ zone, distance: zoneDistance(wanted, simplified(zone)) }))
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a))
  // A third of the letters wrong is another word, not a slip.
  return best.distance <= Math.floor(wanted.length / 3) ? best.zone : null
}

/** People write the city alone as often as the whole name, so either may match. */
function zoneDistance(wanted: string, zone: string): number {
  const city = zone.slice(zone.lastIndexOf('/') + 1)
  return Math.min(editDistance(wanted, zone), editDistance(wanted, city))
}

function simplified(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s_-]+/g, '_')
}

/** Levenshtein's distance: letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
