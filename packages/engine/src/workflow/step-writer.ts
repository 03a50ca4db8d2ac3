import { AsyncLocalStorage } from 'node:async_hooks'
import { EngineError, isEngineError } from '../errors.ts'
import type { HotStore, Recorded, Records } from '../store/hot.ts'
import type { StepRow } from '../store/steps.ts'

interface Waiting {
  readonly epoch: number
  readonly step: StepRow
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

// Two exchanges under way at once: while the disk syncs the one, the next is filled.
const UNDER_WAY = 2
const MOST = 512
const TRIES = 6
const RETRY_MS = 100

/** Records the steps of all workflows of a process, together with those of the same moment. */
export class StepWriter {
  readonly #hot: HotStore
  // Whoever comes first writes for all: it must not be taken for part of what that one is in.
  readonly #outside = AsyncLocalStorage.snapshot()
  #waiting: Waiting[] = []
  readonly #states = new Map<number, { readonly epoch: number; readonly state: string }>()
  /** Runs whose state is being written: the next one must not overtake it. */
  readonly #stating = new Set<number>()
  #underWay = 0
  #scheduled = false

  constructor(hot: HotStore) {
    this.#hot = hot
  }

  /**
   * Resolves once the step is durable. Throws `LEASE_LOST` when the worker was declared dead, `STEP_CONFLICT` when somebody
   * else has closed the step, or the store's error after several attempts.
   */
  record(epoch: number, step: StepRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ epoch, step, resolve, reject })
      this.#schedule()
    })
  }

  /** What a workflow says of itself; written with the next steps, or by itself. */
  publish(epoch: number, run: number, state: string): void {
    this.#states.set(run, { epoch, state })
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // The other workflows of this turn have something to record too.
    setImmediate(() => {
      this.#scheduled = false
      while (this.#underWay < UNDER_WAY && this.#hasWork) void this.#outside(() => this.#write())
    })
  }

  get #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#nextState !== undefined
  }

  get #nextState(): { readonly epoch: number } | undefined {
    for (const [run, state] of this.#states) if (!this.#stating.has(run)) return state
    return undefined
  }

  async #write(): Promise<void> {
    const epoch = this.#waiting[0]?.epoch ?? this.#nextState?.epoch ?? 0
    const batch = this.#takeSteps(epoch)
    const states = this.#takeStates(epoch)
    this.#underWay++
    try {
      const { lost, refused } = await this.#record({ epoch, steps: batch.map(({ step }) => step), states })
      for (const { step, resolve, reject } of batch) {
        if (lost)
          reject(new EngineError('LEASE_LOST', `worker ${epoch} was declared dead: its steps were not recorded`))
        else if (refused.has(step)) reject(conflict(step))
        else resolve()
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      this.#underWay--
      for (const { run } of states) this.#stating.delete(run)
      if (this.#hasWork) this.#schedule()
    }
  }

  #takeStates(epoch: number): Records['states'] {
    const states = [...this.#states].flatMap(([run, { epoch: own, state }]) =>
      own === epoch && !this.#stating.has(run) ? [{ run, state }] : [],
    )
    for (const { run } of states) {
      this.#states.delete(run)
      this.#stating.add(run)
    }
    return states
  }

  /** What may be written together: steps of one worker, none of them twice. */
  #takeSteps(epoch: number): readonly Waiting[] {
    const names = new Set<string>()
    const batch: Waiting[] = []
    const rest: Waiting[] = []
    for (const waiting of this.#waiting) {
      const name = `${waiting.step.run} ${waiting.step.name}`
      const fits = batch.length < MOST && waiting.epoch === epoch && !names.has(name)
      if (fits) names.add(name)
      ;(fits ? batch : rest).push(waiting)
    }
    this.#waiting = rest
    return batch
  }

  /** A passing fault of the store must not make steps that are done be done again. */
  async #record(records: Records): Promise<Recorded> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#hot.record(records)
      } catch (error) {
        if (tries === TRIES || isEngineError(error, 'ENGINE_STOPPED')) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** tries))
    }
  }
}

function conflict({ run, name }: StepRow): EngineError {
  return new EngineError(
    'STEP_CONFLICT',
    `the step ${JSON.stringify(name)} of run ${run} was closed elsewhere meanwhile`,
  )
}
