import { EngineError } from '../errors.ts'
import { checkName } from '../job/registry.ts'
import type { AnyProjection } from './projection.ts'

/** A projection with what is read again and again worked out. */
export interface ProjectionPlan {
  readonly name: string
  readonly version: number
  readonly mode: 'inline' | 'async'
  readonly projection: AnyProjection
  readonly events: readonly string[]
  readonly tables: readonly string[]
}

/** All projections of an engine, by name. */
export type ProjectionPlans = ReadonlyMap<string, ProjectionPlan>

// PostgreSQL cuts names at 63 bytes; a generation's own name is up to ten longer.
const TABLE = /^[a-z][a-z0-9_]{0,49}$/

/**
 * Checks every projection at once. Throws `PROJECTION_DUPLICATE`, `PROJECTION_INVALID`, `EVENT_UNKNOWN` or `NAME_INVALID`,
 * naming it.
 */
export function planProjections(
  projections: readonly AnyProjection[],
  isKnownEvent: (type: string) => boolean,
): ProjectionPlans {
  const plans = new Map<string, ProjectionPlan>()
  const owners = new Map<string, string>()
  for (const projection of projections) {
    const plan = planProjection(projection, isKnownEvent)
    if (plans.has(plan.name))
      throw new EngineError('PROJECTION_DUPLICATE', `two projections are named ${plan.name}: rename one`)
    for (const table of plan.tables) {
      const owner = owners.get(table)
      if (owner !== undefined)
        throw invalid(
          plan.name,
          `has the table ${table}, which ${owner === plan.name ? 'it names twice' : `${owner} has too`}: rename one`,
        )
      owners.set(table, plan.name)
    }
    plans.set(plan.name, plan)
  }
  return plans
}

function planProjection(projection: AnyProjection, isKnownEvent: (type: string) => boolean): ProjectionPlan {
  const { name, version, mode, tables } = projection
  checkName('projection', name)
  if (!(Number.isSafeInteger(version) && version >= 1))
    throw invalid(
      name,
      `has the version ${version}: count versions from 1, and raise it when its tables or its code change`,
    )
  if (mode !== 'inline' && mode !== 'async') throw invalid(name, `has the mode ${mode}: choose inline or async`)
  if (tables.length === 0) throw invalid(name, 'has no table: name those that its `create` makes')
  const bad = tables.find((table) => !TABLE.test(table))
  if (bad !== undefined)
    throw invalid(
      name,
      `has the table ${JSON.stringify(bad)}: use lower-case letters, digits and _, at most 50 characters`,
    )
  const events = projection.events.map(({ name: type }) => type)
  if (events.length === 0) throw invalid(name, 'listens to no event: name those that its `apply` understands')
  const unknown = events.find((type) => !isKnownEvent(type))
  if (unknown !== undefined)
    throw new EngineError(
      'EVENT_UNKNOWN',
      `the projection ${name} listens to the event ${unknown}, which is not one of this engine's: add it to \`events\``,
    )
  return { name, version, mode, projection, events: [...new Set(events)].toSorted(), tables }
}

function invalid(name: string, what: string): EngineError {
  return new EngineError('PROJECTION_INVALID', `the projection ${name} ${what}`)
}
