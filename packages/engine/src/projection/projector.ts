import { storedError } from '../job/errors.ts'
import type { HotStore } from '../store/hot.ts'
import {
  claimGeneration,
  type GenerationRow,
  lockGenerations,
  lockProjection,
  type ProjectionRows,
  readProjections,
  releaseGenerations,
} from '../store/projections.ts'
import type { EngineTables } from '../store/schema.ts'
import { Driver, type DriverGround } from './driver.ts'
import { beginGeneration } from './generation.ts'
import type { ProjectionPlan, ProjectionPlans } from './plan.ts'

/** What the projector works with. */
export interface ProjectorGround extends Omit<DriverGround, 'retired'> {
  readonly plans: ProjectionPlans
  readonly hot: HotStore
}

/** Drives those projections of this code that no other process drives. */
export class Projector {
  readonly #ground: ProjectorGround
  readonly #drivers = new Map<string, Driver>()
  #looking: Promise<void> | undefined
  #lookAgain = false
  #head = ''
  #stopped = true

  constructor(ground: ProjectorGround) {
    this.#ground = ground
  }

  start(): void {
    this.#stopped = false
    this.look()
  }

  /** There may be new events. */
  wake(): void {
    for (const driver of this.#drivers.values()) driver.wake()
  }

  /** What an ordinary look at the store has shown: the last event, and whether there is a generation nobody drives. */
  pulse({ head, loose }: { readonly head: string; readonly loose: boolean }): void {
    if (head !== this.#head) this.wake()
    this.#head = head
    if (loose) this.look()
  }

  /** Something other than the events has changed: looks which generations there are, and takes those nobody drives. */
  look(): void {
    if (this.#stopped || this.#ground.plans.size === 0) return
    this.#lookAgain = this.#looking !== undefined
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
      if (this.#lookAgain) this.look()
    })
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.#looking
    const drivers = [...this.#drivers.values()]
    this.#drivers.clear()
    await Promise.all(drivers.map((driver) => driver.stop()))
    if (drivers.length === 0) return
    const { database, hot, epoch } = this.#ground
    await releaseGenerations(database.kysely<EngineTables>(), epoch()).catch(() => {})
    hot.announce('changed')
  }

  async #look(): Promise<void> {
    const { database, log } = this.#ground
    try {
      await this.#renew(await readProjections(database.kysely<EngineTables>()))
      const rows = await readProjections(database.kysely<EngineTables>())
      for (const row of rows.generations) await this.#consider(row, rows)
      this.#dismiss(rows)
    } catch (error) {
      log.warn({ error: storedError(error) }, 'could not look after the projections: trying again in some seconds')
    }
  }

  /** Builds anew what misses events that other code appended. */
  async #renew({ stale, projections, generations }: ProjectionRows): Promise<void> {
    for (const { name, serving, version } of projections) {
      const plan = this.#ground.plans.get(name)
      const building = generations.some((each) => each.projection === name && each.generation !== serving)
      if (plan === undefined || plan.version !== version || !stale.has(name) || building) continue
      await this.#ground.database.transaction<void, EngineTables>(async (tx) => {
        const anchor = await lockProjection(tx, plan)
        const present = await lockGenerations(tx, name)
        if (present.length === 1) await beginGeneration(tx, plan, anchor, present, this.#ground.clock.now())
      })
    }
  }

  async #consider(row: GenerationRow, { projections, workers }: ProjectionRows): Promise<void> {
    const { plans, database, epoch } = this.#ground
    const plan = plans.get(row.projection)
    const anchor = projections.find(({ name }) => name === row.projection)
    if (plan === undefined || plan.version !== row.version || anchor === undefined) return
    const building = anchor.serving !== row.generation
    // Kept up to date by the appends themselves.
    if (!building && anchor.mode === 'inline') return
    // A worker that was declared dead claims nothing before it has joined again.
    if (!workers.has(epoch())) return
    const key = keyOf(row)
    if (row.owner !== null && workers.has(row.owner) && (row.owner !== epoch() || this.#drivers.has(key))) return
    if (row.owner !== epoch() && !(await claimGeneration(database.kysely<EngineTables>(), row, epoch()))) return
    await this.#drivers.get(key)?.stop()
    if (this.#stopped) return
    this.#drivers.set(key, this.#drive(plan, row, building))
  }

  #drive(plan: ProjectionPlan, row: GenerationRow, building: boolean): Driver {
    const retired = (retiree: Driver): void => {
      const key = keyOf({ projection: retiree.plan.name, generation: retiree.generation })
      if (this.#drivers.get(key) === retiree) this.#drivers.delete(key)
      // It was taken from us, or is complete, and others have ended with it.
      this.look()
    }
    const driver = new Driver({ ...this.#ground, retired }, plan, row, building)
    driver.wake()
    return driver
  }

  #dismiss({ generations }: ProjectionRows): void {
    const present = new Set(generations.map(keyOf))
    for (const [key, driver] of this.#drivers) {
      if (present.has(key)) continue
      this.#drivers.delete(key)
      void driver.stop()
    }
  }
}

function keyOf({ projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>): string {
  return `${projection}/${generation}`
}
