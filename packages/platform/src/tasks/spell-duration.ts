import { type Duration, durationMs } from '@regie/engine'

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const

/** A duration in words of the language: `30 days`, `12 heures`; in days, hours or minutes where it is a whole number of them. */
export function spellDuration(duration: Duration, language: 'en' | 'fr'): string {
  const length = durationMs(duration)
  const { unit, ms } = UNITS.find((one) => length >= 2 * one.ms && length % one.ms === 0) ?? {
    unit: 'second',
    ms: 1_000,
  }
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(length / ms)
}
