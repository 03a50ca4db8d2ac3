import type { Transaction } from 'kysely'
import type { RecordedEvent } from '../event/event.ts'
import { type EnqueueGround, storePrepared } from '../job/enqueue.ts'
import { prepareRun } from '../job/prepare.ts'
import type { ReactionPlans } from './plan.ts'

/** The tag of every run that an event has caused. */
function causeTag(position: number): string {
  return `event:${position}`
}

interface Appended {
  readonly events: readonly RecordedEvent[]
  /** The run that appended them, and its trace: what follows belongs to it, and not to what is under way around it. */
  readonly runId: number | undefined
  readonly trace: string | undefined
}

/** Enqueues what follows from events, in the transaction that appends them. Throws what `Enqueue` documents. */
export async function react<DB>(
  ground: EnqueueGround,
  plans: ReactionPlans,
  { events, runId, trace }: Appended,
  tx: Transaction<DB>,
): Promise<void> {
  if (plans.size === 0) return
  const place = { ...ground.prepare(), ...(runId !== undefined && { trace }) }
  const prepared = events.flatMap((event) =>
    (plans.get(event.type) ?? []).map(({ job, input }) =>
      // Planned under the name of its type: it is one of the events the reaction was written for.
      prepareRun(place, job, input(event as never), { org: event.org, tags: [causeTag(event.position)] }),
    ),
  )
  if (prepared.length > 0) await storePrepared(ground, await ground.shares.assign(prepared, tx), tx)
}
