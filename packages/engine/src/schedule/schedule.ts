import type { Duration } from '../duration.ts'
import type { AnyJob, Job, JobCall } from '../job/job.ts'

/** What to do with a due slot while an earlier run of the schedule has not ended. */
export type Overlap = 'skip' | 'queue' | 'allow' | 'cancel'

/** Whom a schedule works for: `server` is one run for each slot, `each-organisation` one for each slot and organisation. */
export type ScheduleScope = 'server' | 'each-organisation'

/** A recurring enqueue, as its author writes it. Give `cron` or `every`, not both. */
export type ScheduleDefinition<In = unknown> = {
  /** Unique in an engine; same form as a job's name. */
  readonly name: string
  readonly job: Job<In, unknown>
  readonly input: In
  /** IANA name in which `cron` is read. Default `UTC`. */
  readonly timeZone?: string
  /** Each slot starts up to this late, the same in every process. Default by frequency (docs/guides/schedules.md). `'0s'` for none. */
  readonly jitter?: Duration
  /** Default `skip`. */
  readonly overlap?: Overlap
  /**
   * Slots missed while nothing ran: the newest `max` of those no older than `within` are still fired, each under the rule of
   * `overlap` (so with `skip` only the first of them). Default: one, within `'1h'`.
   */
  readonly catchUp?: { readonly within: Duration; readonly max: number }
  /** A run of this schedule not started after this long ends `expired`. Default: the period until the next slot, at least a minute. */
  readonly expires?: Duration
  /** `each-organisation` gives every slot a run of each organisation there is by then (`EngineOptions.organisations`). Default `server`. */
  readonly for?: ScheduleScope
  /** The organisation its runs belong to, unless they are of each. Default: the engine's. */
  readonly org?: string
  /** What it is for, for the person who reads the list. */
  readonly description?: string
} & ({ readonly cron: string; readonly every?: never } | { readonly every: Duration; readonly cron?: never })

/** A recurring enqueue of a prepared call: a chain, a group, a chord, a graph. */
export type ScheduledCall = Omit<ScheduleDefinition, 'job' | 'input' | 'cron' | 'every'> &
  Pick<ScheduleDefinition, 'cron' | 'every'> & { readonly call: JobCall }

/** A declared schedule whatever its job's input. */
export interface Schedule {
  readonly name: string
  readonly job: AnyJob
  readonly input: unknown
  readonly definition: Omit<ScheduleDefinition<never>, 'job' | 'input'>
}

/** Declares a schedule. The engine checks the expression, the zone and the input when it is created. */
export function schedule<In>(definition: ScheduleDefinition<In> | ScheduledCall): Schedule {
  const { name } = definition
  if ('call' in definition) {
    const { call, ...rest } = definition
    return { name, job: call.job, input: call.input, definition: rest as Schedule['definition'] }
  }
  const { job, input, ...rest } = definition
  return { name, job, input, definition: rest as Schedule['definition'] }
}

/** What became of a slot, for whoever it is. `late` was fired by catch-up; `skipped` fell to the overlap rule; `missed` was too old. */
export type SlotOutcome = 'fired' | 'late' | 'queued' | 'skipped' | 'missed' | 'manual'

/** One due instant of a schedule and what became of it. */
export interface SlotRecord {
  readonly schedule: string
  /** The due instant, before jitter (milliseconds UTC). */
  readonly slot: number
  /** Whose, of a schedule for each organisation. Absent when all of them missed it. */
  readonly org?: string
  readonly outcome: SlotOutcome
  readonly runId?: number
  readonly handledAt: number
}

/** A schedule as operators see it. */
export interface ScheduleStatus {
  readonly name: string
  readonly for: ScheduleScope
  /** Whose runs they are; of a schedule for each organisation, who operates it. */
  readonly org: string
  readonly job: string
  readonly cron?: string
  readonly everyMs?: number
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: Overlap
  /** Of the slots missed while nothing ran, the newest `max` of those no older than `withinMs` are still fired. */
  readonly catchUp: { readonly withinMs: number; readonly max: number }
  /** A run not started after this long ends `expired`. */
  readonly expiresMs: number
  readonly description?: string
  readonly pausedAt?: number
  /** What whoever paused it gave as the reason. */
  readonly pausedReason?: string
  readonly nextSlot?: number
  readonly lastSlot?: SlotRecord
  /** False when the code that runs no longer declares it. */
  readonly declared: boolean
}
