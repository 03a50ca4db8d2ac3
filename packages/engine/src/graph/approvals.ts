import type { WorkflowContext } from '../workflow/context.ts'
import type { PendingApproval } from './approval.ts'
import type { Graph } from './schema.ts'

/** Keeps the list of who is asked what, and publishes it as the run's state. */
export interface Approvals {
  asked(approval: PendingApproval): void
  decided(step: string): void
}

/** As many as surely fit into a published state. */
const MOST = 50
const LONGEST = 200

/** Begins with none. */
export function createApprovals({ set }: Pick<WorkflowContext, 'set'>, { name, version }: Graph): Approvals {
  const pending = new Map<string, PendingApproval>()
  const publish = (): void => {
    const shown = [...pending.values()].slice(0, MOST)
    set({ graph: { name, version }, approvals: shown, approvalsPending: pending.size })
  }
  return {
    asked(approval) {
      const who = approval.who.slice(0, 4).map((each) => each.slice(0, LONGEST))
      pending.set(approval.step, { ...approval, who, what: approval.what.slice(0, LONGEST) })
      publish()
    },
    decided(step) {
      if (pending.delete(step)) publish()
    },
  }
}
