import type { AnyJob, Engine, QueueStatus } from '@regie/engine'
import { z } from 'zod'
import type { WorkedQueues } from '../app/derived.ts'
import { TOGETHER_MS } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { liveWorkers } from '../observe/live-workers.ts'
import { recently } from '../observe/recently.ts'
import type { QueueDesk } from '../queue/desk.ts'
import type { QueueWaits, WaitBook } from '../queue/waits.ts'
import { optionalLine } from '../validate/line.ts'
import { chosenEnd, instant, isoOrNone } from './instant.ts'

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

const limitView = z.object({
  job: z.string(),
  /** Runs of it, or of one key of it, at the same time. */
  concurrency: z.int().optional(),
  /** Starts in a length of time, such as `20/1m`. */
  rate: z.string().optional(),
  /** What shares it; absent when that depends on the input. */
  key: z.string().optional(),
})

const queueDetail = queueView.extend({
  /** It is resumed by itself then. */
  pausedUntil: instant.optional(),
  /** The name of whoever paused it; absent of a key, and of somebody who is gone. */
  pausedBy: z.string().optional(),
  /** How many runs the workers take at the same time that serve it, live and are not drained; as this process is configured. */
  slots: z.int(),
  /** How long runs waited that started in the last hour; absent when none did. */
  waits: z
    .object({
      runs: z.int(),
      p50Ms: z.number(),
      p95Ms: z.number(),
      /** The 95th percentile of each five minutes of the last hour, the present ones last. */
      recent: z.array(z.number()).readonly(),
    })
    .optional(),
  /** What the jobs that run in it have declared. */
  limits: z.array(limitView).readonly(),
})

const oneQueue = z.object({ name: z.string().min(1) })
const WAITS_RECENT_MS = 5_000

/** What the queues are shown from. */
export interface QueueSources {
  readonly engine: Engine
  readonly jobs: readonly AnyJob[]
  readonly worked: WorkedQueues
  readonly desk: QueueDesk
  readonly waits: WaitBook
  readonly audit: Pick<AuditLog, 'search'>
}

/** The queues as operators see and handle them. */
export function queueEndpoints({ engine, jobs, worked, desk, waits, audit }: QueueSources): readonly Endpoint[] {
  const readWaits = recently(() => waits.read(), { forMs: WAITS_RECENT_MS, clock: engine.clock })
  const limits = limitsByQueue(jobs)
  const detailed = async (
    org: string,
    queues: readonly QueueStatus[],
  ): Promise<readonly z.input<typeof queueDetail>[]> => {
    const [ends, waited, workers, who] = await Promise.all([
      desk.ends(),
      readWaits(),
      liveWorkers(engine),
      whoPaused(audit, org, queues),
    ])
    const taking = workers.filter(({ alive, drainingAt }) => alive && drainingAt === undefined)
    return queues.map((queue) => ({
      ...viewQueue(queue),
      ...(queue.pausedAt !== undefined && isoOrNone('pausedUntil', ends.get(queue.name))),
      ...who.get(queue.name),
      slots:
        taking.filter((worker) => worker.queues.includes(queue.name)).length * (worked[queue.name]?.concurrency ?? 0),
      ...waitsOf(waited.get(queue.name)),
      limits: limits.get(queue.name) ?? [],
    }))
  }
  const statusOf = async (org: string, name: string) => {
    const queue = (await engine.queues.list()).find((each) => each.name === name)
    const [shown] = await detailed(org, [queue ?? { name, queued: 0, scheduled: 0, blocked: 0, running: 0 }])
    return shown as z.input<typeof queueDetail>
  }
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/queues',
      summary: 'List queues: what waits and runs in them, how long runs waited, and what limits them',
      access: 'queues.read',
      input: z.object({}),
      output: z.object({ items: z.array(queueDetail).readonly() }),
      handle: async (_input, call) => ({ items: await detailed(call.principal().org, await engine.queues.list()) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/queues/:name/pause',
      summary: 'Let no run of a queue start any more, in any process, for good or until an instant',
      access: 'queues.manage',
      input: oneQueue.extend({
        reason: optionalLine(500),
        until: chosenEnd.optional(),
      }),
      output: queueDetail,
      async handle({ name, reason, until }, call) {
        await desk.pause(name, { reason, until })
        return statusOf(call.principal().org, name)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/queues/:name/resume',
      summary: 'Let the runs of a queue start again',
      access: 'queues.manage',
      input: oneQueue,
      output: queueDetail,
      async handle({ name }, call) {
        await desk.resume(name)
        return statusOf(call.principal().org, name)
      },
    }),
  ]
}

function waitsOf(waits: QueueWaits | undefined) {
  return waits === undefined ? {} : { waits }
}

function limitsByQueue(jobs: readonly AnyJob[]): ReadonlyMap<string, readonly z.input<typeof limitView>[]> {
  const byQueue = Map.groupBy(jobs, ({ definition }) => definition.queue ?? 'default')
  return new Map(
    [...byQueue].map(([queue, own]) => [
      queue,
      own.flatMap(({ name, definition: { limits = [] } }) =>
        limits.map(({ key, concurrency, rate }) => ({
          job: name,
          ...(concurrency !== undefined && { concurrency }),
          ...(rate !== undefined && { rate }),
          ...(typeof key === 'string' && { key }),
        })),
      ),
    ]),
  )
}

/** Writes a queue as the live topic does. */
export function viewQueue({ pausedAt, ...rest }: QueueStatus): z.input<typeof queueView> {
  return { ...rest, ...isoOrNone('pausedAt', pausedAt) }
}

/** By whom the queues were paused that are. */
async function whoPaused(audit: Pick<AuditLog, 'search'>, org: string, queues: readonly QueueStatus[]) {
  const paused = queues.flatMap(({ name, pausedAt }) => (pausedAt === undefined ? [] : [{ name, pausedAt }]))
  if (paused.length === 0) return new Map<string, { readonly pausedBy?: string }>()
  const from = Math.min(...paused.map(({ pausedAt }) => pausedAt)) - TOGETHER_MS
  const { entries } = await audit.search({ org, object: 'queue', action: 'queues.pause', from }, { limit: 200 })
  const found = paused.map(({ name, pausedAt }) => {
    const by = entries.find(({ at, object }) => object?.id === name && at >= pausedAt - TOGETHER_MS)?.actor.name
    return [name, by === undefined ? {} : { pausedBy: by }] as const
  })
  return new Map(found)
}
