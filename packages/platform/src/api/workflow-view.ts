import { type Engine, EngineError, type WorkflowDetail, type WorkflowStep } from '@regie/engine'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import type { Call } from '../http/endpoint.ts'
import { inputSchema, type JsonSchema } from '../openapi/schema.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { isForeignSight, type SeenRuns } from './own-run.ts'
import { runDetailView, storedError, viewRunDetail } from './run-view.ts'

const STEP_KINDS = ['step', 'call', 'many', 'sleep', 'wait', 'signal'] as const
const STEP_STATES = [
  'begun',
  'retry',
  'pending',
  'ended',
  'again',
  'done',
  'failed',
  'undoing',
  'undone',
  'abandoned',
] as const

/** The number of a workflow in an address. */
export const oneWorkflow = z.object({ id: z.coerce.number().int().positive() })

/** A workflow as the API shows it; its steps come by page. */
export const workflowView = runDetailView.extend({
  version: z.int(),
  generation: z.int(),
  /** What it last said of itself. */
  published: z.unknown().optional(),
  pausedAt: instant.optional(),
  pauseReason: z.string().optional(),
  /** How it will end, while it undoes what it did. */
  ending: z.object({ state: z.enum(['failed', 'cancelled']), error: storedError }).optional(),
  forkedFrom: z.int().optional(),
  waitingFor: z
    .array(
      z.object({
        step: z.string(),
        signal: z.string(),
        key: z.string().optional(),
        /** The JSON Schema of what it carries, where one workflow is asked for. */
        payload: z.unknown().optional(),
      }),
    )
    .readonly(),
})

/** One step of it. */
export const stepView = z.object({
  name: z.string(),
  kind: z.enum(STEP_KINDS),
  state: z.enum(STEP_STATES),
  /** Another step may have been under way when it was called. */
  beside: z.literal(true).optional(),
  attempt: z.int(),
  startedAt: instant,
  endedAt: instant.optional(),
  dueAt: instant.optional(),
  childRunIds: z.array(z.int()).readonly().optional(),
  batchId: z.int().optional(),
  result: z.unknown().optional(),
  error: storedError.optional(),
})

/** Writes a workflow as the API does. */
export function viewWorkflow(workflow: WorkflowDetail): z.input<typeof workflowView> {
  const { version, generation, published, pausedAt, pauseReason, ending, forkedFrom, waitingFor } = workflow
  const { steps, ...run } = workflow
  return {
    ...viewRunDetail(run),
    version,
    generation,
    waitingFor,
    ...(published !== undefined && { published }),
    ...isoOrNone('pausedAt', pausedAt),
    ...(pauseReason !== undefined && { pauseReason }),
    ...(ending !== undefined && { ending }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  }
}

/** What the signals of apps carry, as JSON Schemas by name; each is written when it is first asked for. */
export function signalPayloads(apps: readonly AnyApp[]): (signal: string) => JsonSchema | undefined {
  const signals = new Map(
    apps.flatMap(({ workflows }) =>
      workflows.flatMap(({ definition }) =>
        (definition.workflow?.signals ?? []).map((signal) => [signal.name, signal.payload] as const),
      ),
    ),
  )
  const written = new Map<string, JsonSchema>()
  return (name) => {
    const payload = signals.get(name)
    if (payload === undefined) return undefined
    const schema = written.get(name) ?? inputSchema(payload)
    written.set(name, schema)
    return schema
  }
}

/** Writes a step as the API does. */
export function viewStep({ startedAt, endedAt, dueAt, ...rest }: WorkflowStep): z.input<typeof stepView> {
  return { ...rest, startedAt: isoOf(startedAt), ...isoOrNone('endedAt', endedAt), ...isoOrNone('dueAt', dueAt) }
}

/** A workflow that whoever asks may look at, as {@link seenRun}. Throws `RUN_UNKNOWN`. */
export async function seenWorkflow({ engine, reads }: SeenRuns, id: number, call: Call): Promise<WorkflowDetail> {
  const principal = call.principal()
  const workflow = await engine.workflows.get(id, { steps: false })
  if (isForeignSight(principal, workflow))
    await reads.note({ principal, requestId: call.requestId, at: workflow.org, after: { run: id } })
  else requireOwn(workflow, call)
  return workflow
}

/** A workflow of the organisation that asks, without its steps; one of another is as unknown as none. Throws `RUN_UNKNOWN`. */
export async function ownWorkflow(engine: Engine, id: number, call: Call): Promise<WorkflowDetail> {
  const workflow = await engine.workflows.get(id, { steps: false })
  requireOwn(workflow, call)
  return workflow
}

function requireOwn({ id, org }: WorkflowDetail, call: Call): void {
  if (org !== call.principal().org)
    throw new EngineError('RUN_UNKNOWN', `there is no run ${id}: it may have been forgotten after its retention`)
}
