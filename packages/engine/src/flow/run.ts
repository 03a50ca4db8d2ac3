import { EngineError } from '../errors.ts'
import type { JobCall } from '../job/job.ts'
import { jobNamed } from '../job/named.ts'
import type { Registry } from '../job/registry.ts'
import { checkedWorkflow } from '../workflow/checked.ts'
import type { CallOutcome, WorkflowContext } from '../workflow/context.ts'
import type { Workflow } from '../workflow/workflow.ts'
import { checkFlow } from './check.ts'
import { FLOW, type FlowPlan, flowPlan, type PlannedCall, type PlannedLink } from './plan.ts'

/** Makes the built-in workflow `engine.flow`; `registry` answers the jobs of the engine it is for. */
export function flowWorkflow(registry: () => Registry): Workflow<FlowPlan, unknown> {
  return checkedWorkflow(
    {
      name: FLOW,
      input: flowPlan,
      run(wf, plan) {
        const jobs = registry()
        if (plan.kind === 'chain') return runChain(wf, jobs, plan.links)
        if (plan.kind === 'group') return runGroup(wf, jobs, plan)
        return runChord(wf, jobs, plan)
      },
    },
    (plan) => checkFlow(registry(), plan),
  )
}

/** Steps are named by place and job, because a chain may hold one job twice: `2 parse`. */
async function runChain(wf: WorkflowContext, jobs: Registry, links: readonly PlannedLink[]): Promise<unknown> {
  let result: unknown
  for (const [index, link] of links.entries())
    result = await wf.call(callOf(jobs, link, result), { name: `${index + 1} ${link.job}` })
  return result
}

type GroupPlan = Pick<Extract<FlowPlan, { kind: 'group' }>, 'calls' | 'policy'>

async function runGroup(wf: WorkflowContext, jobs: Registry, { calls, policy }: GroupPlan): Promise<unknown> {
  const outcomes = await wf.callMany(
    calls.map((call) => callOf(jobs, call, undefined)),
    { name: 'group' },
  )
  return policy === 'settle' ? outcomes : outcomes.map((outcome, index) => resultOf(outcome, index, calls, outcomes))
}

async function runChord(
  wf: WorkflowContext,
  jobs: Registry,
  plan: Extract<FlowPlan, { kind: 'chord' }>,
): Promise<unknown> {
  const results = await runGroup(wf, jobs, plan)
  return wf.call(callOf(jobs, plan.callback, results), { name: 'callback' })
}

/** Thrown for the first that did not succeed; how many did not is part of the sentence. */
function resultOf(
  outcome: CallOutcome,
  index: number,
  calls: readonly PlannedCall[],
  outcomes: readonly CallOutcome[],
): unknown {
  if (outcome.state === 'succeeded') return outcome.result
  const failed = outcomes.filter(({ state }) => state !== 'succeeded').length
  const { code, message } = outcome.error
  throw new EngineError(
    'GROUP_FAILED',
    `${failed} of ${outcomes.length} calls of the group did not succeed, first call ${index + 1}, ${calls[index]?.job} (${outcome.state}): ${code}: ${message}`,
  )
}

function callOf(jobs: Registry, link: PlannedLink, before: unknown): JobCall {
  return { job: jobNamed(jobs, link.job), input: 'input' in link ? link.input : before }
}
