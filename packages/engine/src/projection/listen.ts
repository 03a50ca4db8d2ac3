import type { AppendListener } from '../event/append.ts'
import type { EnqueueGround } from '../job/enqueue.ts'
import type { ReactionPlans } from '../reaction/plan.ts'
import { react } from '../reaction/react.ts'
import { applyInline } from './inline.ts'
import type { ProjectionPlans } from './plan.ts'

/** What follows from appended events at once. */
export interface ListenGround {
  readonly projections: ProjectionPlans
  readonly reactions: ReactionPlans
  readonly enqueueing: EnqueueGround
  readonly now: () => number
  /** Told of each append that is durable. */
  readonly appended: () => void
}

/** Does in the commit of an append what belongs there: inline projections, then reactions. */
export function listenToAppends({ projections, reactions, enqueueing, now, appended }: ListenGround): AppendListener {
  const inline = [...projections.values()].filter(({ mode }) => mode === 'inline')
  const wanted = new Set([...inline.flatMap(({ events }) => events), ...reactions.keys()])
  return {
    wants: (types) => [...types].some((type) => wanted.has(type)),
    async inCommit(tx, events, by) {
      if (inline.length > 0) await applyInline(tx, projections, events, now())
      // The request that `by` is has events of its own: those that were asked for, without their places.
      await react(enqueueing, reactions, { ...by, events }, tx)
    },
    committed: appended,
  }
}
