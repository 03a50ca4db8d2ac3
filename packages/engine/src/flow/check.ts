import { EngineError } from '../errors.ts'
import { checkCall } from '../job/check.ts'
import type { Registry } from '../job/registry.ts'
import type { FlowPlan, PlannedLink } from './plan.ts'

/**
 * Refuses a plan of which a part could not be enqueued, before anything of it is stored. Throws `JOB_UNKNOWN`,
 * `JOB_INVALID` for a unique or debounced job, and `PAYLOAD_INVALID` for an input that is not valid.
 */
export function checkFlow(registry: Registry, plan: FlowPlan): void {
  checkLinks(registry, plan.kind === 'chain' ? plan.links : plan.calls)
  if (plan.kind === 'chord') checkLinks(registry, [plan.callback])
}

function checkLinks(registry: Registry, links: readonly PlannedLink[]): void {
  for (const link of links) {
    const given = 'input' in link ? { input: link.input } : undefined
    const { unique, debounce } = checkCall(registry, link.job, given).definition
    if (unique === undefined && debounce === undefined) continue
    throw new EngineError(
      'JOB_INVALID',
      `the unique job ${link.job} cannot be part of a chain, a group or a chord: a run that is there already belongs to somebody else`,
    )
  }
}
