import { type Html, html } from './html.ts'
import type { Language } from './words.ts'

/** How instants, durations and sizes are written in one language and zone, as seen at one moment. */
export interface Figures {
  /** `in 4 minutes`, with the full date on hover and for machines. */
  moment(instant: number): Html
  /** `1.2 s` */
  duration(ms: number): string
  /** `3.4 MB` */
  size(bytes: number): string
  count(value: number): string
}

const STEPS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const

/** Makes the writer of figures. */
export function figuresFor(language: Language, timeZone: string, now: number): Figures {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium', timeZone })
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(value)
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone })
  // "Tomorrow" is a matter of the calendar, not of 24 hours.
  const calendarDays = (from: number, to: number): number =>
    Math.round((Date.parse(day.format(to)) - Date.parse(day.format(from))) / 86_400_000)
  const ago = (instant: number): string => {
    const distance = instant - now
    const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms)
    return step === undefined
      ? relative.format(0, 'second')
      : relative.format(step.unit === 'day' ? calendarDays(now, instant) : Math.trunc(distance / step.ms), step.unit)
  }
  return {
    moment: (instant) =>
      html`<time datetime="${new Date(instant).toISOString()}" title="${full.format(instant)}">${ago(instant)}</time>`,
    duration(ms) {
      if (ms < 1_000) return unit(Math.round(ms), 'millisecond')
      if (ms < 60_000) return unit(ms / 1_000, 'second')
      return ms < 3_600_000 ? unit(ms / 60_000, 'minute') : unit(ms / 3_600_000, 'hour')
    },
    size(bytes) {
      if (bytes < 1_000_000) return unit(bytes / 1_000, 'kilobyte')
      return bytes < 1_000_000_000 ? unit(bytes / 1_000_000, 'megabyte') : unit(bytes / 1_000_000_000, 'gigabyte')
    },
    count: (value) => (Number.isInteger(value) ? whole : number).format(value),
  }
}
