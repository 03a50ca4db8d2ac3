import { durationMs } from '../duration.ts'
import { EngineError } from '../errors.ts'
import { checkName, type Registry } from '../job/registry.ts'
import { defaultJitterMs } from './jitter.ts'
import type { Overlap, Schedule } from './schedule.ts'
import { periodMs } from './slots.ts'
import { parseTimetable, type Timetable } from './slots-timetable.ts'

/** A declared schedule, checked, with every default filled in. */
export interface Plan {
  readonly schedule: Schedule
  readonly name: string
  readonly timetable: Timetable
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: Overlap
  readonly catchUp: { readonly withinMs: number; readonly max: number }
  readonly expiresMs: number
  readonly org: string
  readonly description: string | undefined
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Checks all schedules. Throws `SCHEDULE_DUPLICATE`, `SCHEDULE_INVALID`, `CRON_INVALID`, `TIME_ZONE_INVALID`, `JOB_UNKNOWN`. */
export function planSchedules(
  schedules: readonly Schedule[],
  registry: Registry,
  org: string,
  now: number,
): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>()
  for (const schedule of schedules) {
    if (plans.has(schedule.name))
      throw new EngineError('SCHEDULE_DUPLICATE', `two schedules are named ${schedule.name}: rename one`)
    plans.set(schedule.name, plan(schedule, registry, org, now))
  }
  return plans
}

function plan(schedule: Schedule, registry: Registry, org: string, now: number): Plan {
  const { name, definition, job } = schedule
  checkName('schedule', name)
  if (!registry.has(job.name))
    throw new EngineError(
      'JOB_UNKNOWN',
      `the schedule ${name} enqueues ${job.name}, which is not one of this engine's jobs: add it to \`jobs\``,
    )
  const timetable = parseTimetable({
    name,
    cron: definition.cron,
    every: definition.every,
    timeZone: definition.timeZone,
  })
  const { within = '1h', max = 1 } = definition.catchUp ?? {}
  if (!Number.isInteger(max) || max < 0)
    throw new EngineError(
      'SCHEDULE_INVALID',
      `the schedule ${name} catches up ${max} slots: give a whole number from 0`,
    )
  return {
    schedule,
    name,
    timetable,
    timeZone: definition.timeZone ?? 'UTC',
    jitterMs:
      definition.jitter === undefined
        ? defaultJitterMs(timetable, now)
        : durationMs(definition.jitter, `the jitter of the schedule ${name}`),
    overlap: definition.overlap ?? 'skip',
    catchUp: { withinMs: durationMs(within, `catchUp.within of the schedule ${name}`), max },
    expiresMs:
      definition.expires === undefined
        ? defaultExpiry(timetable, now)
        : durationMs(definition.expires, `expires of the schedule ${name}`),
    org: definition.org ?? org,
    description: definition.description,
  }
}

/** Late work of one slot must not meet the next; but a short outage must not lose what runs every few seconds either. */
function defaultExpiry(timetable: Timetable, now: number): number {
  return Math.max(MINUTE_MS, Math.min(periodMs(timetable, now), 31 * 24 * HOUR_MS))
}

/** What is written down of a plan, to notice changes of the code at boot and to show it without the code. */
export function describePlan({
  schedule: { definition },
  timeZone,
  jitterMs,
  overlap,
  catchUp,
  expiresMs,
  timetable,
  description,
}: Plan) {
  const when = timetable.kind === 'interval' ? { everyMs: timetable.everyMs } : { cron: definition.cron }
  return {
    ...when,
    timeZone,
    jitterMs,
    overlap,
    catchUp,
    expiresMs,
    ...(description === undefined ? {} : { description }),
  }
}

/** What {@link describePlan} wrote, as it is read back. */
export type StoredPlan = {
  readonly cron?: string
  readonly everyMs?: number
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: Overlap
  readonly description?: string
}
