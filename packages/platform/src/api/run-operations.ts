import { isTag, LONGEST_TAG, MOST_TAGS } from '@regie/engine'
import { z } from 'zod'
import { type GuardedJob, jobByHand } from '../app/by-hand.ts'
import { jobByName } from '../app/job-by-name.ts'
import { actorOf } from '../auth/principal.ts'
import { startersOf, wishOf } from '../auth/wish.ts'
import type { BulkCaller, Bulks } from '../bulk/bulks.ts'
import { bothFilters, filterText } from '../filter/run-filter.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { currentTrace } from '../observe/trace.ts'
import { inputSchema } from '../openapi/schema.ts'
import { optionalLine } from '../validate/line.ts'
import { MOST_DELAY_MS, oneRun, ownRun, type SeenRuns } from './own-run.ts'
import { reachOf, requireOwnReach } from './reach.ts'
import { countQuery, filterOf } from './run-filter.ts'
import { PRIORITIES, runDetailView, viewRunDetail } from './run-view.ts'
import { withinField } from './within-field.ts'

const tag = z.string().min(1).max(LONGEST_TAG).refine(isTag, 'Is a word, without spaces, commas and what is not seen.')
const oneBulk = z.object({ id: z.uuid() })
const bulkState = z.object({
  /** Of the whole, until now. */
  seen: z.int(),
  done: z.int(),
  ended: z.boolean(),
  /** Those that this call has looked at. */
  ids: z.array(z.int()).readonly(),
})

/** What acts on runs. */
export interface RunOperationSources extends SeenRuns {
  /** Everything that can be enqueued. */
  readonly jobs: readonly GuardedJob[]
  readonly bulks: Bulks
}

/** What operators do with runs besides looking: enqueue, reorder, and act on all that match a filter. */
export function runOperationEndpoints({ engine, reads, jobs, bulks }: RunOperationSources): readonly Endpoint[] {
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
        const reach = await reachOf(query.filter ?? '', call, reads)
        return { count: await engine.runs.count(bothFilters(filter, reach), atMost) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/jobs/:name',
      summary: 'Show what a job takes',
      access: 'runs.read',
      input: z.object({ name: z.string().min(1) }),
      output: z.object({ name: z.string(), input: z.unknown().meta({ description: 'A JSON Schema.' }) }),
      handle: async ({ name }) => ({ name, input: inputSchema(jobByName(jobs, name).definition.input) }),
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
        delayMs: z.int().min(0).max(MOST_DELAY_MS).optional(),
        priority: z.enum(PRIORITIES).optional(),
        queue: z.string().min(1).optional(),
        tags: z.array(tag).max(MOST_TAGS).optional(),
      }),
      output: z.object({ id: z.int(), duplicate: z.boolean() }),
      status: 201,
      async handle({ job, input, delayMs, priority, queue, tags }, call) {
        const options = {
          org: call.principal().org,
          startedBy: startersOf(call.principal()),
          ...(delayMs !== undefined && delayMs > 0 && { delay: `${delayMs}ms` as const }),
          ...(priority !== undefined && { priority }),
          ...(queue !== undefined && { queue }),
          ...(tags !== undefined && { tags }),
        }
        const known = jobByHand(jobs, job, call.principal())
        const { id, duplicate } = await withinField('input', () => engine.enqueue(known, input, options))
        call.location(`/api/v1/runs/${id}`)
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
        await ownRun(engine, id, call, 'runs.manage')
        await engine.runs.setPriority(id, priority)
        return viewRunDetail(await engine.runs.get(id))
      },
    }),
    ...bulkEndpoints(bulks),
  ]
}

/** Anything done with all that match: begun once, then carried out by 200, until it has ended or is stopped. */
function bulkEndpoints(bulks: Bulks): readonly Endpoint[] {
  const audit = { own: true } as const
  return [
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/bulk',
      summary:
        'Begin to cancel or retry all runs that match a filter: what is there now, and nothing that comes later. Succeeded ones are retried with `succeeded` only',
      access: 'runs.manage',
      audit,
      input: z.object({
        act: z.enum(['cancel', 'retry']),
        /** In the filter language, and of one condition at least: blanks would mean everything. */
        filter: filterText
          .min(1)
          .refine((text) => text.trim() !== '', 'Names no condition: job:* stands for all runs.'),
        /** Of `retry`: those that have succeeded too, which do everything once more. */
        succeeded: z.boolean().optional(),
        reason: optionalLine(500),
      }),
      output: z.object({ id: z.string(), count: z.int() }),
      status: 201,
      handle(order, call) {
        requireOwnReach(order.filter, call)
        return bulks.begin(callerOf(call), order)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/bulk/:id/next',
      summary: 'Do the next 200 of what was begun: call again until it has ended',
      access: 'runs.manage',
      audit,
      input: oneBulk,
      output: bulkState,
      handle: ({ id }, call) => bulks.next(callerOf(call), id, wishOf(call.principal())),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/bulk/:id/stop',
      summary: 'Stop what was begun with many runs; what was done stays done',
      access: 'runs.manage',
      audit,
      input: oneBulk,
      output: bulkState,
      handle: ({ id }, call) => bulks.stop(callerOf(call), id),
    }),
  ]
}

function callerOf(call: Call): BulkCaller {
  const principal = call.principal()
  return {
    org: principal.org,
    actor: actorOf(principal),
    requestId: call.requestId,
    traceId: currentTrace(),
  }
}
