import type { Clock } from '../clock.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../store/database.ts'
import { physicalName } from '../store/projection-names.ts'
import { missingTables } from '../store/projection-tables.ts'
import {
  type GenerationRow,
  lockGenerations,
  lockProjection,
  readProjections,
  type ServingRow,
  setServing,
} from '../store/projections.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import { type Completion, completeGeneration } from './complete.ts'
import { beginGeneration, dropGenerations } from './generation.ts'
import type { ProjectionPlan, ProjectionPlans } from './plan.ts'
import type { EventSource } from './source.ts'

/** What declaring works with. */
export interface DeclareGround {
  readonly database: Database
  readonly source: EventSource
  readonly clock: Clock
  readonly log: Logger
  readonly plans: ProjectionPlans
}

/**
 * Makes the database have what the code declares: a projection that is new, or newer than what is there, gets tables of its
 * own to be built in. One that is older is left alone: the process that runs the newer code looks after it.
 */
export async function declareProjections(ground: DeclareGround): Promise<void> {
  const { database, plans, clock, log } = ground
  if (plans.size === 0) return
  const { projections, generations } = await readProjections(database.kysely<EngineTables>())
  for (const plan of plans.values()) {
    const anchor = projections.find(({ name }) => name === plan.name)
    const present = generations.filter(({ projection }) => projection === plan.name)
    if (anchor !== undefined && !isOld(plan, anchor, present) && !(await isTorn(ground, plan, present))) continue
    const begun = await database.transaction<GenerationRow | undefined, EngineTables>((tx) =>
      declare(tx, plan, clock.now()),
    )
    if (begun === undefined) continue
    log.info(
      { projection: plan.name, version: plan.version, generation: begun.generation },
      'a projection is being built',
    )
    await showEmpty(ground, plan, begun)
  }
}

async function declare(tx: Tx, plan: ProjectionPlan, now: number): Promise<GenerationRow | undefined> {
  const anchor = await lockProjection(tx, plan)
  const present = await lockGenerations(tx, plan.name)
  const torn = await tornGenerations(tx, plan, present)
  // Another process was faster.
  if (torn.length === 0 && !isOld(plan, anchor, present)) return undefined
  await dropGenerations(tx, torn)
  const whole = present.filter((each) => !torn.includes(each))
  const served = whole.find(({ generation }) => generation === anchor.serving)
  if (served === undefined) await setServing(tx, plan.name, undefined, plan)
  return beginGeneration(tx, plan, served === undefined ? { ...anchor, serving: null } : anchor, whole, now)
}

/** True when nothing of this version is there, nor of a later one. */
function isOld({ version, mode }: ProjectionPlan, anchor: ServingRow, present: readonly GenerationRow[]): boolean {
  const newest = present.at(-1)
  if (newest === undefined || newest.version < version) return true
  return anchor.serving === newest.generation && newest.version === version && anchor.mode !== mode
}

async function isTorn(
  { database }: DeclareGround,
  plan: ProjectionPlan,
  present: readonly GenerationRow[],
): Promise<boolean> {
  const torn = await tornGenerations(database.kysely<EngineTables>(), plan, present)
  return torn.length > 0
}

/** Generations whose tables are not there: a backup may be restored without them. */
async function tornGenerations(
  db: Parameters<typeof missingTables>[0],
  { version }: ProjectionPlan,
  present: readonly GenerationRow[],
): Promise<readonly GenerationRow[]> {
  const own = present.filter((each) => each.version === version)
  const names = own.flatMap(({ tables, generation }) => tables.map((table) => physicalName(table, generation)))
  if (names.length === 0) return []
  const missing = await missingTables(db, names)
  return own.filter(({ tables, generation }) =>
    tables.some((table) => missing.includes(physicalName(table, generation))),
  )
}

/** Without any event there is nothing to build: the first append finds the projection in its place, worker or not. */
async function showEmpty(
  { database, source, clock, log }: DeclareGround,
  plan: ProjectionPlan,
  begun: GenerationRow,
): Promise<void> {
  try {
    await database.transaction<Completion | undefined, EngineTables>(async (tx) => {
      const { events } = await source.readAtOnce(tx, begun.cursor, plan.events, 1)
      return events.length > 0 ? undefined : completeGeneration(tx, plan, source, begun, clock.now())
    })
  } catch (error) {
    log.debug({ projection: plan.name, error: String(error) }, 'a worker will show the projection instead')
  }
}
