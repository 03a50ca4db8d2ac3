import type { CancelTimer, Clock } from '../clock.ts'
import type { Trouble } from '../engine-api.ts'
import { storedError } from '../job/errors.ts'
import { hideSecrets } from '../job/hide-secrets.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { NewRun } from '../store/hot.ts'
import { declareSchedules, readDue } from '../store/schedules.ts'
import type { EngineTables } from '../store/schema.ts'
import type { FireGround } from './enqueue-slot.ts'
import { type Fired, fireDue } from './fire.ts'
import type { Plan } from './plan.ts'
import { nextSlot } from './slots.ts'

/** What a scheduler works with. */
export interface SchedulerGround extends FireGround {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly plans: ReadonlyMap<string, Plan>
  /** Those that schedules for each organisation fire for. */
  readonly organisations: () => Promise<readonly string[]>
  /** Told once runs are durable. */
  readonly enqueued: (runs: readonly NewRun[]) => void
  /** Something that runs is to be stopped. */
  readonly changed: () => void
  readonly onTrouble: (trouble: Trouble) => void
}

// Another process may have resumed a schedule, or brought a new one: look again even when nothing is due here.
const LOOK_MS = 10_000
// A transaction of another scheduler takes a few milliseconds.
const TAKEN_MS = 50

/** Fires due slots. Any number of them may run: the database decides who has which slot. */
export class Scheduler {
  readonly #ground: SchedulerGround
  #cancel: CancelTimer | undefined
  #working: Promise<unknown> | undefined
  #again = false
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

  /** Makes the database say what the code says: of all schedules, or of these only. */
  async reconcile(only?: readonly string[]): Promise<void> {
    const { database, plans, clock } = this.#ground
    const now = clock.now()
    const wanted = [...plans.values()].filter(({ name }) => only === undefined || only.includes(name))
    const declarations = wanted.map((plan) => ({
      name: plan.name,
      org: plan.org,
      job: plan.schedule.job.name,
      spec: plan.spec,
      payload: JSON.stringify(plan.schedule.input ?? null),
      nextSlot: nextSlot(plan.timetable, now),
    }))
    await database.transaction<void, EngineTables>((tx) => declareSchedules(tx, declarations, now, only === undefined))
  }

  /** Fires what is due now. Answers how many runs were enqueued. */
  async tick(): Promise<number> {
    const { database, plans, clock } = this.#ground
    const specs = new Map([...plans.values()].map(({ name, spec }) => [name, spec]))
    const { due, next, forgotten } = await readDue(database.kysely<EngineTables>(), specs, clock.now())
    // A process of an older version has started after us and knows nothing of these.
    if (forgotten.length > 0) await this.reconcile(forgotten)
    const fired: (number | 'failed' | 'taken')[] = []
    for (const name of due) fired.push(await this.#fireAlone(name))
    const counts = fired.filter((count) => typeof count === 'number')
    // What failed is tried again with the next look, not at once for ever; what another scheduler has, once it will have gone on.
    if (counts.length > 0 || forgotten.length > 0) this.#arm(clock.now())
    else if (fired.includes('taken')) this.#arm(clock.now() + TAKEN_MS)
    else this.#arm(fired.includes('failed') ? null : next)
    return counts.reduce((sum, count) => sum + count, 0)
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

  /** One schedule that cannot be fired must not keep the others from it; somebody hears of it. */
  async #fireAlone(name: string): Promise<number | 'failed' | 'taken'> {
    const { plans, log, onTrouble } = this.#ground
    const plan = plans.get(name)
    if (plan === undefined) return 0
    try {
      return await this.#fire(plan)
    } catch (error) {
      log.error({ schedule: name, error: storedError(error) }, 'a schedule could not be fired')
      onTrouble({ kind: 'schedule-failed', schedule: name, error: hideSecrets(String(error)) })
      return 'failed'
    }
  }

  async #fire(plan: Plan): Promise<number | 'taken'> {
    const { database, clock, organisations, enqueued, changed, onTrouble } = this.#ground
    const orgs = plan.scope === 'each-organisation' ? await organisations() : []
    for (let count = 0; ; ) {
      const fired = await database.transaction<Fired | undefined, EngineTables>((tx) =>
        fireDue(tx, this.#ground, plan, orgs, clock.now()),
      )
      if (fired === undefined) return count > 0 ? count : 'taken'
      if (fired.runs.length > 0) enqueued(fired.runs)
      if (fired.cancelled) changed()
      const slot = fired.missed.at(-1)
      if (slot !== undefined) onTrouble({ kind: 'slot-missed', schedule: plan.name, slot, missed: fired.missedCount })
      count += fired.runs.length
      if (!fired.more) return count
    }
  }

  #work(): void {
    if (this.#working !== undefined) this.#again = true
    this.#working ??= this.#pass().finally(() => {
      this.#working = undefined
      if (this.#again && !this.#stopped) this.#work()
      this.#again = false
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
