import type { Clock } from '../clock.ts'
import type { EngineTransaction, Enqueue, EnqueueOptions } from '../context.ts'
import type { Duration } from '../duration.ts'
import type { Job, JobCall, RetryPolicy } from '../job/job.ts'
import type { Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { Signal } from './signal.ts'

/** What the code of one step may use. */
export interface StepContext extends Enqueue {
  readonly step: { readonly name: string; readonly attempt: number; readonly attempts: number }
  readonly run: {
    readonly id: number
    readonly org: string
    readonly workflow: string
    readonly createdAt: number
    /** The W3C trace it was enqueued in. */
    readonly traceId?: string
  }
  /** Aborts on cancel, time-out, stop or lost lease; `signal.reason` is an `EngineError` that says which. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** What the engine was created with as `services`, untouched. */
  readonly services: unknown
  transaction<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
  /**
   * Once and last: commits the rows and runs of `work` and this step's result together, so that its effects in the
   * database happen exactly once. Throws `LEASE_LOST` and rolls back when the step was recorded elsewhere meanwhile.
   */
  complete<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
}

/** How one step is to be carried out. */
export interface StepOptions<Out> {
  /**
   * Takes back what the step did, when the workflow fails or is cancelled later; in reverse order, at least once each:
   * write it so that twice does no harm. Retried like the step, ten times unless `retry` says more.
   */
  readonly undo?: (result: Out, context: StepContext) => Promise<unknown> | unknown
  /** Default: 3 attempts, exponential from 1 s. The waits between attempts hold no worker slot. */
  readonly retry?: RetryPolicy
  /** Longest time for one attempt. Default `'5m'`. */
  readonly timeout?: Duration
}

/** How a job or workflow is to be called from a workflow. */
export interface CallOptions<Out> extends Pick<EnqueueOptions, 'delay' | 'priority' | 'queue' | 'tags' | 'deadline'> {
  /** The step's name. Default: the name of what is called. */
  readonly name?: string
  /** As {@link StepOptions.undo}. */
  readonly undo?: (result: Out, context: StepContext) => Promise<unknown> | unknown
}

/** How a workflow waits for a signal. */
export interface WaitOptions {
  /** Only a signal sent with this key. Default: one sent to this run. */
  readonly key?: string
  /** Give up after this long and answer `undefined`. Default: never. */
  readonly timeout?: Duration
  /** The step's name. Default: `wait <signal>`, and the key. */
  readonly name?: string
}

/** To whom a signal is sent: whoever waits with this key, or one run. */
export type SignalAddress = { readonly key: string } | { readonly run: number }

/**
 * What a workflow's code may use. Everything it does here is a step: recorded under its name, and answered from the record
 * when the code runs again. Between steps wait for nothing else than `wf`, and decide by nothing else than the input and
 * what steps answered. Throws `STEP_DUPLICATE` for a name used twice, `STEP_FAILED` when a step failed for good.
 */
export interface WorkflowContext {
  readonly run: {
    readonly id: number
    readonly org: string
    readonly workflow: string
    /** The version of the code it began with. */
    readonly version: number
    readonly createdAt: number
    readonly tags: readonly string[]
    readonly parentId?: number
    /** The W3C trace it was enqueued in. */
    readonly traceId?: string
    /** How often it has continued as new. */
    readonly generation: number
  }
  readonly log: Logger
  readonly services: unknown
  /** Does something once and remembers its result (as JSON, at most 1 MiB). Names are at most 200 characters. */
  step<Out>(name: string, work: (context: StepContext) => Promise<Out> | Out, options?: StepOptions<Out>): Promise<Out>
  /** Runs functions side by side; answers their results in order, or the first error once it occurs. */
  all<const Works extends readonly (() => Promise<unknown>)[]>(
    works: Works,
    options?: { readonly concurrency?: number },
  ): Promise<{ -readonly [Index in keyof Works]: Awaited<ReturnType<Works[Index]>> }>
  /** Runs a job or a workflow as a child and answers its result. It is cancelled with this one and inherits its deadline. */
  call<In, Out>(job: Job<In, Out>, input: In, options?: CallOptions<Out>): Promise<Out>
  /** Runs a chain, a group, a chord or a prepared call. */
  call<Out = unknown>(call: JobCall<Out>, options?: CallOptions<Out>): Promise<Out>
  /** Runs many calls as one step; answers what became of each, in order, once the last has ended. */
  callMany(
    calls: readonly JobCall[],
    options?: Pick<EnqueueOptions, 'priority' | 'queue' | 'tags' | 'deadline'> & { readonly name?: string },
  ): Promise<readonly CallOutcome[]>
  /** Holds no worker slot. The default name is `sleep <duration>`. */
  sleep(duration: Duration, options?: { readonly name?: string }): Promise<void>
  /** As {@link sleep}, until an instant (milliseconds UTC). The default name is `sleep until <instant>`. */
  sleepUntil(instant: number, options?: { readonly name?: string }): Promise<void>
  /** Waits for a signal, also one sent before; holds no worker slot. Answers its payload, `undefined` after the time-out. */
  wait<In, Out>(signal: Signal<In, Out>, options?: WaitOptions): Promise<Out | undefined>
  /** Sends a signal, once. The default name is `signal <name>`. */
  signal<In, Out>(
    signal: Signal<In, Out>,
    payload: In,
    options: SignalAddress & { readonly name?: string },
  ): Promise<void>
  /** Publishes state for whoever asks about this run; replaces what was there. At most 64 KiB as JSON. */
  set(state: unknown): void
  /** Ends this run as cancelled with this reason, after everything done so far was undone. */
  compensate(reason: string): Promise<never>
  /** True when this run began with version `version` of the code or a later one. */
  since(version: number): boolean
  /** Ends this run's history and begins it anew with another input, under the same id. Nothing is undone. */
  continueAsNew(input: unknown): Promise<never>
}

/** What became of one of many calls. */
export type CallOutcome =
  | { readonly state: 'succeeded'; readonly result: unknown }
  | {
      readonly state: 'failed' | 'cancelled' | 'expired'
      readonly error: { readonly code: string; readonly message: string }
    }
