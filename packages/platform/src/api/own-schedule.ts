import type { ScheduleStatus } from '@regie/engine'

/** True for an organisation's own schedules and those that fire for each. */
export function isSeen(schedule: Pick<ScheduleStatus, 'for' | 'org'>, org: string): boolean {
  return schedule.for === 'each-organisation' || schedule.org === org
}
