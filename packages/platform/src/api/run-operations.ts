import { type AnyJob, type Engine, EngineError, type RunFilter } from '@regie/engine'
import { z } from 'zod'
import { jobByName } from '../app/job-by-name.ts'
import { wishOf } from '../auth/wish.ts'
import { filterText, runFilterOf } from '../filter/run-filter.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { optionalLine } from '../validate/line.ts'
import { countQuery, filterOf } from './run-filter.ts'
import { PRIORITIES, runDetailView, viewRunDetail } from './run-view.ts'

const oneRun = z.object({ id: z.coerce.number().int().positive() })
const PAGE = 200

const slice = z.object({
  act: z.enum(['cancel', 'retry']),
  /** In the filter language. */
  filter: filterText.min(1),
  reason: optionalLine(500),
  /** Of the slice before. */
  after: z.string().min(1).optional(),
  /** Runs newer than this one are left alone: what arrives meanwhile was not agreed to. */
  newest: z.int().positive().optional(),
})

/** What operators do with runs besides looking: enqueue, reorder, and act on all that match a filter. */
export function runOperationEndpoints(engine: Engine, jobs: readonly AnyJob[]): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/runs/count',
      summary: 'Count runs, no further than `atMost`, 100,000 at most',
      access: 'runs.read',
      input: countQuery,
      output: z.object({ count: z.int() }),
      async handle({ atMost, ...query }, call) {
        const { filter } = filterOf(query, engine.clock.now())
        return { count: await engine.runs.count({ ...filter, org: call.principal().org }, atMost) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs',
      summary: 'Enqueue a run of a job',
      access: 'runs.manage',
      audit: { action: 'runs.enqueue', object: ({ job }) => ({ type: 'job', id: String(job) }) },
      input: z.object({
        job: z.string().min(1),
        input: z.unknown().default({}),
        delayMs: z.int().min(0).optional(),
        priority: z.enum(PRIORITIES).optional(),
        queue: z.string().min(1).optional(),
        tags: z.array(z.string().min(1).max(100)).max(20).optional(),
      }),
      output: z.object({ id: z.int(), duplicate: z.boolean() }),
      status: 201,
      async handle({ job, input, delayMs, priority, queue, tags }, call) {
        const { id, duplicate } = await engine.enqueue(jobByName(jobs, job), input, {
          org: call.principal().org,
          ...(delayMs !== undefined && delayMs > 0 && { delay: `${delayMs}ms` as const }),
          ...(priority !== undefined && { priority }),
          ...(queue !== undefined && { queue }),
          ...(tags !== undefined && { tags }),
        })
        return { id, duplicate }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/:id/priority',
      summary: 'Move a waiting run before or behind others',
      access: 'runs.manage',
      input: oneRun.extend({ priority: z.enum(PRIORITIES) }),
      output: runDetailView,
      async handle({ id, priority }, call) {
        await requireOwn(engine, id, call)
        await engine.runs.setPriority(id, priority)
        return viewRunDetail(await engine.runs.get(id))
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/bulk',
      summary: 'Cancel or retry runs that match a filter, 200 at a time: call again with `next` until it is absent',
      access: 'runs.manage',
      input: slice,
      output: z.object({
        done: z.int(),
        seen: z.int(),
        /** Those that were looked at. */
        ids: z.array(z.int()).readonly(),
        newest: z.int().optional(),
        next: z.string().optional(),
      }),
      handle: (input, call) => actOnSlice(engine, input, call),
    }),
  ]
}

/** Newest first, so that the place in the list stays valid while runs change their state. */
async function actOnSlice(
  engine: Engine,
  { act, filter: text, reason, after, newest }: z.output<typeof slice>,
  call: Call,
) {
  const filter: RunFilter = { ...runFilterOf(text, engine.clock.now()), org: call.principal().org }
  const start = after ?? (newest === undefined ? undefined : String(newest + 1))
  const page = await engine.runs.search(filter, { limit: PAGE, ...(start !== undefined && { after: start }) })
  const ids = page.runs.map(({ id }) => id)
  const of = { ...filter, ids }
  const done =
    ids.length === 0
      ? 0
      : await (act === 'cancel'
          ? engine.runs.cancelMany(of, reason)
          : engine.runs.retryMany(of, { by: wishOf(call.principal()) }))
  const first = newest ?? ids[0]
  return {
    done,
    seen: ids.length,
    ids,
    ...(first !== undefined && { newest: first }),
    ...(page.next !== undefined && { next: page.next }),
  }
}

/** A run of another organisation is as unknown as none. Throws `RUN_UNKNOWN`. */
async function requireOwn(engine: Engine, id: number, call: Call): Promise<void> {
  const run = await engine.runs.get(id)
  if (run.org !== call.principal().org)
    throw new EngineError('RUN_UNKNOWN', `there is no run ${id}: it may have been forgotten after its retention`)
}
