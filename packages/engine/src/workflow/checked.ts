import type { z } from 'zod'
import type { AnyDefinition, AnyJob } from '../job/job.ts'
import { type Workflow, type WorkflowDefinition, workflow } from './workflow.ts'

/** A workflow whose input is also asked of `check` before a run of it is stored: it throws for what cannot be carried out. */
export function checkedWorkflow<Schema extends z.ZodType, Output>(
  definition: WorkflowDefinition<Schema, Output>,
  check: (input: z.output<Schema>) => void,
): Workflow<z.input<Schema>, Output> {
  const declared = workflow(definition)
  const part = declared.definition.workflow
  if (part === undefined) return declared
  const checked = { ...part, check: (input: unknown) => check(input as z.output<Schema>) }
  const job: AnyJob = {
    name: declared.name,
    definition: { ...declared.definition, workflow: checked } as AnyDefinition,
  }
  return { ...job, version: declared.version, with: (input) => ({ job, input }) }
}
