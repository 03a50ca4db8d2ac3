import type { Transaction } from 'kysely'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import type { Append } from './event/event-api.ts'
import type { Job, JobCall, Priority } from './job/job.ts'
import type { Enqueued } from './job/run.ts'
import type { Logger } from './log.ts'
import type { Random } from './random.ts'
import type { SendSignal } from './workflow/workflows-api.ts'

/** How one run is to be enqueued, beyond what its job declares. */
export interface EnqueueOptions {
  /** The organisation the run belongs to. Default: the engine's, or the run's that enqueues. */
  readonly org?: string
  /** Start no sooner than this from now. */
  readonly delay?: Duration
  /** Start no sooner than this instant (milliseconds UTC). */
  readonly runAt?: number
  readonly priority?: Priority
  readonly queue?: string
  /** Words to find it by; at most 16 of 64 characters. */
  readonly tags?: readonly string[]
  /** On whose behalf, as ids of the caller's own making; whoever is answered a run that was there already is added to its own. At most 20 are kept, the latest. */
  readonly startedBy?: readonly string[]
  /** Overrides the job's `expires`. */
  readonly expires?: Duration
  /** Overrides the job's `deadline`. */
  readonly deadline?: Duration
}

/**
 * Enqueues runs. Throws `PAYLOAD_INVALID`, `PAYLOAD_TOO_LARGE`, `JOB_UNKNOWN`, `QUEUE_UNKNOWN`, `PRIORITY_INVALID`,
 * `DURATION_INVALID`, `NAME_INVALID` (a tag), `UNIQUE_CONFLICT`, or the store's `STORE_BUSY` and `STORE_FAILED`; then
 * nothing is enqueued.
 */
export interface Enqueue {
  /** A prepared call: `job.with(input)`, a chain, a group, a chord or a graph. */
  enqueue(call: JobCall, options?: EnqueueOptions): Promise<Enqueued>
  enqueue<In, Out>(job: Job<In, Out>, input: In, options?: EnqueueOptions): Promise<Enqueued>
  /** All or none, in one commit. */
  enqueueMany<In, Out>(job: Job<In, Out>, inputs: readonly In[], options?: EnqueueOptions): Promise<readonly Enqueued[]>
  /**
   * Several jobs' calls, all or none; `then` is enqueued exactly once, when the last of them has ended, however they ended.
   * Throws `BATCH_EMPTY`, and `JOB_INVALID` for a unique or debounced job.
   */
  enqueueBatch(
    calls: readonly JobCall[],
    options?: EnqueueOptions & { readonly then?: JobCall },
  ): Promise<BatchEnqueued>
}

/** A batch and its runs, in the order of the calls. */
export interface BatchEnqueued {
  readonly batchId: number
  readonly ids: readonly number[]
}

/** One open transaction: rows, runs, events and signals commit together or not at all. */
export interface EngineTransaction<DB = unknown> extends Enqueue, Append, SendSignal {
  readonly db: Transaction<DB>
  /** Called once the commit is durable; never after a rollback. */
  afterCommit(callback: () => void): void
}

/** What a job's code may use. */
export interface JobContext extends Enqueue, Append {
  readonly run: {
    readonly id: number
    readonly org: string
    readonly queue: string
    readonly job: string
    readonly attempt: number
    readonly attempts: number
    readonly createdAt: number
    readonly tags: readonly string[]
    readonly parentId?: number
    readonly batchId?: number
    /** The batch whose end this run was enqueued for: `engine.runs.batch` tells how it went. */
    readonly closesBatchId?: number
    /** The W3C trace it was enqueued in; what it enqueues belongs to it too. */
    readonly traceId?: string
  }
  /** Aborts on cancel, time-out, stop or lost lease; `signal.reason` is an `EngineError` that says which. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  /** Each line says which run and attempt wrote it. */
  readonly log: Logger
  /** What the engine was created with as `services`, untouched. */
  readonly services: unknown
  /**
   * Says how far the run is: 0 to 100, and a sentence. Cheap: written at most five times a second. What cannot be written, of an
   * attempt that is over or by a busy store, is left out: it rejects only within a transaction (`TRANSACTION_NESTED`).
   */
  progress(percent: number, message?: string): Promise<void>
  /**
   * Throws the reason of `signal` when this attempt was cancelled, ran out of time or was taken over: it may write nothing
   * more. `enqueue`, `append`, `decide`, `transaction` and `complete` ask it by themselves, a transaction also before its commit.
   */
  throwIfGivenUp(): void
  /** A database transaction of its own, committed before the run ends. */
  transaction<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
  /**
   * Once and last: commits the rows and child runs of `work`, this run's completion and its result together. Throws
   * `LEASE_LOST` and rolls back when another worker has taken the run over; `RUN_COMPLETED` on a second call.
   */
  complete<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
}
