import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { bothFilters } from '../filter/run-filter.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { ownOf, type SeenRuns } from './own-run.ts'
import { reachOf } from './reach.ts'
import { filterOf, runCursor, runQuery } from './run-filter.ts'
import { runView, viewRun } from './run-view.ts'
import {
  oneWorkflow,
  seenWorkflow,
  signalPayloads,
  stepView,
  viewStep,
  viewWorkflow,
  workflowView,
} from './workflow-view.ts'

const STEPS = 'workflows.steps'
const MOST_STEPS = 5_000

/** The workflows as operators see them. */
export function workflowEndpoints({ engine, reads }: SeenRuns, apps: readonly AnyApp[]): readonly Endpoint[] {
  const payloadOf = signalPayloads(apps)
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/workflows',
      summary: 'Search runs of workflows, newest first',
      access: 'runs.read',
      input: runQuery,
      output: z.object({ items: z.array(runView).readonly(), next: z.string().optional() }),
      async handle(query, call) {
        const { filter, page } = filterOf(query, engine.clock.now())
        const reach = await reachOf(query.filter ?? '', call, reads)
        const { runs, next } = await engine.workflows.search(bothFilters(filter, reach), page)
        return { items: runs.map(viewRun), ...(next !== undefined && { next: runCursor(next) }) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/workflows/:id',
      summary:
        'Show one workflow: what it waits for, with what each signal carries, and says of itself; its steps come by page',
      access: 'runs.read',
      input: oneWorkflow,
      output: workflowView,
      async handle({ id }, call) {
        const seen = await seenWorkflow({ engine, reads }, id, call)
        const workflow = viewWorkflow(seen)
        return {
          ...workflow,
          ...ownOf(call, seen),
          waitingFor: workflow.waitingFor.map((wait) => {
            const payload = payloadOf(wait.signal)
            return { ...wait, ...(payload !== undefined && { payload }) }
          }),
        }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/workflows/:id/steps',
      summary: 'List the steps of a workflow in the order of their calls; one by name comes with its result',
      access: 'runs.read',
      input: oneWorkflow.extend({
        limit: z.coerce.number().int().min(1).max(MOST_STEPS).default(200),
        cursor: pageInput.cursor,
        name: z.string().min(1).max(500).optional(),
      }),
      output: z.object({ items: z.array(stepView).readonly(), next: z.string().optional() }),
      async handle({ id, limit, cursor, name }, call) {
        const [after] = decodeCursor(STEPS, cursor, ['number']) ?? []
        await seenWorkflow({ engine, reads }, id, call)
        const { steps, next } = await engine.workflows.steps(id, {
          limit,
          ...(after !== undefined && { after: String(Math.max(0, after)) }),
          ...(name !== undefined && { name }),
        })
        return { items: steps.map(viewStep), ...(next !== undefined && { next: encodeCursor(STEPS, [Number(next)]) }) }
      },
    }),
  ]
}
