import { EngineError } from './errors.ts'

/** A length of time as people write it: `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'7d'`. A misspelt unit does not compile. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

// What is added to now stays an instant that a Date, and a store, can hold.
const MOST_MS = 100_000 * 366 * 86_400_000

/** Milliseconds in a {@link Duration}. Throws `DURATION_INVALID` on anything else, and beyond 100,000 years, naming `what` when given. */
export function durationMs(duration: Duration, what = 'duration'): number {
  const match = PATTERN.exec(duration)
  const unit = UNIT_MS[match?.[2] ?? '']
  if (match === null || unit === undefined) {
    throw new EngineError(
      'DURATION_INVALID',
      `${what} ${JSON.stringify(duration)} is not a duration: write a number and a unit, such as '250ms', '30s', '5m', '1h' or '7d'`,
    )
  }
  const ms = Math.round(Number(match[1]) * unit)
  if (ms <= MOST_MS) return ms
  throw new EngineError('DURATION_INVALID', `${what} ${JSON.stringify(duration)} is longer than 100,000 years`)
}
