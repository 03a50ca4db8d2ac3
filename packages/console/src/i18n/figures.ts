import type { Language } from './catalogue.ts'

/** How figures are written in one language and zone. */
export interface Figures {
  readonly timeZone: string
  /** `12,345` */
  count(value: number): string
  /** `1.2 s`, `4 min` */
  duration(ms: number): string
  /** `1 min 15 s`, `250 ms`: how long after a beginning, with every unit down to that of the step its axis is marked by. */
  lapse(ms: number, stepMs: number): string
  /** How often something comes: `per minute`, `every 5 minutes`. A whole number of milliseconds. */
  per(periodMs: number): string
  /** `3.4 MB` */
  size(bytes: number): string
  /** `in 4 min`, `2 h ago`, `yesterday`, as seen at `now`. From 24 hours on it counts the days of the calendar in the zone. */
  ago(instant: number, now: number): string
  /** `28 Nov 2026, 09:14:03`, with the zone. */
  full(instant: number): string
  /** `09:14:03` today, else with the day. */
  short(instant: number, now: number): string
  /** `28 Nov, 09:14:03` */
  stamp(instant: number): string
  /** `09:14` */
  clock(instant: number): string
  percent(share: number): string
}

// In English too as everywhere else in technology: Intl writes `3 mins` here and `3 min` there.
const SYMBOLS = { millisecond: 'ms', second: 's', minute: 'min', hour: 'h' } as const

const STEPS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const
const [DAY_MS, HOUR_MS, MINUTE_MS] = [86_400_000, 3_600_000, 60_000]
const PERIODS = [...STEPS, { unit: 'millisecond', ms: 1 }] as const
/** `par minute`, `tous les 2 jours`, `toutes les 5 minutes` */
const FRENCH = { day: 'jour', hour: 'heure', minute: 'minute', second: 'seconde', millisecond: 'milliseconde' } as const

/** How a language writes figures and dates. */
export function localeOf(language: Language): string {
  return language === 'fr' ? 'fr-FR' : 'en-GB'
}

/** A date with its day in front: in French the first is an ordinal, and Intl does not know it. */
export function premier(date: string): string {
  return date.replace(/^1 (?=[a-zéû])/, '1er ')
}

/** Makes the writer of figures. */
export function figuresFor(language: Language, timeZone: string): Figures {
  const locale = localeOf(language)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const thousandths = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const full = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone,
  })
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'short', timeZone })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone })
  const dayTime = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  const stamp = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  })
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone })
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone })
  const dayNumber = (instant: number): number => Math.round(Date.parse(day.format(instant)) / DAY_MS)
  const units = new Map<string, Intl.NumberFormat>()
  const unit = (value: number, name: string): string => {
    const symbol = language === 'fr' ? undefined : symbolOf(name)
    if (symbol !== undefined) return `${number.format(value)}\u00a0${symbol}`
    const known = units.get(name)
    const format =
      known ??
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 })
    if (known === undefined) units.set(name, format)
    return format.format(value)
  }
  const zoneName = (instant: number): string =>
    zone.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  return {
    timeZone,
    count: (value) => number.format(value),
    duration(ms) {
      if (ms < 1_000) return unit(Math.round(ms), 'millisecond')
      if (ms < 60_000) return unit(ms / 1_000, 'second')
      if (ms < 3_600_000) return unit(ms / 60_000, 'minute')
      return ms < 172_800_000 ? unit(ms / 3_600_000, 'hour') : unit(ms / 86_400_000, 'day')
    },
    lapse(ms, stepMs) {
      const rounded = Math.round(ms)
      if (rounded > 0 && rounded < 1_000 && stepMs < 1_000) return unit(rounded, 'millisecond')
      const parts: string[] = []
      let left = stepMs < 1_000 ? rounded : Math.round(rounded / 1_000) * 1_000
      for (const step of STEPS) {
        const many = step.ms === 1_000 ? left / 1_000 : Math.floor(left / step.ms)
        left -= many * step.ms
        const symbol = step.unit === 'day' ? (language === 'fr' ? 'j' : 'd') : SYMBOLS[step.unit]
        if (many > 0) parts.push(`${thousandths.format(many)}\u00a0${symbol}`)
      }
      return parts.length === 0 ? `0\u00a0s` : parts.join(' ')
    },
    per(periodMs) {
      // The largest unit of which it is a whole number: 60 s are a minute, 90 s are none and a half.
      const step = PERIODS.find(({ ms }) => periodMs >= ms && periodMs % ms === 0) ?? PERIODS[4]
      const many = periodMs / step.ms
      if (language !== 'fr') return many === 1 ? `per ${step.unit}` : `every ${number.format(many)} ${step.unit}s`
      const name = FRENCH[step.unit]
      if (many === 1) return `par ${name}`
      return `${step.unit === 'day' ? 'tous' : 'toutes'} les ${number.format(many)} ${name}s`
    },
    size(bytes) {
      if (bytes < 1_000) return unit(bytes, 'byte')
      if (bytes < 1_000_000) return unit(bytes / 1_000, 'kilobyte')
      return bytes < 1_000_000_000 ? unit(bytes / 1_000_000, 'megabyte') : unit(bytes / 1_000_000_000, 'gigabyte')
    },
    ago(instant, now) {
      const distance = instant - now
      const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms)
      if (step === undefined) return relative.format(0, 'second')
      // Days have names: what comes in 35 hours may be for tomorrow or for the day after.
      const days = step.unit === 'day' ? dayNumber(instant) - dayNumber(now) : 0
      if (days !== 0) return relative.format(days, 'day')
      // An hour that began a moment ago is still to come whole.
      const ahead = distance > 0 && step.ms >= HOUR_MS ? MINUTE_MS : 0
      // The day on which summer time ends is longer than 24 hours.
      const within = step.unit === 'day' ? STEPS[1] : step
      const steps = Math.trunc((distance + ahead) / within.ms)
      if (language === 'fr') return relative.format(steps, within.unit)
      const length = unit(Math.abs(steps), within.unit)
      return steps < 0 ? `${length} ago` : `in ${length}`
    },
    full: (instant) => `${premier(full.format(instant))} ${zoneName(instant)}`,
    short: (instant, now) =>
      day.format(instant) === day.format(now) ? time.format(instant) : premier(dayTime.format(instant)),
    stamp: (instant) => stamp.format(instant),
    clock: (instant) => clock.format(instant),
    percent: (share) => percent.format(share),
  }
}

function symbolOf(unit: string): string | undefined {
  return (SYMBOLS as Readonly<Record<string, string>>)[unit]
}
