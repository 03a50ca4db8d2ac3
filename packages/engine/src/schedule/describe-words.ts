import type { Days, Every, Rhythm, TimeOfDay } from './describe-shape.ts'

/** The languages a timetable can be described in. */
export type DescribeLocale = 'en' | 'fr'

/** A unit of time that a rhythm counts in. */
export type RhythmUnit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day'

/** One language's way to say a timetable. */
export interface Words {
  every(count: number, unit: RhythmUnit): string
  rhythm(rhythm: Rhythm): string
  days(days: Days): string
}

const EN_WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const FR_WEEKDAYS = ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi']
const EN_NTH = ['first', 'second', 'third', 'fourth', 'fifth']
const FR_NTH = ['premier', 'deuxième', 'troisième', 'quatrième', 'cinquième']
const FR_UNITS: Readonly<Record<RhythmUnit, { all: string; name: string }>> = {
  millisecond: { all: 'toutes les', name: 'milliseconde' },
  second: { all: 'toutes les', name: 'seconde' },
  minute: { all: 'toutes les', name: 'minute' },
  hour: { all: 'toutes les', name: 'heure' },
  day: { all: 'tous les', name: 'jour' },
}
const EN_MONTHS = monthNames('en')
const FR_MONTHS = monthNames('fr')

const english: Words = {
  every: (count, unit) => (count === 1 ? `every ${unit}` : `every ${count} ${unit}s`),
  rhythm(rhythm) {
    if (rhythm.kind === 'at') return `at ${list(rhythm.times.map(enTime), 'and')}`
    const every = english.every(rhythm.count, rhythm.kind === 'past' ? 'hour' : rhythm.unit)
    return rhythm.kind === 'past' ? `${every} at minute ${rhythm.minute}` : `${every}${enHours(rhythm)}`
  },
  days(days) {
    if (days.kind === 'all') return 'every day'
    if (days.kind === 'working days') return 'Monday to Friday'
    if (days.kind === 'weekdays') return `every ${list(names(EN_WEEKDAYS, days.weekdays), 'and')}`
    if (days.kind === 'last day') return 'on the last day of every month'
    if (days.kind === 'month days') return `on the ${list(days.days.map(enOrdinal), 'and')} of every month`
    if (days.kind === 'dates') return `every year on ${dates(days, EN_MONTHS, String, 'and')}`
    const nth = days.nth === 'last' ? 'last' : EN_NTH[days.nth - 1]
    return `on the ${nth} ${EN_WEEKDAYS[days.weekday]} of every month`
  },
}

const french: Words = {
  every(count, unit) {
    const { all, name } = FR_UNITS[unit]
    return count === 1 ? `${all} ${name}s` : `${all} ${count} ${name}s`
  },
  rhythm(rhythm) {
    if (rhythm.kind === 'at') return `à ${list(rhythm.times.map(frTime), 'et')}`
    const every = french.every(rhythm.count, rhythm.kind === 'past' ? 'hour' : rhythm.unit)
    return rhythm.kind === 'past' ? `${every} à la minute ${rhythm.minute}` : `${every}${frHours(rhythm)}`
  },
  days(days) {
    if (days.kind === 'all') return 'tous les jours'
    if (days.kind === 'working days') return 'du lundi au vendredi'
    if (days.kind === 'weekdays') return `tous les ${list(names(FR_WEEKDAYS, days.weekdays).map(plural), 'et')}`
    if (days.kind === 'last day') return 'le dernier jour de chaque mois'
    if (days.kind === 'month days')
      return `${list(
        days.days.map((day) => `le ${frOrdinal(day)}`),
        'et',
      )} de chaque mois`
    if (days.kind === 'dates') return `chaque année le ${dates(days, FR_MONTHS, frOrdinal, 'et le')}`
    const nth = days.nth === 'last' ? 'dernier' : FR_NTH[days.nth - 1]
    return `le ${nth} ${FR_WEEKDAYS[days.weekday]} de chaque mois`
  },
}

/** How each language says a timetable. */
export const WORDS: Readonly<Record<DescribeLocale, Words>> = { en: english, fr: french }

function monthNames(locale: DescribeLocale): readonly string[] {
  const format = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2026, month, 1)))
}

function names(all: readonly string[], indexes: readonly number[]): readonly string[] {
  return indexes.map((index) => all[index] ?? '')
}

function dates(
  { days, months }: Extract<Days, { kind: 'dates' }>,
  monthWords: readonly string[],
  dayWord: (day: number) => string,
  and: string,
): string {
  return list(
    months.flatMap((month) => days.map((day) => `${dayWord(day)} ${monthWords[month - 1]}`)),
    and,
  )
}

function list(items: readonly string[], and: string): string {
  const head = items.slice(0, -1).join(', ')
  return head === '' ? items.join() : `${head} ${and} ${items.at(-1)}`
}

function enOrdinal(day: number): string {
  const teen = day > 10 && day < 14
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')
  return `${day}${ending}`
}

function frOrdinal(day: number): string {
  return day === 1 ? '1er' : String(day)
}

function plural(weekday: string): string {
  return `${weekday}s`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

function enTime({ hour, minute, second }: TimeOfDay): string {
  return `${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`
}

function frTime({ hour, minute, second }: TimeOfDay): string {
  if (second !== 0) return `${hour} h ${two(minute)} min ${two(second)} s`
  return minute === 0 ? `${hour} h` : `${hour} h ${two(minute)}`
}

function enHours({ hours, unit }: Every): string {
  return hours === null ? '' : ` from ${two(hours.from)}:00 to ${two(hours.to)}:${unit === 'hour' ? '00' : '59'}`
}

function frHours({ hours, unit }: Every): string {
  return hours === null ? '' : ` de ${hours.from} h à ${hours.to} h${unit === 'hour' ? '' : ' 59'}`
}
