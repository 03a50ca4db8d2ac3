import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import { parseCursor } from '../event/cursor.ts'
import type { Database } from '../store/database.ts'
import { lastEvent } from '../store/event-lag.ts'
import { type Cursor, compareCursors } from '../store/events.ts'
import {
  lockGenerations,
  lockProjection,
  type ProjectionRows,
  readProjections,
  resumeGenerations,
} from '../store/projections.ts'
import type { EngineTables } from '../store/schema.ts'
import { beginGeneration } from './generation.ts'
import type { ProjectionPlan, ProjectionPlans } from './plan.ts'
import type { ProjectionStatus, Projections } from './projection-api.ts'
import { statusOf } from './status.ts'

/** What operating on projections needs of the engine. */
export interface ProjectionsGround {
  readonly database: Database
  readonly clock: Clock
  readonly plans: ProjectionPlans
  readonly changed: () => void
}

const POLL_MS = 15
const MAX_POLL_MS = 250

/** The operator's side of projections. */
export function createProjections(ground: ProjectionsGround): Projections {
  const db = () => ground.database.kysely<EngineTables>()
  const list = async (): Promise<readonly ProjectionStatus[]> => {
    const rows = await readProjections(db())
    const names = new Set([...ground.plans.keys(), ...rows.projections.map(({ name }) => name)])
    return Promise.all([...names].toSorted().map((name) => statusOf(ground, name, rows)))
  }
  const known = async (name: string): Promise<void> => {
    const names = new Set([
      ...ground.plans.keys(),
      ...(await readProjections(db())).projections.map((each) => each.name),
    ])
    if (!names.has(name)) throw unknown(name, [...names])
  }
  return {
    list,
    async get(name) {
      await known(name)
      return statusOf(ground, name, await readProjections(db()))
    },
    async rebuild(name) {
      const plan = ground.plans.get(name)
      if (plan === undefined) throw unknown(name, [...ground.plans.keys()])
      await ground.database.transaction<void, EngineTables>((tx) => restart(tx, plan, ground.clock.now()))
      ground.changed()
    },
    async resume(name) {
      await known(name)
      await resumeGenerations(db(), name)
      ground.changed()
    },
    async wait(name, cursor, signal) {
      await known(name)
      const until = cursor === undefined ? await lastEvent(db()) : parseCursor(cursor)
      for (let wait = POLL_MS; ; wait = Math.min(wait * 1.5, MAX_POLL_MS)) {
        signal?.throwIfAborted()
        if (isThere(name, await readProjections(db()), until)) return
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    },
  }
}

async function restart(tx: Parameters<typeof lockProjection>[0], plan: ProjectionPlan, now: number): Promise<void> {
  const anchor = await lockProjection(tx, plan)
  await beginGeneration(tx, plan, anchor, await lockGenerations(tx, plan.name), now)
}

/** What readers see has come to this place. Throws `PROJECTION_STOPPED` when it has stopped before. */
function isThere(name: string, { projections, generations }: ProjectionRows, until: Cursor): boolean {
  const anchor = projections.find((each) => each.name === name)
  const seen = generations.find(
    (each) => each.projection === name && (anchor?.serving === null || each.generation === anchor?.serving),
  )
  if (anchor === undefined || seen === undefined) return false
  // One that is built for the first time may have come there, but nobody sees it before it serves.
  const isSeen = anchor.serving !== null
  if (isSeen && (anchor.mode === 'inline' || compareCursors(seen.cursor, until) >= 0)) return true
  if (seen.stoppedAt === undefined) return false
  throw new EngineError(
    'PROJECTION_STOPPED',
    `the projection ${name} stopped at the event ${seen.failedAt ?? ''}: mend the cause, then resume or rebuild it`,
  )
}

function unknown(name: string, names: readonly string[]): EngineError {
  const others = names.length === 0 ? 'there is none' : `choose one of ${names.join(', ')}`
  return new EngineError('PROJECTION_UNKNOWN', `there is no projection ${name}: ${others}`)
}
