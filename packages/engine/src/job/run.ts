import type { Priority } from './job.ts'

/**
 * Where a run stands. `scheduled` waits for an instant (delay or retry), `queued` for a worker, `blocked` for a limit,
 * `parked` for code that knows its job, `waiting` (a workflow) for time, a signal or a child; `succeeded`, `failed` (a dead letter), `cancelled` and `expired` are final.
 */
export type RunState =
  | 'scheduled'
  | 'queued'
  | 'blocked'
  | 'parked'
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'expired'

/** The states a run never leaves, except by an operator's retry. */
export const FINAL_STATES = ['succeeded', 'failed', 'cancelled', 'expired'] as const satisfies readonly RunState[]

/** An error as it is kept: at most 16 KiB of text. */
export interface StoredError {
  readonly code: string
  readonly message: string
  readonly stack?: string
}

/** One failed or interrupted attempt. */
export interface Attempt {
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt: number
  readonly error: StoredError
  /** What it was given, when the run has been given another input since. */
  readonly input?: unknown
}

/** How far a run says it is. */
export interface Progress {
  /** 0 to 100. */
  readonly percent: number
  readonly message: string
  readonly at: number
}

/** One enqueued instance of a job, as operators see it. Instants are milliseconds since 1970 UTC. */
export interface Run {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: Priority
  readonly state: RunState
  /** The attempt that runs, ran last, or comes next. */
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly string[]
  /** True of a workflow: it has steps. */
  readonly workflow?: boolean
  readonly createdAt: number
  /** When a worker took it; only while it is `running`. */
  readonly startedAt?: number
  /** When it becomes due; only while `scheduled`, or `waiting` for time. */
  readonly dueAt?: number
  readonly endedAt?: number
  readonly durationMs?: number
  /** Why it ended so; of one that is `scheduled` for its next try, why the one before failed. */
  readonly error?: StoredError
  /** How many attempts its job allows; only while it is `scheduled` for the next one. */
  readonly maxAttempts?: number
  readonly progress?: Progress
  readonly parentId?: number
  readonly batchId?: number
  /** The W3C trace it was enqueued in: that of a request, of its parent, or of its schedule's slot. */
  readonly traceId?: string
  /** Mean duration of this job's latest runs in milliseconds, once one has ended. */
  readonly estimatedMs?: number
  /** True once somebody asked to cancel it and it has not stopped yet. */
  readonly cancelRequested?: boolean
}

/** A {@link Run} with what only its own page needs. */
export interface RunDetail extends Run {
  readonly attempts: readonly Attempt[]
  /** How often it was replayed after it had ended: the latest 20, the first one first. Absent when it never was. */
  readonly replays?: readonly Replay[]
  /** On whose behalf it was started, as that was told; absent when it was not. */
  readonly startedBy?: readonly string[]
  readonly result?: unknown
}

/** An ended run was given fresh attempts. */
export interface Replay {
  /** Milliseconds UTC. */
  readonly at: number
  /** As it was told with the wish. */
  readonly by?: string
  /** It was given another input. */
  readonly newInput: boolean
}

/** What `enqueue` answers. */
export interface Enqueued {
  readonly id: number
  /** True when the run was already there: its unique or debounce key was taken. */
  readonly duplicate: boolean
}
