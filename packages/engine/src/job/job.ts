import type { z } from 'zod'
import type { JobContext } from '../context.ts'
import type { Duration } from '../duration.ts'
import type { WorkflowContext } from '../workflow/context.ts'
import type { AnySignal } from '../workflow/signal.ts'

/** Urgency within a queue: a waiting `urgent` run starts before any `high` one, and so on. Default `normal`. */
export type Priority = 'urgent' | 'high' | 'normal' | 'low'

/** How many starts per length of time: `'20/1m'` is a bucket of 20 tokens refilled evenly over a minute. */
export type Rate = `${number}/${Duration}`

/** An error class; `instanceof` decides. */
export type ErrorClass = abstract new (...args: never[]) => Error

/** What happens after a failed attempt. */
export interface RetryPolicy {
  /** Attempts in all, the first included. Default 10. */
  readonly attempts?: number
  /** `exponential` doubles `base` at each attempt; `fixed` keeps it. Default `exponential`. */
  readonly backoff?: 'exponential' | 'fixed'
  /** Wait before the second attempt. Default `'1s'`. */
  readonly base?: Duration
  /** Longest wait. Default `'1h'`. */
  readonly max?: Duration
  /** `full` draws the wait between 0 and its bound, so that runs which failed together do not return together. Default `full`. */
  readonly jitter?: 'full' | 'none'
  /** Errors that no retry can cure: the run fails at once. */
  readonly permanent?: readonly ErrorClass[]
}

/** A limit shared by all runs whose key is equal, in every process, within one organisation. */
export interface Limit<Input> {
  /** The runs that share this limit: a constant, or computed from the input. */
  readonly key: string | ((input: Input) => string)
  /** How many may run at the same time. */
  readonly concurrency?: number
  /** How many may start per length of time. */
  readonly rate?: Rate
}

/** Keeps a second run with the same key from being enqueued. */
export interface Unique<Input> {
  /** Equal keys of one job in one organisation are the same run. Default: the whole input. */
  readonly key?: (input: Input) => string
  /** `['queued']` gives the key back when the first run starts; anything else when it has ended. Default: both. */
  readonly while?: readonly ('queued' | 'running')[]
  /** Or for this long after the first was enqueued, whatever became of it; replaces `while`. */
  readonly period?: Duration
  /** `return` answers with the first run, `replace` gives it the new input as long as it has not started, `refuse` throws `UNIQUE_CONFLICT`. Default `return`. */
  readonly onConflict?: 'return' | 'replace' | 'refuse'
}

/** Waits for calm: each new enqueue with the same key replaces the input and puts off the start. */
export interface Debounce<Input> {
  readonly key?: (input: Input) => string
  /** Start this long after the last enqueue. */
  readonly wait: Duration
  /** But no later than this after the first one. Default: no bound. */
  readonly max?: Duration
}

/** Runs the job in its own worker thread, which is destroyed at its time or memory limit. */
export interface Isolation {
  /** A module that exports `run(input, { progress, attempt })`; closures cannot travel to a thread. */
  readonly module: URL
  /** Heap limit in MiB. Default 128. */
  readonly memoryMb?: number
}

interface JobOptions<Input> {
  /** Lower-case words, dots and dashes. Unique in an engine; never reuse the name of a removed job. */
  readonly name: string
  /** Default `default`. */
  readonly queue?: string
  readonly priority?: Priority
  /** Longest time for one attempt. Default `'5m'`. */
  readonly timeout?: Duration
  /** Longest time from enqueue to the end of the last attempt. Default: none. */
  readonly deadline?: Duration
  /** A run not started after this long is not started any more; it ends `expired`. Default: never. */
  readonly expires?: Duration
  readonly retry?: RetryPolicy
  readonly limits?: readonly Limit<Input>[]
  readonly unique?: Unique<Input>
  readonly debounce?: Debounce<Input>
  /** `sync` acknowledges each run on its own, for work that must not be repeated by a crash of its neighbours' process. Default `batch` (at most 5 ms or 256 runs late). */
  readonly ack?: 'batch' | 'sync'
}

type JobBasis<Schema extends z.ZodType> = JobOptions<z.output<Schema>> & {
  /** Checked at enqueue and again at each start, because stored input outlives the code that wrote it. */
  readonly input: Schema
}

/** A job as its author writes it: either `run`, or `isolate` with the address of a module. */
export type JobDefinition<Schema extends z.ZodType, Output> = JobBasis<Schema> &
  (
    | {
        readonly run: (context: JobContext, input: z.output<Schema>) => Promise<Output> | Output
        readonly isolate?: never
        readonly workflow?: never
      }
    | { readonly isolate: Isolation; readonly run?: never; readonly workflow?: never }
  )

/** What the engine keeps of a job or a workflow; parsing its input at each start is what makes `unknown` safe. */
export type AnyDefinition =
  | JobDefinition<z.ZodType, unknown>
  | (JobBasis<z.ZodType> & { readonly workflow: WorkflowPart; readonly run?: never; readonly isolate?: never })

/** What makes a job a workflow; written by `workflow()`. */
export interface WorkflowPart {
  readonly version: number
  readonly signals: readonly AnySignal[]
  readonly run: (wf: WorkflowContext, input: unknown) => unknown
  /** Throws for an input that its schema allows but that cannot be carried out; asked before a run is stored. */
  readonly check?: (input: unknown) => void
}

/** A declared kind of work. `In` is what callers pass, `Out` what a run returns. */
export interface Job<In = unknown, Out = unknown> {
  readonly name: string
  readonly definition: AnyDefinition
  /** A call as a plain value, to be enqueued later or as part of a batch. */
  with(input: In): JobCall<Out>
  /** Never present; carries the types. */
  readonly '~types'?: { readonly input: (input: In) => void; readonly output: Out }
}

/** Any job, whatever its input and output. */
export type AnyJob = Pick<Job, 'name' | 'definition'>

/** A job and its input, not yet enqueued. */
export interface JobCall<Out = unknown> {
  readonly job: AnyJob
  readonly input: unknown
  /** Never present; carries the type of the result. */
  readonly '~output'?: Out
}

/** Declares a job. The engine that runs it checks names, durations and limits when it is created. */
export function job<Schema extends z.ZodType, Output = void>(
  definition: JobDefinition<Schema, Output>,
): Job<z.input<Schema>, Output> {
  const declared: AnyJob = { name: definition.name, definition: erase(definition) }
  return { ...declared, with: (input) => ({ job: declared, input }) }
}

function erase<Schema extends z.ZodType, Output>(definition: JobDefinition<Schema, Output>) {
  return definition as unknown as AnyDefinition
}
