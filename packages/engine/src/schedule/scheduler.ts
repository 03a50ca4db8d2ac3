import type { CancelTimer, Clock } from '../clock.ts'
import type { Trouble } from '../engine-api.ts'
import { storedError } from '../job/errors.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { NewRun } from '../store/hot.ts'
import { readDue, reconcileSchedules } from '../store/schedules.ts'
import type { EngineTables } from '../store/schema.ts'
import { type Fired, type FireGround, fireDue } from './fire.ts'
import { describePlan, type Plan } from './plan.ts'
import { nextSlot } from './slots.ts'

/** What a scheduler works with. */
export interface SchedulerGround extends FireGround {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly plans: ReadonlyMap<string, Plan>
  /** Told once runs are durable. */
  readonly enqueued: (runs: readonly NewRun[]) => void
  /** Something that runs is to be stopped. */
  readonly changed: () => void
  readonly onTrouble: (trouble: Trouble) => void
}

// Another process may have resumed a schedule, or brought a new one: look again even when nothing is due here.
const LOOK_MS = 10_000

/** Fires due slots. Any number of them may run: the database decides who has which slot. */
export class Scheduler {
  readonly #ground: SchedulerGround
  #cancel: CancelTimer | undefined
  #working: Promise<unknown> | undefined
  #stopped = true
  #failures = 0

  constructor(ground: SchedulerGround) {
    this.#ground = ground
  }

  /** True while it looks after its slots and the store answers. */
  get healthy(): boolean {
    return !this.#stopped && this.#failures < 3
  }

  /** Writes the code's schedules down and begins to fire. */
  async start(): Promise<void> {
    await this.reconcile()
    this.#stopped = false
    this.#work()
  }

  /** Makes the database say what the code says. */
  async reconcile(): Promise<void> {
    const { database, plans, clock } = this.#ground
    const now = clock.now()
    const declarations = [...plans.values()].map((plan) => ({
      name: plan.name,
      org: plan.org,
      job: plan.schedule.job.name,
      spec: JSON.stringify(describePlan(plan)),
      payload: JSON.stringify(plan.schedule.input ?? null),
      nextSlot: nextSlot(plan.timetable, now),
    }))
    await database.transaction<void, EngineTables>((tx) => reconcileSchedules(tx, declarations, now))
  }

  /** Fires what is due now. Answers how many runs were enqueued. */
  async tick(): Promise<number> {
    const { database, plans, clock } = this.#ground
    const { due, next } = await readDue(database.kysely<EngineTables>(), [...plans.keys()], clock.now())
    let enqueued = 0
    for (const name of due) {
      const plan = plans.get(name)
      if (plan !== undefined) enqueued += await this.#fire(plan)
    }
    this.#arm(due.length > 0 ? clock.now() : next)
    return enqueued
  }

  /** Looks again now: something changed. */
  look(): void {
    if (!this.#stopped) this.#work()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#working
  }

  async #fire(plan: Plan): Promise<number> {
    const { database, clock, enqueued, changed, onTrouble } = this.#ground
    const fired = await database.transaction<Fired, EngineTables>((tx) => fireDue(tx, this.#ground, plan, clock.now()))
    if (fired.runs.length > 0) enqueued(fired.runs)
    if (fired.cancelled) changed()
    const slot = fired.missed.at(-1)
    if (slot !== undefined) onTrouble({ kind: 'slot-missed', schedule: plan.name, slot, missed: fired.missedCount })
    return fired.runs.length
  }

  #work(): void {
    this.#working ??= this.#pass().finally(() => {
      this.#working = undefined
    })
  }

  async #pass(): Promise<void> {
    try {
      await this.tick()
      this.#failures = 0
    } catch (error) {
      this.#failures++
      this.#ground.log.error(
        { error: storedError(error) },
        'the scheduler could not look after its slots: it tries again in some seconds',
      )
      this.#arm(null)
    }
  }

  #arm(next: number | null): void {
    if (this.#stopped) return
    this.#cancel?.()
    const wait = Math.min(LOOK_MS, Math.max(0, (next ?? Number.POSITIVE_INFINITY) - this.#ground.clock.now()))
    this.#cancel = this.#ground.clock.setTimer(() => this.#work(), wait)
  }
}
