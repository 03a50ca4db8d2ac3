import type { Engine } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { liveWorkers } from '../observe/live-workers.ts'
import { instant, isoOf } from './instant.ts'

const workerView = z.object({
  epoch: z.int(),
  name: z.string(),
  startedAt: instant,
  beatAt: instant,
  /** It was heard of lately. */
  alive: z.boolean(),
  running: z.int(),
  queues: z.array(z.string()).readonly(),
})

/** The processes that run jobs. */
export function workerEndpoints(engine: Engine): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/workers',
      summary: 'List the processes that run jobs',
      access: 'queues.read',
      input: z.object({}),
      output: z.object({ workers: z.array(workerView).readonly() }),
      async handle() {
        const workers = await liveWorkers(engine)
        return {
          workers: workers.map(({ epoch, name, startedAt, beatAt, alive, running, queues }) => {
            return { epoch, name, startedAt: isoOf(startedAt), beatAt: isoOf(beatAt), alive, running, queues }
          }),
        }
      },
    }),
  ]
}
