import type { Transaction } from 'kysely'
import type { Clock } from './clock.ts'
import type { EngineTransaction, Enqueue } from './context.ts'
import type { AnyEventType } from './event/event.ts'
import type { Append, Erasure, Events } from './event/event-api.ts'
import type { MasterKey, PersonKeys } from './event/person-keys.ts'
import type { GraphOptions } from './graph/options.ts'
import type { AnyJob, Priority } from './job/job.ts'
import type { Run, RunDetail, RunState, StoredError } from './job/run.ts'
import type { LoggedRun, Logger } from './log.ts'
import type { AnyProjection } from './projection/projection.ts'
import type { Projections } from './projection/projection-api.ts'
import type { WorkerVitals } from './queue/vitals.ts'
import type { Random } from './random.ts'
import type { AnyReaction } from './reaction/reaction.ts'
import type { Schedule, ScheduleStatus, SlotRecord } from './schedule/schedule.ts'
import type { Database, DatabaseSource } from './store/database.ts'
import type { MigrationStatus } from './store/migrate.ts'
import type { Workflows } from './workflow/workflows-api.ts'

/** How one queue is worked in this process. */
export interface QueueOptions {
  /** Runs at the same time in one process. Default 10. */
  readonly concurrency?: number
  /** Give each organisation its share, weighted by `weight`, instead of first come, first served. Default false. */
  readonly fair?: boolean
}

/** What a process does. `api` only enqueues and answers; `worker` runs jobs; `scheduler` fires due slots. */
export type Role = 'api' | 'worker' | 'scheduler'

/** Everything an engine is made of. */
export interface EngineOptions {
  readonly database: DatabaseSource | Database
  readonly jobs: readonly AnyJob[]
  readonly schedules?: readonly Schedule[]
  /** Every event type that is appended or read in its newest version. */
  readonly events?: readonly AnyEventType[]
  /** Tables kept up to date from events. Made at `start`; asynchronous ones are driven by processes with the role `worker`. */
  readonly projections?: readonly AnyProjection[]
  /** Jobs that follow events. */
  readonly reactions?: readonly AnyReaction[]
  /** What personal fields of events are encrypted with. Needed when an event type has some. */
  readonly personKeys?: MasterKey | PersonKeys
  /**
   * Puts an erasure where a restored backup cannot undo it. `events.forget` waits for it after its commit and throws what it
   * throws; it is told of those forgotten before too, because whoever was told then may have died.
   */
  readonly onErasure?: (erasure: Erasure) => Promise<void>
  /** Queues by name. `default` always exists; a job that names another must find it here. */
  readonly queues?: Readonly<Record<string, QueueOptions>>
  /** The queues whose runs this process takes as a worker; another process must serve the others. Default: all. */
  readonly serves?: readonly string[]
  /** The organisation of what names none. Default `main`. */
  readonly org?: string
  /** The organisations that schedules for each organisation fire for, asked at each slot. Default: the engine's own. */
  readonly organisations?: () => Promise<readonly string[]>
  /** An organisation's weight in fair queues. Default 1 for all. */
  readonly weight?: (org: string) => number
  /** What declarative workflows reach outside of the engine. Default: public addresses, nothing else. */
  readonly graph?: GraphOptions
  readonly clock?: Clock
  readonly random?: Random
  readonly log?: Logger
  /** Makes the log of one run, when it first writes. Default: {@link runLog}. */
  readonly runLog?: (log: Logger, run: LoggedRun) => Logger
  /** The W3C trace under way outside of runs, as 32 hexadecimal digits; asked at each enqueueing. Default: none. */
  readonly trace?: () => string | undefined
  /** Handed to every job as `context.services`. */
  readonly services?: unknown
  /** Told of each run that ended `failed`, of each missed slot and each stopped projection, once it is committed. Must not throw. */
  readonly onTrouble?: (trouble: Trouble) => void
  /** Told of each ended attempt, for metrics. Must be quick and must not throw. */
  readonly onAttempt?: (attempt: EndedAttempt) => void
  /** Ended runs and slots are kept this long. Default 30 days, dead letters 90. */
  readonly retention?: { readonly endedMs?: number; readonly failedMs?: number }
  /** Removes what others keep of these runs, in the transaction that forgets them. What it throws has them kept for now. */
  readonly onForget?: ForgetRuns
  /** Of the code, told with each worker. */
  readonly version?: string
  /** Longest wait for running jobs at `stop`. Default 25,000 ms. */
  readonly stopMs?: number
}

/** What goes with runs that are forgotten. */
export type ForgetRuns = (tx: Transaction<never>, ids: readonly number[]) => Promise<void>

/** What was removed of an organisation that is no more, and what is still there. */
export interface ForgottenOrganisation {
  readonly runs: number
  /** Events, streams, keys of persons, signals and what else is kept beside runs. */
  readonly rows: number
  /** Runs that could not go yet: they have not ended, a batch waits for them, or one is the newest of all. */
  readonly left: number
}

/** Something a person should hear of. `run-failed` includes runs that expired before they could start. */
export type Trouble =
  | {
      readonly kind: 'run-failed'
      readonly runId: number
      readonly org: string
      readonly job: string
      readonly error: string
      /** Of the error, as `engine.runs.errors` groups them. */
      readonly fingerprint: string
    }
  | { readonly kind: 'slot-missed'; readonly schedule: string; readonly slot: number; readonly missed: number }
  | { readonly kind: 'schedule-failed'; readonly schedule: string; readonly error: string }
  | { readonly kind: 'store-failed'; readonly error: string }
  | {
      readonly kind: 'projection-failed'
      readonly projection: string
      /** Of the event that could not be applied. */
      readonly position: number
      readonly error: string
    }

/** One attempt that ended in this process. */
export interface EndedAttempt {
  readonly job: string
  readonly queue: string
  readonly outcome: 'succeeded' | 'failed' | 'retried' | 'cancelled' | 'expired' | 'interrupted'
  /** From when the run was enqueued, due or replayed to this start: earlier attempts count. */
  readonly waitMs: number
  /** From when it could start to when it did; absent where that is not known: for a retry, or a workflow that was woken. */
  readonly queuedMs?: number
  readonly durationMs: number
}

/** Where a run stands, or `retrying`: `scheduled` for its next try, after the one before failed. */
export type FilterState = RunState | 'retrying'

/** Which runs to list or act on; all conditions must hold. */
export interface RunFilter {
  readonly org?: string
  readonly state?: readonly FilterState[]
  readonly queue?: string
  /** A name, or a beginning of one followed by `*`. */
  readonly job?: string
  /** Only workflows, or only jobs that are none. */
  readonly workflow?: boolean
  /** Part of the error's code or text; `*` stands for anything. */
  readonly error?: string
  /** Of the error it failed with, or fails with until its next try, as `engine.runs.errors` groups them. */
  readonly fingerprint?: string
  /** Created before and after these instants (milliseconds UTC). */
  readonly createdBefore?: number
  readonly createdAfter?: number
  readonly tag?: string
  readonly parentId?: number
  readonly batchId?: number
  /** Enqueued in this W3C trace. */
  readonly traceId?: string
  /** Only these; at most 500. */
  readonly ids?: readonly number[]
  /** Fields of the input by dotted path, compared as text. */
  readonly input?: Readonly<Record<string, string>>
  /** All of these must match too. */
  readonly all?: readonly RunFilter[]
  /** None of these may match. */
  readonly not?: readonly Omit<RunFilter, 'not'>[]
}

/** Runs of one job and organisation that failed, or wait for their next try, with the same fault: numbers, ids and quoted values in the errors' text do not count. */
export interface ErrorGroup {
  readonly fingerprint: string
  readonly org: string
  readonly job: string
  /** Of the newest run. */
  readonly error: StoredError
  /** Those that failed for good. */
  readonly count: number
  /** Those that will be tried again by themselves. */
  readonly retrying: number
  /** When the first and the newest of them failed (milliseconds UTC). */
  readonly firstAt: number
  readonly lastAt: number
  readonly lastRunId: number
  /** How many failed in each of the last 24 hours, the present one last. */
  readonly hours: readonly number[]
}

/** Which groups of errors to list. */
export interface ErrorQuery {
  readonly org?: string
  /** Of this one, or of these. */
  readonly fingerprint?: string | readonly string[]
  /** Of the failed runs, those that match. */
  readonly filter?: RunFilter
  /** At most 200 (default 50), those that failed latest. */
  readonly limit?: number
}

/** Writes what belongs to a slice of up to 500 runs in its transaction, told how many of them were changed; what it throws undoes the slice. */
export type WithinSlice = (tx: Transaction<unknown>, changed: number) => Promise<void>

/** A page of runs, newest first. */
export interface RunPage {
  readonly runs: readonly Run[]
  /** Pass it as `after` for the next page; absent on the last. */
  readonly next?: string
}

/** One queue, over all processes. */
export interface QueueStatus {
  readonly name: string
  readonly queued: number
  readonly scheduled: number
  readonly blocked: number
  readonly running: number
  /** Age of the oldest queued run in milliseconds. */
  readonly oldestMs?: number
  readonly pausedAt?: number
  readonly pausedReason?: string
}

/** One live process of the engine. */
export interface WorkerStatus {
  /** Its fencing number: grows with each registration, never reused. */
  readonly epoch: number
  readonly name: string
  readonly startedAt: number
  readonly beatAt: number
  readonly running: number
  /** Those runs. */
  readonly runIds: readonly number[]
  readonly queues: readonly string[]
  /** Since when it is to take nothing new. */
  readonly drainingAt?: number
  /** What it last told of itself; absent in its first seconds. */
  readonly vitals?: WorkerVitals
}

/** How far a batch is. */
export interface BatchStatus {
  readonly id: number
  readonly org: string
  readonly total: number
  /** Runs that have not ended. */
  readonly pending: number
  /** Runs that ended otherwise than by success. */
  readonly failed: number
  readonly createdAt: number
  readonly finishedAt?: number
  /** The run enqueued at its end. */
  readonly callbackRunId?: number
}

/** Runs as operators handle them. */
export interface Runs {
  get(id: number): Promise<RunDetail>
  /** What runs returned, by id; those that returned nothing, have not ended or are forgotten are not in it. */
  results(ids: readonly number[]): Promise<ReadonlyMap<number, unknown>>
  /** At most 200 a page (default 50). */
  search(filter?: RunFilter, page?: { readonly limit?: number; readonly after?: string }): Promise<RunPage>
  /** How many match; counts no further than `atMost`, by default and at most 100,000. */
  count(filter?: RunFilter, atMost?: number): Promise<number>
  /** Runs that failed and were not retried, by what went wrong; what failed latest comes first. */
  errors(query?: ErrorQuery): Promise<readonly ErrorGroup[]>
  /** A batch, until it is forgotten with its runs. Throws `RUN_UNKNOWN`. */
  batch(id: number): Promise<BatchStatus>
  /** Ends waiting runs at once and asks running ones, in whatever process, to stop. Answers what was done. */
  cancel(id: number, reason?: string): Promise<'cancelled' | 'requested' | 'already-ended'>
  cancelMany(filter: RunFilter, reason?: string, within?: WithinSlice): Promise<number>
  /**
   * Gives an ended run a fresh set of attempts under the same id, with `input` in place of the old one when given. Its
   * deadline, expiry, unique key and batch are not taken up again. `by`, an id, is kept with the run. A workflow: see `engine.workflows.retry`. Throws
   * `RUN_STATE` when it has not ended.
   */
  retry(
    id: number,
    options?: { readonly input?: unknown; readonly delayMs?: number; readonly by?: string },
  ): Promise<void>
  /** As `retry`, for ended runs that match: the failed ones, unless the filter names states. Answers how many. */
  retryMany(filter: RunFilter, options?: { readonly by?: string; readonly within?: WithinSlice }): Promise<number>
  setPriority(id: number, priority: Priority): Promise<void>
  /** Resolves with the run once it is final; `signal` gives up waiting. */
  wait(id: number, signal?: AbortSignal): Promise<RunDetail>
}

/** Queues as operators handle them. */
export interface Queues {
  list(): Promise<readonly QueueStatus[]>
  /** Nothing of it is claimed any more, in any process, until `resume`; what was claimed already goes on. */
  pause<DB>(name: string, reason?: string, options?: QueueChange<DB>): Promise<void>
  resume<DB>(name: string, options?: QueueChange<DB>): Promise<void>
}

/** With what a queue is paused or resumed. */
export interface QueueChange<DB = unknown> {
  /** It happens with this transaction, or not at all. Default: by itself, at once. */
  readonly tx?: Transaction<DB>
}

/** Which slots: those from one instant up to another (milliseconds UTC), which is not among them. */
export interface SlotQuery {
  readonly from: number
  readonly to: number
  /** Only those of schedules of this organisation. */
  readonly org?: string
  /** At most so many of each schedule, the newest. Default 50. */
  readonly limit?: number
}

/** Schedules as operators handle them. */
export interface Schedules {
  /** Of schedules for each organisation, `lastSlot` is that of `org`. Default: the engine's. */
  list(org?: string): Promise<readonly ScheduleStatus[]>
  get(name: string, org?: string): Promise<ScheduleStatus>
  /**
   * The next `count` (default 10, at most 1,000) due instants, after now or after an instant (milliseconds UTC). Of a
   * schedule that was listed before, nothing is asked of the database.
   */
  next(schedule: string | ScheduleStatus, count?: number, after?: number): Promise<readonly number[]>
  /** Newest first, at most `limit` (default 50). Of a schedule for each organisation: one record for each, or those of `org` only. */
  history(name: string, limit?: number, org?: string): Promise<readonly SlotRecord[]>
  /** The slots of all schedules in a time, newest first. */
  slots(query: SlotQuery): Promise<readonly SlotRecord[]>
  /** Enqueues one run now, apart from the slots; answers its id. Of a schedule for each organisation: for `org`, by default the engine's. */
  runNow(name: string, org?: string, startedBy?: readonly string[]): Promise<number>
  /** As `runNow`, for every organisation of a schedule that is for each. */
  runEach(
    name: string,
    startedBy?: readonly string[],
  ): Promise<readonly { readonly org: string; readonly runId: number }[]>
  /** The reason is shown with it until it is resumed; a second pause gives its own. */
  pause(name: string, reason?: string): Promise<void>
  /** Slots that passed while paused are not caught up. */
  resume(name: string): Promise<void>
  /** Fires what is due and returns; for a host crontab as a fallback. Without effect on slots already handled. */
  tick(): Promise<number>
}

/** Jobs, schedules and events on one database. */
export interface Engine extends Enqueue, Append, AsyncDisposable {
  readonly database: Database
  readonly clock: Clock
  readonly runs: Runs
  readonly queues: Queues
  readonly schedules: Schedules
  readonly workflows: Workflows
  readonly events: Events
  readonly projections: Projections
  transaction<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
  workers(): Promise<readonly WorkerStatus[]>
  /**
   * Lets a worker, in whatever process, take no new runs: what runs there ends, what it had claimed ahead and workflows go
   * on elsewhere. It holds until `undrain` or its end. Twice is once. Throws `WORKER_UNKNOWN`.
   */
  drain(epoch: number): Promise<void>
  /** Lets it take runs again. Throws `WORKER_UNKNOWN`. */
  undrain(epoch: number): Promise<void>
  /**
   * Removes the ended runs, the events and all else that is kept of an organisation, a thousand rows to a commit; tables of projections are
   * their makers'. Cut off, by the signal too, it is done again and goes on. For one whose runs were cancelled and that gets no new ones.
   */
  forgetOrganisation(org: string, signal?: AbortSignal): Promise<ForgottenOrganisation>
  /** Brings the engine's own tables up to date. `start` does it too. Throws `PERSON_KEYS_FAILED` when the master key is another than before. */
  migrate(): Promise<void>
  migrations(): Promise<readonly MigrationStatus[]>
  /** Takes up the roles; default all three. */
  start(options?: { readonly roles?: readonly Role[] }): Promise<void>
  /** Hands back what is not started, waits for what runs, then lets go of everything. Twice is once. */
  stop(): Promise<void>
  /** True while its loops are alive and the database answers. */
  healthy(): Promise<{
    readonly worker: boolean
    readonly scheduler: boolean
    readonly store: boolean
    /** Its worker takes nothing new. Absent otherwise. */
    readonly draining?: true
  }>
}
