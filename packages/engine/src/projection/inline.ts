import type { RecordedEvent } from '../event/event.ts'
import { markStale, readInline } from '../store/projections.ts'
import type { Tx } from '../store/tables.ts'
import { applyEvents } from './generation.ts'
import type { ProjectionPlans } from './plan.ts'

/**
 * Applies what was just appended to the inline projections, in the same transaction. One that this code does not know, or
 * not in the version that serves, is noted: a process that knows it builds it anew.
 */
export async function applyInline(
  tx: Tx,
  plans: ProjectionPlans,
  events: readonly RecordedEvent[],
  now: number,
): Promise<void> {
  const stale: string[] = []
  for (const { name, version, serving, events: types } of await readInline(tx)) {
    const wanted = events.filter(({ type }) => types.includes(type))
    if (wanted.length === 0 || serving === null) continue
    const plan = plans.get(name)
    if (plan?.version !== version || plan.mode !== 'inline') {
      stale.push(name)
      continue
    }
    await applyEvents(tx, plan, { tables: plan.tables, generation: serving }, wanted)
  }
  if (stale.length > 0) await markStale(tx, stale, now)
}
