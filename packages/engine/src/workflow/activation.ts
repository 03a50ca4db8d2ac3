import { EngineError, isEngineError } from '../errors.ts'
import type { StoredError } from '../job/run.ts'
import type { RunContext } from '../queue/run-context.ts'
import type { StepKind } from '../store/schema.ts'
import type { StepRow } from '../store/steps.ts'
import type { StepContext, WorkflowContext } from './context.ts'
import type { WorkflowGround } from './ground.ts'
import type { WorkflowRecord } from './loader.ts'
import { Recollection, type StepCall } from './recollection.ts'
import { refuseWithin, runOutside } from './step-inside.ts'
import type { StepPolicy } from './step-policy.ts'
import type { StepRun } from './step-run.ts'

/** How a workflow ends once everything it did is undone. */
export interface Ending {
  readonly state: 'failed' | 'cancelled'
  readonly error: StoredError
}

/** What an activation knows of its run. */
export type Activated = Pick<RunContext, 'claimed' | 'options' | 'known' | 'log'>

/** Why an activation is over. */
export type Conclusion =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'compensate'; readonly reason: string }
  | { readonly kind: 'continue'; readonly input: unknown }
  /** Nothing can be done before something happens. */
  | { readonly kind: 'idle' }
  /** It was asked to rest, or interrupted, and nothing of it is under way any more. */
  | { readonly kind: 'resting' }
  /** Its record cannot be written. */
  | { readonly kind: 'fault'; readonly error: unknown }

/** How to take back one step. */
export interface Undo {
  readonly work: (result: never, context: StepContext) => Promise<unknown> | unknown
  readonly policy: StepPolicy
}

/** A promise that never settles, a new one each time: what waits for it is then collected with it. */
const never = (): Promise<never> => new Promise<never>(() => {})

/**
 * One go of a workflow's code, from its beginning to where it can do nothing more. What is recorded is answered from the
 * record; what is new is done only when the code has come to everything that is recorded.
 */
export class Activation {
  readonly ground: WorkflowGround
  readonly context: Activated
  readonly record: WorkflowRecord
  /** How to take back the steps the code has come to. */
  readonly undos = new Map<string, Undo>()
  /** Every step as it is recorded now. */
  readonly rows: Map<string, StepRow>
  readonly #recollection: Recollection
  readonly #purpose: 'work' | 'check'
  readonly #running = new Set<StepRun>()
  readonly #concluded = Promise.withResolvers<Conclusion>()
  #conclusion: Conclusion | undefined
  #ending: Ending | undefined
  #resting: 'pause' | 'stop' | undefined
  #interruption: EngineError | undefined
  #outcomeOfMain: Conclusion | undefined
  #held: { readonly row: StepRow | undefined; readonly resolve: (verdict: Verdict) => void }[] = []
  #dues: (number | null)[] = []
  #live = 0
  #under = 0
  /** One call has followed the other so far, or several have come together again: only then is an order certain. */
  #inOrder = true
  #checking = false
  #state: string | undefined

  /** `check`: does nothing new, and only looks whether the code comes to what is recorded. */
  constructor(
    ground: WorkflowGround,
    context: Activated,
    record: WorkflowRecord,
    ending: Ending | undefined,
    purpose: 'work' | 'check' = 'work',
  ) {
    this.ground = ground
    this.context = context
    this.record = record
    this.rows = new Map(record.steps.map((step) => [step.name, step]))
    this.#recollection = new Recollection(record.steps)
    this.#ending = ending
    this.#purpose = purpose
  }

  /** How it is to end; undefined while it goes forward. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  get resting(): 'pause' | 'stop' | undefined {
    return this.#resting
  }

  get interruption(): EngineError | undefined {
    return this.#interruption
  }

  /** The error that names a recorded step to which the code did not come. */
  get divergence(): EngineError | undefined {
    return this.#recollection.divergence
  }

  /** When it goes on by itself; null when it does not. */
  get due(): number | null {
    // Not spread into Math.min: there may be more of them than a call takes arguments.
    const due = this.#dues.reduce((first: number, instant) => Math.min(first, instant ?? first), this.#deadline)
    return Number.isFinite(due) ? due : null
  }

  /** Runs the code as far as it goes. */
  async run(code: (wf: WorkflowContext, input: unknown) => unknown, wf: WorkflowContext, input: unknown) {
    this.#live++
    // Its first part runs at once, up to its first `await`.
    const main = runOutside(async () => code(wf, input))
    main.then(
      (value) => this.#mainEnded({ kind: 'returned', value }),
      (error: unknown) => this.#mainEnded({ kind: 'threw', error }),
    )
    this.#leave()
    const conclusion = await this.#concluded.promise
    if (this.#state !== undefined) this.#publish()
    return conclusion
  }

  /** From now on it only ends. The first reason counts. */
  end(ending: Ending): void {
    if (this.#ending !== undefined || this.#conclusion !== undefined) return
    this.#ending = ending
    const reason = new EngineError('ABORTED', ending.error.message)
    // A step that can be undone is left to finish: stopped half way, nobody could tell what it did.
    for (const step of this.#running) if (!this.undos.has(step.step.name)) step.interrupt(reason)
    this.#check()
  }

  /** Its process stops, or lost it to another one. */
  interrupt(reason: EngineError): void {
    this.#interruption ??= reason
    for (const step of this.#running) step.interrupt(reason)
    this.#check()
  }

  /** Does nothing new any more. */
  rest(why: 'pause' | 'stop'): void {
    this.#resting ??= why
    this.#check()
  }

  /** The code has said how it ends. */
  conclude(conclusion: Conclusion): Promise<never> {
    this.#mainEnded(conclusion)
    return never()
  }

  /** Publishes what the code says of itself, once it has come to where it stood. */
  publish(state: string): void {
    this.#state = state
    if (!this.#recollection.replaying) this.#publish()
  }

  /**
   * One call of the code. `recall` answers it from what is recorded and closed, `carryOut` does it or goes on with it; the
   * code hears of neither once the activation is over.
   */
  perform<T>(
    name: string,
    kind: StepKind,
    recall: (row: StepRow) => T,
    carryOut: (call: StepCall) => Promise<T>,
  ): Promise<T> {
    const answer = this.#perform(name, kind, recall, carryOut)
    // A step that fails before the code asks for its answer must not end the whole process.
    answer.catch(() => {})
    return answer
  }

  /** Runs work of the code in which calls are side by side; after it they are in order again. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    const wasInOrder = this.#inOrder && this.#under === 0
    this.#inOrder = false
    const value = await work()
    if (wasInOrder && this.#under === 0) this.#inOrder = true
    return value
  }

  async #perform<T>(
    name: string,
    kind: StepKind,
    recall: (row: StepRow) => T,
    carryOut: (call: StepCall) => Promise<T>,
  ): Promise<T> {
    refuseWithin(name)
    const call = this.#call(name, kind)
    if (call === undefined) return never()
    if (!this.#recollection.replaying) this.#release()
    this.#under++
    const { row } = call
    const closed = row !== undefined && (!OPEN.has(row.state) || this.#looksBack(row))
    // Awaited even when it is known: until then calls of the same turn are side by side with this one.
    const verdict = await (closed ? 'recall' : this.#permission(row))
    if (this.#conclusion !== undefined) return never()
    try {
      return row !== undefined && verdict === 'recall' ? recall(row) : await this.#live_(() => carryOut(call))
    } finally {
      this.#under--
    }
  }

  /** Ends the call that waits for this instant, or for something from outside: the activation may be over now. */
  block(due: number | null): Promise<never> {
    this.#dues.push(due)
    this.#leave()
    return never()
  }

  /** Runs `work` as a step that can be interrupted. */
  async hold<T>(step: StepRun, work: () => Promise<T>): Promise<T> {
    this.#running.add(step)
    if (this.#interruption !== undefined) step.interrupt(this.#interruption)
    try {
      return await work()
    } finally {
      this.#running.delete(step)
    }
  }

  /** Records a step. What cannot be recorded ends the activation. */
  async write(row: StepRow): Promise<void> {
    await this.ask(this.ground.writer.record(this.context.claimed.epoch, row))
    this.rows.set(row.name, row)
  }

  /** As {@link write}, for what is recorded by somebody else. */
  async written<Row extends StepRow | undefined>(recording: Promise<Row>): Promise<Row> {
    const row = await this.ask(recording)
    if (row !== undefined) this.rows.set(row.name, row)
    return row
  }

  /** Waits for the store; what it cannot do ends the activation. */
  async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      // The caller's own mistake is the caller's to hear of; the rest is the store's.
      if (isEngineError(error) && !FAULTS.has(error.code)) throw error
      this.#conclude({ kind: 'fault', error })
      return never()
    }
  }

  #call(name: string, kind: StepKind): StepCall | undefined {
    if (this.#under > 0) this.#inOrder = false
    try {
      return this.#recollection.call(name, kind, this.#inOrder)
    } catch (error) {
      if (!isEngineError(error, 'WORKFLOW_DIVERGED')) throw error
      this.#conclude({ kind: 'fault', error })
      return undefined
    }
  }

  async #permission(row: StepRow | undefined): Promise<Verdict> {
    if (this.#recollection.replaying) {
      const { promise, resolve } = Promise.withResolvers<Verdict>()
      this.#held.push({ row, resolve })
      this.#check()
      if ((await promise) === 'recall' || (row !== undefined && this.#looksBack(row))) return 'recall'
    }
    const unfinished = row?.state === 'begun' || row?.state === 'ended'
    const failed = this.#outcomeOfMain?.kind === 'threw' || this.#outcomeOfMain?.kind === 'compensate'
    const closing = (this.#ending !== undefined || failed) && !unfinished
    const goesOn = this.#resting === undefined && this.#interruption === undefined && this.#purpose === 'work'
    if (!closing && goesOn) return 'do'
    this.#dues.push(null)
    this.#check()
    return never()
  }

  /** True of a failure that is not to be made good any more: the code is only led to where it stood. */
  #looksBack({ state }: StepRow): boolean {
    return state === 'again' && (this.#ending !== undefined || this.#purpose === 'check')
  }

  /**
   * What is recorded further on can only be reached from the failure of a step that is to be tried again: the code went on
   * from it. Of several, from the one that failed first.
   */
  #recallFailure(): boolean {
    const failures = this.#held.filter(({ row }) => row?.state === 'again')
    const first = failures.toSorted((a, b) => (a.row?.endedAt ?? 0) - (b.row?.endedAt ?? 0))[0]
    if (first === undefined) return false
    this.#held = this.#held.filter((held) => held !== first)
    first.resolve('recall')
    return true
  }

  #release(): void {
    if (this.#state !== undefined) this.#publish()
    for (const { resolve } of this.#held.splice(0)) resolve('do')
  }

  async #live_<T>(work: () => Promise<T>): Promise<T> {
    this.#live++
    const value = await work().catch((error: unknown) => {
      this.#leave()
      if (this.#conclusion !== undefined) return never()
      throw error
    })
    this.#leave()
    return this.#conclusion === undefined ? value : never()
  }

  get #deadline(): number {
    return this.context.options.d ?? Number.POSITIVE_INFINITY
  }

  #leave(): void {
    this.#live--
    if (this.#live === 0) this.#check()
  }

  #mainEnded(conclusion: Conclusion): void {
    this.#outcomeOfMain ??= conclusion
    if (conclusion.kind === 'threw')
      for (const step of this.#running)
        if (!this.undos.has(step.step.name))
          step.interrupt(new EngineError('ABORTED', 'the workflow has failed meanwhile'))
    this.#check()
  }

  /** Looks, once everything of this turn has happened, whether the activation is over. */
  #check(): void {
    if (this.#checking || this.#conclusion !== undefined) return
    this.#checking = true
    setImmediate(() => {
      this.#checking = false
      if (this.#live > 0) return
      const over = this.#interruption !== undefined || this.#resting !== undefined
      if (this.#outcomeOfMain !== undefined) this.#conclude(this.#outcomeOfMain)
      else if (over) this.#conclude({ kind: 'resting' })
      else if (this.#recollection.replaying && this.#recallFailure()) this.#check()
      // Its code may wait for something of its own that never comes: that must not keep it from ending.
      else if (this.#ending !== undefined && !this.#recollection.replaying) this.#conclude({ kind: 'idle' })
      else if (this.#dues.length > 0 || this.#held.length > 0) this.#conclude({ kind: 'idle' })
    })
  }

  #conclude(conclusion: Conclusion): void {
    if (this.#conclusion !== undefined) return
    this.#conclusion = conclusion
    for (const step of this.#running) step.interrupt(new EngineError('ABORTED', 'the workflow has ended meanwhile'))
    this.#concluded.resolve(conclusion)
  }

  #publish(): void {
    const { claimed } = this.context
    if (this.#state !== undefined) this.ground.writer.publish(claimed.epoch, claimed.id, this.#state)
    this.#state = undefined
  }
}

/** Whether a step that is not closed may be done, or is answered as it is recorded. */
type Verdict = 'do' | 'recall'

const OPEN: ReadonlySet<StepRow['state']> = new Set(['begun', 'retry', 'pending', 'ended', 'again'])
const FAULTS: ReadonlySet<string> = new Set([
  'LEASE_LOST',
  'STEP_CONFLICT',
  'STORE_BUSY',
  'STORE_FAILED',
  'TRANSACTION_TIMEOUT',
  'ENGINE_STOPPED',
])
