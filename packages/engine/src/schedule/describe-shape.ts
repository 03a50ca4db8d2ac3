import type { CronFields } from './cron.ts'

/** The common shapes of a cron expression, as data; each language puts them in words. */
export interface CronShape {
  readonly rhythm: Rhythm
  readonly days: Days
}

/** When within a day. */
export type Rhythm =
  | Every
  /** Every `count` hours, at this minute past. */
  | { readonly kind: 'past'; readonly count: number; readonly minute: number }
  | { readonly kind: 'at'; readonly times: readonly TimeOfDay[] }

/** Every `count` units, counted from the start of the next larger one. */
export interface Every {
  readonly kind: 'every'
  readonly count: number
  readonly unit: 'second' | 'minute' | 'hour'
  readonly hours: Hours
}

/** First and last hour, both included; null for the whole day. */
export type Hours = { readonly from: number; readonly to: number } | null

/** A local time of day. */
export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** On which days. Weekdays count from Sunday, 0. */
export type Days =
  | { readonly kind: 'all' }
  | { readonly kind: 'working days' }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'nth weekday'; readonly nth: number | 'last'; readonly weekday: number }
  | { readonly kind: 'month days'; readonly days: readonly number[] }
  | { readonly kind: 'last day' }
  | { readonly kind: 'dates'; readonly days: readonly number[]; readonly months: readonly number[] }

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** The shape of an expression, or null when it is none of the common ones. */
export function shapeOf(fields: CronFields): CronShape | null {
  const rhythm = rhythmOf(fields)
  const days = daysOf(fields)
  return rhythm === null || days === null ? null : { rhythm, days }
}

function rhythmOf({ second, minute, hour }: CronFields): Rhythm | null {
  const hours = hoursOf(hour)
  const seconds = stepOf(second, 60)
  if (seconds !== null && minute === '*') return hours && { kind: 'every', count: seconds, unit: 'second', ...hours }
  const minutes = stepOf(minute, 60)
  if (minutes !== null && second === '0') return hours && { kind: 'every', count: minutes, unit: 'minute', ...hours }
  const minuteList = listOf(minute, 0, 59)
  const secondList = listOf(second, 0, 59)
  const [onlyMinute, onlySecond] = [minuteList?.[0], secondList?.[0]]
  if (onlyMinute === undefined || onlySecond === undefined || secondList?.length !== 1) return null
  const hourStep = stepOf(hour, 24)
  if (hourStep !== null) return minuteList?.length === 1 && onlySecond === 0 ? everyHours(hourStep, onlyMinute) : null
  const range = hour.includes('-') && minute === '0' && second === '0' ? hoursOf(hour) : null
  if (range !== null) return { kind: 'every', count: 1, unit: 'hour', ...range }
  const times = listOf(hour, 0, 23)?.flatMap((h) =>
    minuteList?.map((m) => ({ hour: h, minute: m, second: onlySecond })),
  )
  const few = times?.filter((time) => time !== undefined)
  return few === undefined || few.length > 6 ? null : { kind: 'at', times: few }
}

function everyHours(count: number, minute: number): Rhythm {
  return minute === 0 ? { kind: 'every', count, unit: 'hour', hours: null } : { kind: 'past', count, minute }
}

function hoursOf(hour: string): { readonly hours: Hours } | null {
  if (hour === '*') return { hours: null }
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(hour) ?? []
  return from === undefined ? null : { hours: { from: Number(from), to: Number(to) } }
}

function daysOf({ day, month, weekday }: CronFields): Days | null {
  const months = month === '*' ? null : listOf(month, 1, 12, MONTHS)
  if (month !== '*') return datesOf(day, months, weekday)
  if (isAny(weekday)) return monthDaysOf(day)
  return isAny(day) ? weekdaysOf(weekday) : null
}

function datesOf(day: string, months: readonly number[] | null, weekday: string): Days | null {
  const days = listOf(day, 1, 31)
  return days === null || months === null || !isAny(weekday) ? null : { kind: 'dates', days, months }
}

function monthDaysOf(day: string): Days | null {
  if (isAny(day)) return { kind: 'all' }
  if (day === 'L') return { kind: 'last day' }
  const days = listOf(day, 1, 31)
  return days && { kind: 'month days', days }
}

function weekdaysOf(weekday: string): Days | null {
  const [, name = '', nth] = /^([A-Z]{3}|\d)(?:#([1-5L])|L)$/.exec(weekday) ?? []
  const [only] = listOf(name, 0, 7, WEEKDAYS) ?? []
  if (only !== undefined)
    return { kind: 'nth weekday', nth: nth === undefined || nth === 'L' ? 'last' : Number(nth), weekday: only % 7 }
  const days = listOf(weekday, 0, 7, WEEKDAYS)?.map((index) => index % 7)
  if (days === undefined) return null
  const weekdays = [...new Set(days)].sort((a, b) => mondayFirst(a) - mondayFirst(b))
  if (weekdays.join() === '1,2,3,4,5') return { kind: 'working days' }
  return weekdays.length === 7 ? { kind: 'all' } : { kind: 'weekdays', weekdays }
}

function mondayFirst(weekday: number): number {
  return (weekday + 6) % 7
}

function isAny(field: string): boolean {
  return field === '*' || field === '?'
}

/** The N of a step over everything, 1 without; null when the step does not divide the whole: its rhythm is uneven. */
function stepOf(field: string, whole: number): number | null {
  if (field === '*') return 1
  const step = Number(/^\*\/(\d+)$/.exec(field)?.[1])
  return step > 0 && step < whole && whole % step === 0 ? step : null
}

/** The numbers of a list of numbers, names and ranges, in order; null when it holds anything else. */
function listOf(field: string, low: number, high: number, names: readonly string[] = []): readonly number[] | null {
  const numbers = field.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map((text) => numberOf(text, low, names))
    return from >= low && to <= high ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [Number.NaN]
  })
  return numbers.some(Number.isNaN) ? null : numbers.toSorted((a, b) => a - b)
}

function numberOf(text: string, low: number, names: readonly string[]): number {
  if (/^\d+$/.test(text)) return Number(text)
  // Months are named from 1, weekdays from 0.
  return names.includes(text) ? names.indexOf(text) + low : Number.NaN
}
