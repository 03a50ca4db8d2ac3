import { describeTimetable } from '../schedule/describe.ts'
import type { DescribeLocale } from '../schedule/describe-words.ts'
import type { ScheduleStatus } from '../schedule/schedule.ts'
import { timetableOf } from './schedules.ts'

/** When a schedule is due, in plain words: "every weekday at 09:00", "tous les jours ouvrés à 09:00". An unusual expression stands for itself. */
export function describeSchedule(status: ScheduleStatus, locale: DescribeLocale = 'en'): string {
  return describeTimetable(timetableOf(status), locale)
}
