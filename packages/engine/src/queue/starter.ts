import { PARKING } from '../store/gates.ts'
import type { ClaimedRun } from '../store/hot.ts'
import { parseOptions } from '../store/tables.ts'
import { admitStarters, needsAdmission, type Starter } from './admission.ts'
import type { WorkerGround } from './ground.ts'
import type { Lanes } from './lanes.ts'
import type { Entry } from './ledger.ts'
import { RunContext } from './run-context.ts'

// What the store has just refused is not asked of it again at once.
const FAULT_PAUSE_MS = 1_000

/** Whom the starter tells. */
export interface StarterOwner {
  epoch(): number
  launch(context: RunContext): void
  /** A claimed run is not started: why, is in the entry. */
  refused(entry: Entry): void
  fault(error: unknown): void
}

/** Starts claimed runs as slots become free, after everything that may keep them from it. */
export class Starters {
  readonly #ground: WorkerGround
  readonly #owner: StarterOwner
  readonly #lanes: Lanes
  /** Where runs are about to wait: gates by run, until that is written. */
  readonly #lines = new Map<number, string>()
  #admitting: Promise<void> = Promise.resolve()
  #closing = false
  #pumping = false

  constructor(ground: WorkerGround, owner: StarterOwner, lanes: Lanes) {
    this.#ground = ground
    this.#owner = owner
    this.#lanes = lanes
  }

  /** Starts what is at hand, as far as there are slots. A refused run frees its slot while this goes on. */
  pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    for (const queue of this.#lanes.all) {
      const admitting: Starter[] = []
      for (let run = queue.next(); run !== undefined; run = queue.next()) {
        queue.running++
        this.#begin(run, admitting)
      }
      // One after the other: who was claimed first also asks first.
      if (admitting.length > 0) this.#admitting = this.#admitting.then(() => this.#admit(admitting))
    }
    this.#pumping = false
  }

  /** Starts nothing more; resolves when nobody is asking for admission. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#admitting
  }

  /** What became of these runs is in the store now. */
  written(entries: readonly Entry[]): void {
    if (this.#lines.size > 0) for (const { run } of entries) this.#lines.delete(run.id)
  }

  /** Nothing of it will be written any more. */
  forget(): void {
    this.#lines.clear()
  }

  #begin(run: ClaimedRun, admitting: Starter[]): void {
    const starter = { run, options: parseOptions(run.options) }
    const refusal = this.#refusal(starter)
    if (refusal !== undefined) this.#refuse(starter, refusal)
    else if (needsAdmission(starter)) admitting.push(starter)
    else this.#launch(starter)
  }

  /** What keeps a run from being started at all. */
  #refusal({ run, options }: Starter): Entry['outcome'] | undefined {
    const known = this.#ground.registry.get(run.job)
    if (known === undefined) return { kind: 'blocked', gate: parkingGate(run.job) }
    // It may have something to undo first, so it refuses itself.
    if (known.definition.workflow !== undefined) return undefined
    const now = this.#ground.clock.now()
    if (run.attempt > known.attempts) {
      const message = `its process died at each of ${known.attempts} attempts: does ${run.job} end it?`
      return { kind: 'failed', error: { code: 'WORKER_LOST', message } }
    }
    if (options.d !== undefined && now >= options.d) {
      return {
        kind: 'failed',
        error: { code: 'DEADLINE_EXCEEDED', message: 'its deadline passed before it could start' },
      }
    }
    if (options.e !== undefined && now >= options.e && run.attempt === 1) {
      return { kind: 'expired', error: { code: 'EXPIRED', message: 'it was not started in time' } }
    }
    return undefined
  }

  async #admit(starters: readonly Starter[]): Promise<void> {
    const { database, clock } = this.#ground
    try {
      const { refused, inputs } = await admitStarters(
        database,
        this.#owner.epoch(),
        starters,
        clock.now(),
        new Set(this.#lines.values()),
      )
      for (const starter of starters) {
        const refusal = refused.get(starter.run.id)
        if (refusal !== undefined) this.#refuse(starter, refusal)
        // Its slot is given back with it.
        else if (this.#closing || starter.run.epoch !== this.#owner.epoch()) this.#refuse(starter, { kind: 'returned' })
        else this.#launch(starter, inputs.get(starter.run.id))
      }
    } catch (error) {
      this.#owner.fault(error)
      // Back in its queue it would ask again at once, and again, for as long as the store refuses.
      const later = { kind: 'postponed', due: clock.now() + FAULT_PAUSE_MS } as const
      for (const starter of starters) this.#refuse(starter, this.#closing ? { kind: 'returned' } : later)
    }
  }

  #launch({ run, options }: Starter, payload?: string): void {
    const { registry, runServices, clock } = this.#ground
    const known = registry.get(run.job)
    if (known !== undefined) this.#owner.launch(new RunContext(runServices, run, options, known, clock.now(), payload))
  }

  #refuse({ run, options }: Starter, outcome: Entry['outcome']): void {
    const at = this.#ground.clock.now()
    if (outcome.kind === 'blocked') this.#lines.set(run.id, outcome.gate)
    this.#owner.refused({ run, options, outcome, startedAt: at, at })
  }
}

/** Where runs of a job that this code does not know wait for code that does. */
export function parkingGate(job: string): string {
  return `${PARKING}${job}`
}
