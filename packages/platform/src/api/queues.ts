import type { Engine, QueueStatus } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOrNone } from './instant.ts'

/** A queue as the API shows it. */
export const queueView = z.object({
  name: z.string(),
  queued: z.int(),
  scheduled: z.int(),
  blocked: z.int(),
  running: z.int(),
  oldestMs: z.number().optional(),
  pausedAt: instant.optional(),
  pausedReason: z.string().optional(),
})

/** The queues as operators see them. */
export function queueEndpoints(engine: Engine): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/queues',
      summary: 'List queues',
      access: 'queues.read',
      input: z.object({}),
      output: z.object({ queues: z.array(queueView).readonly() }),
      handle: async () => ({ queues: (await engine.queues.list()).map(viewQueue) }),
    }),
  ]
}

/** Writes a queue as the API does. */
export function viewQueue({ pausedAt, ...rest }: QueueStatus): z.input<typeof queueView> {
  return { ...rest, ...isoOrNone('pausedAt', pausedAt) }
}
