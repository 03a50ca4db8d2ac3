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

const oneQueue = z.object({ name: z.string().min(1) })

/** The queues as operators see and handle them. */
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
    endpoint({
      method: 'POST',
      url: '/api/v1/queues/:name/pause',
      summary: 'Let no run of a queue start any more, in any process',
      access: 'queues.manage',
      input: oneQueue.extend({ reason: z.string().max(500).optional() }),
      output: queueView,
      async handle({ name, reason }) {
        await engine.queues.pause(name, reason)
        return statusOf(engine, name)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/queues/:name/resume',
      summary: 'Let the runs of a queue start again',
      access: 'queues.manage',
      input: oneQueue,
      output: queueView,
      async handle({ name }) {
        await engine.queues.resume(name)
        return statusOf(engine, name)
      },
    }),
  ]
}

async function statusOf(engine: Engine, name: string): Promise<z.input<typeof queueView>> {
  const queue = (await engine.queues.list()).find((each) => each.name === name)
  return viewQueue(queue ?? { name, queued: 0, scheduled: 0, blocked: 0, running: 0 })
}

/** Writes a queue as the API does. */
export function viewQueue({ pausedAt, ...rest }: QueueStatus): z.input<typeof queueView> {
  return { ...rest, ...isoOrNone('pausedAt', pausedAt) }
}
