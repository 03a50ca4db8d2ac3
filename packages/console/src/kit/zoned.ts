/**
 * The instant (ms UTC) at which the clocks of a zone show a date and time as a date field writes it, such as `2026-11-28T09:30`.
 * Of two, the earlier; a time that a change of the clock skips is as much later. Undefined for what is no such text.
 */
export function instantIn(text: string, timeZone: string): number | undefined {
  const shown = Date.parse(`${text}Z`)
  if (Number.isNaN(shown)) return undefined
  const guesses = [-DAY_MS, 0, DAY_MS].map((distance) => shown - offsetAt(shown + distance, timeZone))
  const found = guesses.filter((guess) => guess + offsetAt(guess, timeZone) === shown)
  return found.length > 0 ? Math.min(...found) : guesses[0]
}

const DAY_MS = 86_400_000

/** How far the clocks of a zone are ahead of UTC, in ms. */
function offsetAt(instant: number, timeZone: string): number {
  const second = Math.floor(instant / 1_000) * 1_000
  const parts = new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(second)
  const of = (wanted: string): number => Number(parts.find(({ type }) => type === wanted)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - second
}
