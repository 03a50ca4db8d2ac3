import type { Enqueued } from '@regie/engine'
import { z } from 'zod'

/** What a route that starts long work answers: the run, to be asked for at `/api/v1/runs/<runId>/result`. */
export const acceptedRun = z.object({
  runId: z.int(),
  /** `queued` for a new run, whatever it waits for; a run that was there already (unique, debounced) as it stands. */
  state: z.string(),
  /** How long it will probably take, from those before it; absent before the first. */
  estimatedMs: z.number().optional(),
})

/** An accepted run. */
export interface Accepted extends z.infer<typeof acceptedRun> {}

const made = new WeakSet<object>()
const duplicates = new WeakSet<object>()

/**
 * The answer of a route with `status: 202` and `output: acceptedRun`: `return accepted(await ctx.enqueue(render, input))`.
 * It is sent with `Location: /api/v1/runs/<runId>`; the platform adds how long it may take.
 */
export function accepted({ id, duplicate }: Enqueued): Accepted {
  const answer = marked({ runId: id, state: 'queued' })
  if (duplicate) duplicates.add(answer)
  return answer
}

/** True when the run was there already. */
export function isDuplicate(answer: Accepted): boolean {
  return duplicates.has(answer)
}

/** The same answer, with what is known of the run by now. */
export function marked(answer: Accepted): Accepted {
  made.add(answer)
  return answer
}

/** True for what {@link accepted} made. */
export function isAccepted(answer: unknown): answer is Accepted {
  return typeof answer === 'object' && answer !== null && made.has(answer)
}
