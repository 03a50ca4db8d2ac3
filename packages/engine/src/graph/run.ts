import type { Registry } from '../job/registry.ts'
import { checkedWorkflow } from '../workflow/checked.ts'
import type { WorkflowContext } from '../workflow/context.ts'
import type { Workflow } from '../workflow/workflow.ts'
import { approval } from './approval.ts'
import { createApprovals } from './approvals.ts'
import { checkNames } from './check-engine.ts'
import { endingError, NodeFailure } from './failure.ts'
import { checkedPlan, invalidGraph } from './graph.ts'
import type { GraphOptions } from './options.ts'
import { planGraph } from './plan.ts'
import { type Graph, graphInput } from './schema.ts'
import { walk } from './walk.ts'

/** The name of the built-in workflow that runs graphs. */
const GRAPH = 'engine.graph'

/** What a run of `engine.graph` is given. */
export interface GraphInput {
  readonly graph: Graph
  readonly input: unknown
}

/** Makes the built-in workflow `engine.graph`; `registry` answers the jobs of the engine it is for. */
export function graphWorkflow(registry: () => Registry, options: GraphOptions): Workflow<GraphInput, unknown> {
  const declared = checkedWorkflow(
    {
      name: GRAPH,
      input: graphInput,
      signals: [approval, ...(options.signals ?? [])],
      run: (wf, { graph, input }) => runGraph(wf, graph, input, registry(), options),
    },
    ({ graph }) => {
      const issues = checkNames(checkedPlan(graph), registry(), options)
      if (issues.length > 0) throw invalidGraph(graph.name, issues)
    },
  )
  return declared as Workflow<GraphInput, unknown>
}

async function runGraph(
  wf: WorkflowContext,
  graph: Graph,
  input: unknown,
  registry: Registry,
  options: GraphOptions,
): Promise<unknown> {
  const plan = planGraph(graph)
  const { id, org, createdAt } = wf.run
  const scope = { input: input ?? null, run: { id, org, createdAt }, nodes: {}, error: null }
  const run = { wf, plan, registry, options, approvals: createApprovals(wf, graph) }
  try {
    const arrival = await walk(run, { scope, suffix: '' }, plan.start.id, undefined)
    return arrival.kind === 'ended' ? arrival.result : arrival.last
  } catch (error) {
    throw error instanceof NodeFailure ? endingError(error) : error
  }
}
