import type { z } from 'zod'
import type { AnyDefinition, Job, JobDefinition, WorkflowPart } from '../job/job.ts'
import type { WorkflowContext } from './context.ts'
import type { AnySignal } from './signal.ts'

/** What a workflow declares as a job does too. */
type Shared<Schema extends z.ZodType> = Pick<
  JobDefinition<Schema, unknown>,
  'name' | 'input' | 'queue' | 'priority' | 'deadline' | 'expires' | 'limits' | 'unique' | 'debounce'
>

/** A workflow as its author writes it. */
export type WorkflowDefinition<Schema extends z.ZodType, Output> = Shared<Schema> & {
  /** Raise it with each change that runs under way must not see, and ask `wf.since(n)`. Default 1. */
  readonly version?: number
  /** The signals it waits for or sends; others are refused with `SIGNAL_UNKNOWN`. */
  readonly signals?: readonly AnySignal[]
  /** It is given up when this many processes in a row died while they had it. Default 10. */
  readonly crashes?: number
  readonly run: (wf: WorkflowContext, input: z.output<Schema>) => Promise<Output> | Output
}

/** A declared workflow: enqueued, scheduled and called like a job. */
export interface Workflow<In = unknown, Out = unknown> extends Job<In, Out> {
  readonly version: number
}

/**
 * Declares a workflow: code whose steps are recorded, so that it goes on after a crash, a deployment or a month where it
 * stood. The engine that runs it checks names, durations and signals when it is created.
 */
export function workflow<Schema extends z.ZodType, Output = void>(
  definition: WorkflowDefinition<Schema, Output>,
): Workflow<z.input<Schema>, Output> {
  const { run, version = 1, signals = [], crashes = 10, ...shared } = definition
  const part: WorkflowPart = { version, signals, run: run as WorkflowPart['run'] }
  const declared = {
    name: definition.name,
    definition: { ...shared, retry: { attempts: crashes }, workflow: part } as unknown as AnyDefinition,
  }
  return { ...declared, version, with: (input) => ({ job: declared, input }) }
}
