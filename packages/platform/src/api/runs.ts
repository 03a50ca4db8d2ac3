import type { RunDetail } from '@regie/engine'
import { z } from 'zod'
import { type GuardedJob, jobByHand } from '../app/by-hand.ts'
import { mayDo } from '../auth/principal.ts'
import { reasonOf, wishOf } from '../auth/wish.ts'
import { PlatformError } from '../errors.ts'
import { UNENDED } from '../filter/grammar.ts'
import { bothFilters } from '../filter/run-filter.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { optionalLine } from '../validate/line.ts'
import { MOST_DELAY_MS, oneRun, ownOf, ownRun, type SeenRuns, seenRun } from './own-run.ts'
import { reachOf } from './reach.ts'
import { filterOf, runCursor, runQuery } from './run-filter.ts'
import { runDetailView, runView, viewRun, viewRunDetail, withoutStacks } from './run-view.ts'
import { withinField } from './within-field.ts'

/** The runs, and everything that can be enqueued. */
export interface RunSources extends SeenRuns {
  readonly jobs: readonly GuardedJob[]
}

/** The runs as operators handle them. */
export function runEndpoints({ engine, reads, jobs }: RunSources): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/runs',
      summary: 'Search runs, newest first',
      access: 'runs.read',
      input: runQuery,
      output: z.object({ items: z.array(runView).readonly(), next: z.string().optional() }),
      async handle(query, call) {
        const { filter, page } = filterOf(query, engine.clock.now())
        const reach = await reachOf(query.filter ?? '', call, reads)
        const { runs, next } = await engine.runs.search(bothFilters(filter, reach), page)
        return { items: runs.map(viewRun), ...(next !== undefined && { next: runCursor(next) }) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/runs/:id',
      summary: 'Show one run',
      access: 'runs.read',
      orOwn: true,
      input: oneRun,
      output: runDetailView,
      async handle({ id }, call) {
        const run = await seenRun({ engine, reads }, id, call)
        const shown = viewRunDetail(mayDo(call.principal(), 'runs.read') ? run : withoutStacks(run))
        return { ...shown, ...ownOf(call, run) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/runs/:id/result',
      summary: 'Show the result of a run, or its state while it has none',
      access: 'runs.read',
      orOwn: true,
      input: oneRun,
      statuses: [202],
      output: z.object({ state: z.string(), estimatedMs: z.number().optional(), result: z.unknown().optional() }),
      async handle({ id }, call) {
        const { state, estimatedMs, result } = ended(await seenRun({ engine, reads }, id, call))
        if (state === 'succeeded') return { state, result }
        call.status(202)
        call.location(`/api/v1/runs/${id}`)
        return { state, ...(estimatedMs !== undefined && { estimatedMs }) }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/runs/:id',
      summary: 'Cancel a run',
      access: 'runs.manage',
      orOwn: true,
      input: oneRun.extend({ reason: optionalLine(500) }),
      audit: { action: 'runs.cancel' },
      statuses: [202],
      output: z.object({ outcome: z.enum(['cancelled', 'requested', 'already-ended']) }),
      async handle({ id, reason }, call) {
        await ownRun(engine, id, call, 'runs.manage')
        const outcome = await engine.runs.cancel(id, reason ?? reasonOf(call.principal()))
        if (outcome === 'requested') {
          call.status(202)
          call.location(`/api/v1/runs/${id}`)
        }
        return { outcome }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/runs/:id/retry',
      summary: 'Retry an ended run, or at once one that waits for its next try',
      access: 'runs.manage',
      input: oneRun.extend({ input: z.unknown().optional(), delayMs: z.int().min(0).max(MOST_DELAY_MS).optional() }),
      output: runDetailView,
      status: 202,
      async handle({ id, delayMs, ...given }, call) {
        const { job } = await ownRun(engine, id, call, 'runs.manage')
        if ('input' in given) jobByHand(jobs, job, call.principal())
        call.location(`/api/v1/runs/${id}`)
        const options = {
          by: wishOf(call.principal()),
          ...('input' in given && { input: given.input }),
          ...(delayMs !== undefined && { delayMs }),
        }
        await withinField('input', () => engine.runs.retry(id, options))
        return viewRunDetail(await engine.runs.get(id))
      },
    }),
  ]
}

function ended(run: RunDetail): RunDetail {
  if (run.state === 'succeeded' || UNENDED.some((state) => state === run.state)) return run
  const reason = run.error === undefined ? '' : `: ${run.error.message}`
  throw new PlatformError('RUN_NOT_SUCCEEDED', `the run ${run.id} ended ${run.state} and has no result${reason}`, {
    status: 409,
  })
}
