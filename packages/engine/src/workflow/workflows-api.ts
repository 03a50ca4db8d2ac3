import type { RunFilter, RunPage } from '../engine-api.ts'
import type { EngineErrorCode } from '../errors.ts'
import type { RunDetail, StoredError } from '../job/run.ts'
import type { StepKind, StepState } from '../store/schema.ts'
import type { SignalAddress } from './context.ts'
import type { Signal } from './signal.ts'

/** One recorded step, as operators see it. Instants are milliseconds UTC. */
export interface WorkflowStep {
  readonly name: string
  readonly kind: StepKind
  /** `abandoned`: it had not come to its end when the run came to its own. */
  readonly state: StepState | 'abandoned'
  /** Another step may have been under way when it was called. */
  readonly beside?: true
  /** The attempt that runs, ran last or comes next; of a step that is undone, the attempt to undo it. */
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt?: number
  /** When it goes on by itself: the next attempt, the end of a sleep, the time-out of a wait. */
  readonly dueAt?: number
  /** The runs it has called; of many, until they have ended. */
  readonly childRunIds?: readonly number[]
  /** The batch of the runs it has called, of many. */
  readonly batchId?: number
  readonly result?: unknown
  readonly error?: StoredError
}

/** Which part of a workflow's steps to read. */
export interface StepPageQuery {
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
  /** Only this one. */
  readonly name?: string
}

/** A page of steps. */
export interface StepPage {
  readonly steps: readonly WorkflowStep[]
  /** Pass it as `after` for the next page; absent on the last. */
  readonly next?: string
}

/** A signal that a workflow waits for. */
export interface WaitingFor {
  readonly step: string
  readonly signal: string
  /** Absent when only a signal sent to this very run will do. */
  readonly key?: string
}

/** A workflow with everything that is recorded of it. */
export interface WorkflowDetail extends RunDetail {
  /** The version of the code it began with. */
  readonly version: number
  /** How often it has continued as new. */
  readonly generation: number
  /** What it last said of itself with `wf.set`. */
  readonly published?: unknown
  readonly pausedAt?: number
  readonly pauseReason?: string
  /** How it will end, while it undoes what it did, and after that has failed. */
  readonly ending?: { readonly state: 'failed' | 'cancelled'; readonly error: StoredError }
  readonly forkedFrom?: number
  /** In the order in which they were called first. */
  readonly steps: readonly WorkflowStep[]
  readonly waitingFor: readonly WaitingFor[]
}

/** What became of a signal: somebody waited for it, or it is kept until somebody does. */
export type Signalled =
  | { readonly outcome: 'delivered'; readonly runId: number }
  | { readonly outcome: 'kept'; readonly runId?: never }

/** A signal that nobody has waited for yet. */
export interface KeptSignal {
  readonly id: number
  readonly org: string
  readonly name: string
  /** Where it was sent: a key of the application, or a run. */
  readonly key?: string
  readonly runId?: number
  readonly payload: unknown
  readonly sentAt: number
}

/** For whom a signal is sent. */
export interface SignalOptions {
  /** Default: the organisation of the run it is sent to, or else the engine's, or that of the run that sends it. */
  readonly org?: string
}

/**
 * Sends signals. Throws `SIGNAL_UNKNOWN` when no workflow lists it, `PAYLOAD_INVALID` and `PAYLOAD_TOO_LARGE`,
 * `NAME_INVALID` for a key, or a key and a run together, `RUN_UNKNOWN` and `RUN_STATE` for a run that is not there, has
 * ended or waits for this signal with a key; then nothing is sent.
 */
export interface SendSignal {
  /** To the one that has waited longest with this key, or to one run; kept when nobody waits yet. */
  signal<In, Out>(signal: Signal<In, Out>, payload: In, to: SignalAddress, options?: SignalOptions): Promise<Signalled>
}

/** What becomes of the steps of a workflow in a fork; names in the order of their calls. */
export interface ForkPlan {
  /** Done before the step was called, and before anything that was undone. */
  readonly kept: readonly string[]
  /** The step itself, what followed it, and what had failed or was not done. */
  readonly again: readonly string[]
}

/** What is to be done with many workflows at once. */
export interface RepairOptions {
  readonly action: 'retry' | 'fork' | 'cancel' | 'resume'
  /** The step to fork from; those that have not come to it are left alone. */
  readonly from?: string
  /** Of `fork` and `retry`: in place of the input of each. */
  readonly input?: unknown
  /** Of `cancel`. */
  readonly reason?: string
  /** Only counts. */
  readonly dryRun?: boolean
}

/** How a repair went, or would go. */
export interface Repaired {
  /** How many workflows the filter chose. */
  readonly matched: number
  /** With how many of them it was, or could be, done. */
  readonly done: number
}

/** A workflow that the present code cannot follow. */
export interface CheckFinding {
  readonly runId: number
  readonly org: string
  readonly workflow: string
  /** The version of the code it began with. */
  readonly version: number
  /** The step at which record and code differ; absent when it is none. */
  readonly step?: string
  /** `WORKFLOW_DIVERGED`, `JOB_UNKNOWN`, `PAYLOAD_INVALID`, or the code of what its code throws. */
  readonly code: EngineErrorCode | (string & {})
  readonly message: string
}

/** What a check has found. */
export interface Checked {
  readonly checked: number
  readonly findings: readonly CheckFinding[]
  /** True when there are more than `limit`. */
  readonly more: boolean
  /** The last that was checked, when there are more: pass it as `after`. */
  readonly next?: number
}

/** Workflows as operators handle them. All throw `RUN_UNKNOWN` for an id that is no workflow's. */
export interface Workflows extends SendSignal {
  /** Without its steps when `steps` is false. */
  get(id: number, options?: { readonly steps?: boolean }): Promise<WorkflowDetail>
  /** Its steps in the order of their calls, at most 5,000 a page (default 200); a result only for the one asked for by name. */
  steps(id: number, query?: StepPageQuery): Promise<StepPage>
  /** As `engine.runs.search`, workflows only. */
  search(filter?: RunFilter, page?: { readonly limit?: number; readonly after?: string }): Promise<RunPage>
  /** As `signal`, for callers that know no more than its name. */
  signalNamed(name: string, payload: unknown, to: SignalAddress, options?: SignalOptions): Promise<Signalled>
  /**
   * Signals that are kept until somebody waits for them, newest first, at most 200 a page (default 50); pass `next` as `after`.
   * `run`: those sent to this run.
   */
  signals(
    filter?: { readonly org?: string; readonly name?: string; readonly run?: number },
    page?: { readonly limit?: number; readonly after?: number },
  ): Promise<{ readonly signals: readonly KeptSignal[]; readonly next?: number }>
  /** Takes a kept signal back; answers what it was. Throws `SIGNAL_UNKNOWN` when there is none of this id, or of another organisation. */
  dropSignal(id: number, options?: { readonly org?: string }): Promise<KeptSignal>
  /** As `engine.runs.cancel`: what it did is undone, in whatever process; its children are cancelled. */
  cancel(id: number, reason?: string): Promise<'cancelled' | 'requested' | 'already-ended'>
  /** It begins nothing new until `resume`; a step under way ends. Twice is once. Throws `RUN_STATE` when it has ended, or only undoes. */
  pause(id: number, reason?: string): Promise<void>
  /** Throws `RUN_STATE` when it is not paused. */
  resume(id: number): Promise<void>
  /**
   * Lets a failed or cancelled workflow go on where it failed, under the same id: what is done and not undone is not done
   * again, a failed step has all its attempts anew. After it has undone steps it goes on before the first of them. When
   * undoing itself has failed, that is tried again. With an input it begins from scratch, with the present code. Throws
   * `RUN_STATE` when it has not ended, or, without an input, has succeeded.
   */
  retry(
    id: number,
    options?: { readonly input?: unknown; readonly delayMs?: number; readonly by?: string },
  ): Promise<void>
  /**
   * Starts a new run that has done what this one had done before it came to the step `from`, with another input when
   * given. This one may still run, and is not changed. Answers the new id. Throws `STEP_UNKNOWN`, `PAYLOAD_INVALID` and
   * what `enqueue` throws.
   */
  fork(id: number, options: { readonly from: string; readonly input?: unknown }): Promise<number>
  /** What `fork` would take over, and what the new run would do. Throws `STEP_UNKNOWN`. */
  forkPlan(id: number, from: string): Promise<ForkPlan>
  /**
   * Does the same with every workflow that matches, some hundreds in a commit: `retry` (the failed ones, unless the filter
   * names states), `fork`, `cancel` or `resume`. Those it does not fit are left alone. Throws `PAYLOAD_INVALID` before
   * anything is done when the input does not fit one of them.
   */
  repair(filter: RunFilter, options: RepairOptions): Promise<Repaired>
  /**
   * Leads the present code through what is recorded, of all workflows that have not ended or of those that match, oldest
   * first, and names those it cannot follow. Does, writes and starts nothing; what stands between steps is executed.
   */
  check(options?: {
    readonly filter?: RunFilter
    /** Default 10,000. */
    readonly limit?: number
    /** Only runs whose ids are above. */
    readonly after?: number
  }): Promise<Checked>
}
