import { compareCursors } from '../store/events.ts'
import { giveWay, holdAppends, showGeneration } from '../store/projection-tables.ts'
import {
  clearStale,
  type GenerationRow,
  lockGenerations,
  lockProjection,
  moveGeneration,
  setServing,
} from '../store/projections.ts'
import type { Tx } from '../store/tables.ts'
import { applyEvents, dropGenerations } from './generation.ts'
import type { ProjectionPlan } from './plan.ts'
import type { EventSource } from './source.ts'

/** What became of an attempt to show a new generation to readers. `behind`: it has more to catch up with first. */
export type Completion = 'shown' | 'behind' | 'lost'

// While these are applied nobody can append.
const REMAINDER = 500

/**
 * Shows a generation that has caught up to the readers, and drops the others. Of an inline projection it first applies
 * what was appended meanwhile, while all appends wait: every later one finds the new generation.
 */
export async function completeGeneration(
  tx: Tx,
  plan: ProjectionPlan,
  source: EventSource,
  { generation, owner }: Pick<GenerationRow, 'generation' | 'owner'>,
  now: number,
): Promise<Completion> {
  await giveWay(tx)
  if (plan.mode === 'inline') await holdAppends(tx)
  const anchor = await lockProjection(tx, plan)
  const generations = await lockGenerations(tx, plan.name)
  const own = generations.find((each) => each.generation === generation && each.owner === owner)
  if (own === undefined) return 'lost'
  const others = generations.filter((each) => each !== own)
  if (plan.mode === 'inline') {
    const { events, next } = await source.readAtOnce(tx, own.cursor, plan.events, REMAINDER + 1)
    if (events.length > REMAINDER) return 'behind'
    await applyEvents(tx, plan, own, events)
    await moveGeneration(tx, own, next, now)
    await clearStale(tx, plan.name)
  }
  const served = others.find((each) => each.generation === anchor.serving)
  // Readers who have seen an event applied must not see it vanish.
  if (
    plan.mode === 'async' &&
    anchor.mode === 'async' &&
    served !== undefined &&
    compareCursors(served.cursor, own.cursor) > 0
  )
    return 'behind'
  await showGeneration(
    tx,
    others.flatMap(({ tables }) => tables),
    own.tables,
    generation,
  )
  await dropGenerations(tx, others)
  await setServing(tx, plan.name, own, plan)
  return 'shown'
}
