import type { AnyJob, JobCall } from '../job/job.ts'
import type { GraphDefinition } from './graph.ts'
import { type GraphInput, graphWorkflow } from './run.ts'

/** Each engine has its own `engine.graph`, bound to its jobs and ports, and finds it by name; this one is bound to none. */
const unbound: AnyJob = graphWorkflow(() => new Map(), {})

/**
 * A run of a graph as a plain value: to be enqueued, scheduled, called from a workflow, or part of a chain. The graph is
 * stored with the run: a later version of it changes nothing for this one. Its result is that of the `end` it comes to.
 */
export function graphCall(definition: GraphDefinition, input: unknown = null): JobCall {
  const given: GraphInput = { graph: definition.graph, input }
  return { job: unbound, input: given }
}
