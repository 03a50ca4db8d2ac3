import { type EnqueueArguments, preparedCall } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { EngineTransaction, EnqueueOptions } from '../context.ts'
import { EngineError } from '../errors.ts'
import type { Job, JobCall } from '../job/job.ts'
import type { Enqueued } from '../job/run.ts'
import { storedTrace } from '../job/trace.ts'
import type { Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { StepRow } from '../store/steps.ts'
import type { StepContext } from './context.ts'
import type { WorkflowGround } from './ground.ts'
import { runInside } from './step-inside.ts'

/** Longest result of a step, as JSON text. */
const MAX_RESULT_BYTES = 1_048_576
/** A step that ignores its signal is given up this long after its time-out. */
const GRACE_MS = 2_000

/** One attempt of one step. The abort controller is made on first use: most steps never look at their signal. */
export class StepRun implements StepContext {
  readonly step: StepContext['step']
  readonly #ground: WorkflowGround
  readonly #run: ClaimedRun
  readonly #record: (result: string | null) => StepRow
  readonly #keepsResult: boolean
  #controller: AbortController | undefined
  #log: Logger | undefined
  #reason: EngineError | undefined
  #completing = false
  #completed: { readonly text: string | null } | undefined
  #interrupted: (() => void) | undefined

  constructor(
    ground: WorkflowGround,
    run: ClaimedRun,
    step: StepContext['step'],
    record: (result: string | null) => StepRow,
    keepsResult = true,
  ) {
    this.#ground = ground
    this.#run = run
    this.step = step
    this.#record = record
    this.#keepsResult = keepsResult
  }

  get run(): StepContext['run'] {
    const { id, org, job, createdAt, options } = this.#run
    const traceId = storedTrace(options)
    return { id, org, workflow: job, createdAt, ...(traceId === undefined ? {} : { traceId }) }
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  get clock(): Clock {
    return this.#ground.clock
  }

  get random(): Random {
    return this.#ground.random
  }

  get log(): Logger {
    const { id, org, attempt, options } = this.#run
    const run = { id, org, attempt, step: this.step.name, traceId: storedTrace(options) }
    this.#log ??= this.#ground.runLog(this.#ground.log, run)
    return this.#log
  }

  get services(): unknown {
    return this.#ground.services
  }

  /** Why it was told to stop; undefined while it may go on. */
  get interruption(): EngineError | undefined {
    return this.#reason
  }

  /** Its recorded result, once `complete` has committed it. */
  get completed(): { readonly text: string | null } | undefined {
    return this.#completed
  }

  interrupt(reason: EngineError): void {
    if (this.#reason !== undefined || this.#completed !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    this.#interrupted?.()
  }

  /** Calls back once it is interrupted. */
  onInterrupt(callback: () => void): void {
    this.#interrupted = callback
    if (this.#reason !== undefined) callback()
  }

  throwIfGivenUp(): void {
    // What must stop with the process may put things in order.
    if (this.#reason !== undefined && this.#reason.code !== 'ENGINE_STOPPED') throw this.#reason
  }

  async enqueue(...given: EnqueueArguments): Promise<Enqueued> {
    this.throwIfGivenUp()
    const { call, options } = preparedCall(given)
    return this.#ground.children(this.#run).enqueue(call, options)
  }

  async enqueueMany<In, Out>(job: Job<In, Out>, inputs: readonly In[], options?: EnqueueOptions) {
    this.throwIfGivenUp()
    return this.#ground.children(this.#run).enqueueMany(job, inputs, options)
  }

  async enqueueBatch(calls: readonly JobCall[], options?: EnqueueOptions & { readonly then?: JobCall }) {
    this.throwIfGivenUp()
    return this.#ground.children(this.#run).enqueueBatch(calls, options)
  }

  async transaction<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T> {
    return this.#ground.transaction(this.#run, work, () => this.throwIfGivenUp())
  }

  async complete<T, DB = unknown>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T> {
    if (this.#completing)
      throw new EngineError(
        'RUN_COMPLETED',
        `the step ${JSON.stringify(this.step.name)} was completed already: call complete once, as the last thing`,
      )
    if (this.#reason !== undefined) throw this.#reason
    this.#completing = true
    let text: string | null = null
    try {
      const value = await this.#ground.completeStep(this.#run, work, (result) => {
        text = this.#keepsResult ? serialiseStep(this.step.name, result) : null
        return this.#record(text)
      })
      this.#completed = { text }
      return value
    } finally {
      this.#completing = this.#completed !== undefined
    }
  }
}

/** A step's result as JSON text; null for nothing. Throws `RESULT_TOO_LARGE`. */
export function serialiseStep(name: string, value: unknown): string | null {
  const text = toJson(name, value)
  if (text === undefined) return null
  if (text.length <= MAX_RESULT_BYTES / 4 || Buffer.byteLength(text) <= MAX_RESULT_BYTES) return text
  throw new EngineError(
    'RESULT_TOO_LARGE',
    `the result of the step ${JSON.stringify(name)} is more than 1 MiB: store it elsewhere and return a reference`,
  )
}

function toJson(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new EngineError('RESULT_INVALID', `the result of the step ${JSON.stringify(name)} has no JSON form`, {
      cause,
    })
  }
}

/** Waits for `work`, but no longer than its time-out and a grace after any interruption. Throws `TIMEOUT`. */
export async function inTime<T>(step: StepRun, timeoutMs: number, work: () => Promise<T> | T): Promise<T> {
  const { promise: overtime, reject } = Promise.withResolvers<never>()
  const cancelTimeout = step.clock.setTimer(() => step.interrupt(overtimeOf(step, timeoutMs)), timeoutMs)
  let cancelGrace: (() => void) | undefined
  step.onInterrupt(() => {
    cancelGrace = step.clock.setTimer(() => reject(step.interruption), GRACE_MS)
  })
  try {
    return await Promise.race([runInside(step.step.name, work), overtime])
  } finally {
    cancelTimeout()
    cancelGrace?.()
  }
}

function overtimeOf({ step: { name } }: StepRun, timeoutMs: number): EngineError {
  return new EngineError(
    'TIMEOUT',
    `an attempt of the step ${JSON.stringify(name)} took more than ${timeoutMs} ms: raise its \`timeout\`, or do less in one step`,
  )
}
