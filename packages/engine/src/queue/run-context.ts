import { type EnqueueArguments, preparedCall } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { BatchEnqueued, EngineTransaction, Enqueue, EnqueueOptions, JobContext } from '../context.ts'
import { EngineError, isEngineError } from '../errors.ts'
import type { Decided, DecideOptions, Decider } from '../event/decider.ts'
import type { AnyEventType } from '../event/event.ts'
import type { Append, Appended } from '../event/event-api.ts'
import { storedError } from '../job/errors.ts'
import type { Job, JobCall } from '../job/job.ts'
import type { KnownJob } from '../job/registry.ts'
import type { Enqueued } from '../job/run.ts'
import type { LoggedRun, Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { StoredOptions } from '../store/schema.ts'
import type { Outcome } from './outcome.ts'

/** What a run's context does for it, given once for all runs of a worker. */
export interface RunServices {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** The log of one run. */
  runLog(log: Logger, run: LoggedRun): Logger
  readonly services: unknown
  /** Enqueues as a child of this run, in its organisation. */
  children(run: ClaimedRun): Enqueue
  /** Appends on behalf of this run, in its organisation. */
  appender(run: ClaimedRun): Append
  /** `check` is asked once more right before the commit. */
  transaction<T, DB>(run: ClaimedRun, work: (tx: EngineTransaction<DB>) => Promise<T>, check: () => void): Promise<T>
  /** Runs a workflow as far as it goes now. Never throws. */
  activate(context: RunContext): Promise<Outcome>
  /** Commits the completion together with what `work` does. */
  complete<T, DB>(active: RunContext, work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T>
  progress(run: ClaimedRun, percent: number, message: string): Promise<void>
}

/** What a workflow is told while it runs. */
export interface WorkflowOrders {
  /** Nothing new is to be begun. */
  rest(why: 'pause' | 'stop'): void
  interrupt(reason: EngineError): void
}

const PROGRESS_EVERY_MS = 200

/** One attempt's view of the engine. The abort controller is made on first use: most runs never look at their signal. */
export class RunContext implements JobContext {
  readonly claimed: ClaimedRun
  readonly options: StoredOptions
  readonly known: KnownJob
  readonly startedAt: number
  /** The input as it was at the start: it may have been replaced since the claim. */
  readonly payload: string
  readonly #services: RunServices
  #controller: AbortController | undefined
  #log: Logger | undefined
  #interruption: EngineError | undefined
  #givenUp = false
  #completing = false
  #completed = false
  #progressAt = 0
  #orders: WorkflowOrders | undefined
  #resting: 'pause' | 'stop' | undefined

  constructor(
    services: RunServices,
    claimed: ClaimedRun,
    options: StoredOptions,
    known: KnownJob,
    startedAt: number,
    payload = claimed.payload,
  ) {
    this.#services = services
    this.claimed = claimed
    this.options = options
    this.known = known
    this.startedAt = startedAt
    this.payload = payload
  }

  get run(): JobContext['run'] {
    const { id, org, queue, job, attempt, createdAt } = this.claimed
    const { p, b, cb, t = [], tr } = this.options
    const family = {
      ...(p === undefined ? {} : { parentId: p }),
      ...(b === undefined ? {} : { batchId: b }),
      ...(cb === undefined ? {} : { closesBatchId: cb }),
      ...(tr === undefined ? {} : { traceId: tr }),
    }
    return { id, org, queue, job, attempt, attempts: this.known.attempts, createdAt, tags: t, ...family }
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#interruption !== undefined) this.#controller.abort(this.#interruption)
    return this.#controller.signal
  }

  get clock(): Clock {
    return this.#services.clock
  }

  get random(): Random {
    return this.#services.random
  }

  get log(): Logger {
    const { id, org, attempt } = this.claimed
    this.#log ??= this.#services.runLog(this.#services.log, { id, org, attempt, traceId: this.options.tr })
    return this.#log
  }

  get services(): unknown {
    return this.#services.services
  }

  /** Why the run was told to stop; undefined while it may go on. */
  get interruption(): EngineError | undefined {
    return this.#interruption
  }

  /** True once `complete` has committed. */
  get completed(): boolean {
    return this.#completed
  }

  get isWorkflow(): boolean {
    return this.known.definition.workflow !== undefined
  }

  activate(): Promise<Outcome> {
    return this.#services.activate(this)
  }

  /** A workflow ends in its own way: from now on it is told instead. Answers how to take that back. */
  onOrder(orders: WorkflowOrders): () => void {
    this.#orders = orders
    if (this.#resting !== undefined) orders.rest(this.#resting)
    if (this.#interruption !== undefined) orders.interrupt(this.#interruption)
    return () => {
      this.#orders = undefined
    }
  }

  /** Asks a workflow to begin nothing new. */
  rest(why: 'pause' | 'stop'): void {
    this.#resting = why
    this.#orders?.rest(why)
  }

  /** The first reason counts; a workflow hears of all. */
  interrupt(reason: EngineError): void {
    this.#orders?.interrupt(reason)
    if (this.#interruption !== undefined || this.#completed) return
    this.#interruption = reason
    this.#controller?.abort(reason)
  }

  /** Nobody waits for this attempt any more. */
  giveUp(): void {
    this.#givenUp = true
  }

  throwIfGivenUp(): void {
    const refusal = this.#refusal
    if (refusal !== undefined) throw refusal
  }

  /** Whoever is asked to stop with the process may put things in order until it is given up; others have no more to write. */
  get #refusal(): EngineError | undefined {
    const why = this.#interruption
    return why?.code === 'ENGINE_STOPPED' && !this.#givenUp ? undefined : why
  }

  async enqueue(...given: EnqueueArguments): Promise<Enqueued> {
    this.throwIfGivenUp()
    const { call, options } = preparedCall(given)
    return this.#services.children(this.claimed).enqueue(call, options)
  }

  async enqueueMany<In, Out>(
    job: Job<In, Out>,
    inputs: readonly In[],
    options?: EnqueueOptions,
  ): Promise<readonly Enqueued[]> {
    this.throwIfGivenUp()
    return this.#services.children(this.claimed).enqueueMany(job, inputs, options)
  }

  async enqueueBatch(
    calls: readonly JobCall[],
    options?: EnqueueOptions & { readonly then?: JobCall },
  ): Promise<BatchEnqueued> {
    this.throwIfGivenUp()
    return this.#services.children(this.claimed).enqueueBatch(calls, options)
  }

  async append(...request: Parameters<Append['append']>): Promise<Appended> {
    this.throwIfGivenUp()
    return this.#services.appender(this.claimed).append(...request)
  }

  async decide<State, Command, Types extends readonly AnyEventType[]>(
    decider: Decider<State, Command, Types>,
    stream: string,
    command: Command,
    options?: DecideOptions,
  ): Promise<Decided<State, Types>> {
    this.throwIfGivenUp()
    return this.#services.appender(this.claimed).decide(decider, stream, command, options)
  }

  async progress(percent: number, message = ''): Promise<void> {
    if (!Number.isFinite(percent)) {
      this.log.warn({ percent: String(percent) }, 'ctx.progress wants a number from 0 to 100: this one was not written')
      return
    }
    const now = this.clock.now()
    if (now - this.#progressAt < PROGRESS_EVERY_MS && percent < 100) return
    // An attempt that is over must not write over the progress of the next.
    if (this.#refusal !== undefined) return
    this.#progressAt = now
    try {
      await this.#services.progress(this.claimed, Math.min(100, Math.max(0, percent)), message.slice(0, 1_000))
    } catch (error) {
      if (isEngineError(error, 'TRANSACTION_NESTED')) throw error
      // It only tells how far the run is: neither a busy store nor the end of the process is a reason to fail for it.
      this.log.warn({ error: storedError(error) }, 'the progress of a run could not be written')
    }
  }

  async transaction<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T> {
    return this.#services.transaction(this.claimed, work, () => this.throwIfGivenUp())
  }

  async complete<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T> {
    if (this.#completing)
      throw new EngineError(
        'RUN_COMPLETED',
        `run ${this.claimed.id} was completed already: call ctx.complete once, as the last thing`,
      )
    if (this.#interruption !== undefined) throw this.#interruption
    this.#completing = true
    try {
      const value = await this.#services.complete(this, work)
      this.#completed = true
      return value
    } finally {
      this.#completing = this.#completed
    }
  }
}
