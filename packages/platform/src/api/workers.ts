import type { Engine } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { type LiveWorker, liveWorkers } from '../observe/live-workers.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'

// Enough to see what it is busy with; the number is beside it.
const RUNS_SHOWN = 20

const workerView = z.object({
  epoch: z.int(),
  name: z.string(),
  startedAt: instant,
  beatAt: instant,
  /** It was heard of lately. */
  alive: z.boolean(),
  /** How many runs it holds. */
  running: z.int(),
  /** The first twenty of them. */
  runIds: z.array(z.int()).readonly(),
  queues: z.array(z.string()).readonly(),
  /** Since when it is to take nothing new; once it runs nothing, it can be stopped. */
  drainingAt: instant.optional(),
  /** What it last told of itself, every ten seconds or so. */
  vitals: z
    .object({
      /** Of this product. */
      version: z.string().optional(),
      /** Of Node. */
      node: z.string(),
      pid: z.int(),
      rssBytes: z.int(),
      heapBytes: z.int(),
      /** How late its timers fired, at the 99th percentile. */
      loopDelayMs: z.number(),
      at: instant,
    })
    .optional(),
})
const oneWorker = z.object({ epoch: z.coerce.number().int().positive() })

/** The processes that run jobs. */
export function workerEndpoints(engine: Engine): readonly Endpoint[] {
  const shown = async (epoch: number) => ({
    // It may have ended right after it was told.
    worker: (await liveWorkers(engine)).filter((worker) => worker.epoch === epoch).map(viewWorker)[0],
  })
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/workers',
      summary: 'List the processes that run jobs',
      access: 'queues.read',
      input: z.object({}),
      output: z.object({ items: z.array(workerView).readonly() }),
      handle: async () => ({ items: (await liveWorkers(engine)).map(viewWorker) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workers/:epoch/drain',
      summary: 'Let a process take no new runs: what it runs ends, the rest goes on elsewhere',
      access: 'queues.manage',
      input: oneWorker,
      output: z.object({ worker: workerView.optional() }),
      async handle({ epoch }) {
        await engine.drain(epoch)
        return shown(epoch)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workers/:epoch/resume',
      summary: 'Let a drained process take runs again',
      access: 'queues.manage',
      input: oneWorker,
      output: z.object({ worker: workerView.optional() }),
      async handle({ epoch }) {
        await engine.undrain(epoch)
        return shown(epoch)
      },
    }),
  ]
}

function viewWorker({ vitals, drainingAt, ...worker }: LiveWorker): z.input<typeof workerView> {
  const { epoch, name, startedAt, beatAt, alive, running, runIds, queues } = worker
  return {
    epoch,
    name,
    startedAt: isoOf(startedAt),
    beatAt: isoOf(beatAt),
    alive,
    running,
    runIds: runIds.slice(0, RUNS_SHOWN),
    queues,
    ...isoOrNone('drainingAt', drainingAt),
    ...(vitals !== undefined && { vitals: { ...vitals, at: isoOf(vitals.at) } }),
  }
}
