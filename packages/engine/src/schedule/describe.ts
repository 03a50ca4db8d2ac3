import { shapeOf } from './describe-shape.ts'
import type { DescribeLocale, RhythmUnit } from './describe-words.ts'
import { WORDS } from './describe-words.ts'
import type { Timetable } from './slots-timetable.ts'

/**
 * A timetable in plain words, lower case, without its time zone: `Monday to Friday at 09:00`, `toutes les 15 minutes`.
 * An expression of no common shape is given back as it is. Default language: English.
 */
export function describeTimetable(timetable: Timetable, locale: DescribeLocale = 'en'): string {
  const words = WORDS[locale]
  if (timetable.kind === 'interval') return words.every(...largestUnit(timetable.everyMs))
  const shape = shapeOf(timetable.fields)
  if (shape === null) return timetable.expression
  const [rhythm, days] = [words.rhythm(shape.rhythm), words.days(shape.days)]
  if (shape.rhythm.kind === 'at') return `${days} ${rhythm}`
  return shape.days.kind === 'all' ? rhythm : `${rhythm}, ${days}`
}

const UNITS: readonly (readonly [RhythmUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

function largestUnit(everyMs: number): [count: number, unit: RhythmUnit] {
  const [unit, ms] = UNITS.find(([, unitMs]) => everyMs % unitMs === 0) ?? ['millisecond', 1]
  return [everyMs / ms, unit]
}
