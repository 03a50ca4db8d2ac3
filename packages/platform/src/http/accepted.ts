import type { Enqueued } from '@regie/engine'
import { z } from 'zod'

/** What a route that starts long work answers: the run, to be asked for at `/api/v1/runs/<runId>/result`. */
export const acceptedRun = z.object({
  runId: z.int(),
  /** As it stood when it was accepted. */
  state: z.string(),
  /** How long it will probably take, from those before it; absent before the first. */
  estimatedMs: z.number().optional(),
})

/** An accepted run. */
export interface Accepted extends z.infer<typeof acceptedRun> {}

const made = new WeakSet<object>()

/**
 * The answer of a route with `status: 202` and `output: acceptedRun`: `return accepted(await ctx.enqueue(render, input))`.
 * It is sent with `Location: /api/v1/runs/<runId>`; the platform adds how the run stands and how long it may take.
 */
export function accepted({ id }: Pick<Enqueued, 'id'>): Accepted {
  return marked({ runId: id, state: 'queued' })
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
