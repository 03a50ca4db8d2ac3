import { durationMs } from '../duration.ts'
import { EngineError } from '../errors.ts'
import type { AnyJob } from '../job/job.ts'
import { parsePayload, serialisePayload } from '../job/prepare.ts'
import { checkName, type Registry } from '../job/registry.ts'
import { defaultJitterMs } from './jitter.ts'
import type { Overlap, Schedule, ScheduleScope } from './schedule.ts'
import { periodMs } from './slots.ts'
import { parseTimetable, type Timetable } from './slots-timetable.ts'

/** A declared schedule, checked, with every default filled in. */
export interface Plan {
  readonly schedule: Schedule
  /** What is written down of it: equal text is the same schedule. */
  readonly spec: string
  readonly name: string
  readonly timetable: Timetable
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: Overlap
  readonly catchUp: { readonly withinMs: number; readonly max: number }
  readonly expiresMs: number
  readonly scope: ScheduleScope
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
  const { name, job } = schedule
  checkName('schedule', name)
  const known = registry.get(job.name)
  if (known === undefined)
    throw new EngineError(
      'JOB_UNKNOWN',
      `the schedule ${name} enqueues ${job.name}, which is not one of this engine's jobs: add it to \`jobs\``,
    )
  checkInput(known, schedule)
  const checked = planTimes(schedule, org, now)
  return { ...checked, spec: JSON.stringify(describePlan(checked)) }
}

/**
 * Checks one schedule by itself, without an engine: its expression, zone, lengths, whom it is for and what it enqueues.
 * Throws `SCHEDULE_INVALID`, `CRON_INVALID`, `TIME_ZONE_INVALID` or `DURATION_INVALID`, as `createEngine` would.
 */
export function checkSchedule(schedule: Schedule, now: number): void {
  planTimes(schedule, 'any', now)
  checkInput(schedule.job, schedule)
}

function planTimes(schedule: Schedule, org: string, now: number): Omit<Plan, 'spec'> {
  const { name, definition } = schedule
  const { cron, every, timeZone } = definition
  const timetable = parseTimetable({ name, cron, every, timeZone })
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
    jitterMs: jitterOf(schedule, timetable, now),
    overlap: definition.overlap ?? 'skip',
    catchUp: { withinMs: durationMs(within, `catchUp.within of the schedule ${name}`), max },
    expiresMs:
      definition.expires === undefined
        ? defaultExpiry(timetable, now)
        : durationMs(definition.expires, `expires of the schedule ${name}`),
    scope: scopeOf(schedule),
    org: definition.org ?? org,
    description: definition.description,
  }
}

function scopeOf({ name, definition: { for: scope = 'server', org } }: Schedule): ScheduleScope {
  if (!['server', 'each-organisation'].includes(scope))
    throw new EngineError(
      'SCHEDULE_INVALID',
      `the schedule ${name} is for ${JSON.stringify(scope)}: write 'each-organisation' or 'server'`,
    )
  if (scope === 'each-organisation' && org !== undefined)
    throw new EngineError(
      'SCHEDULE_INVALID',
      `the schedule ${name} is for each organisation and for ${org}: leave one of \`for\` and \`org\` out`,
    )
  return scope
}

/** A slot that is delayed into the next one would make that one meet it, and be skipped. */
function jitterOf({ name, definition: { jitter } }: Schedule, timetable: Timetable, now: number): number {
  const wanted =
    jitter === undefined ? defaultJitterMs(timetable, now) : durationMs(jitter, `the jitter of the schedule ${name}`)
  return Math.min(wanted, periodMs(timetable, now))
}

/** What would be refused at each slot is refused at boot. */
function checkInput(known: AnyJob, { name, input }: Schedule): void {
  try {
    const parsed = parsePayload(known, serialisePayload(known.name, input))
    known.definition.workflow?.check?.(parsed)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('SCHEDULE_INVALID', `the schedule ${name} cannot be enqueued: ${reason}`, { cause })
  }
}

/** Late work of one slot must not meet the next; but a short outage must not lose what runs every few seconds either. */
function defaultExpiry(timetable: Timetable, now: number): number {
  return Math.max(MINUTE_MS, Math.min(periodMs(timetable, now), 31 * 24 * HOUR_MS))
}

/** What is written down of a plan, to notice changes of the code at boot and to show it without the code. */
function describePlan({
  schedule: { definition },
  timeZone,
  jitterMs,
  overlap,
  catchUp,
  expiresMs,
  timetable,
  scope,
  description,
}: Omit<Plan, 'spec'>) {
  const when = timetable.kind === 'interval' ? { everyMs: timetable.everyMs } : { cron: definition.cron }
  return {
    ...when,
    timeZone,
    jitterMs,
    overlap,
    catchUp,
    expiresMs,
    ...(scope === 'server' ? {} : { for: scope }),
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
  readonly catchUp: { readonly withinMs: number; readonly max: number }
  readonly expiresMs: number
  /** Absent: `server`. */
  readonly for?: ScheduleScope
  readonly description?: string
}
