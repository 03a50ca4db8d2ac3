import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type GetWorkflowStepsOutput, getWorkflowSteps, type WorkflowStep } from '../api.gen.ts'
import { type ApiError, api } from '../api.ts'
import { useLive } from '../live/use-live.ts'

const FIRST = 200
const PAGE = 5_000
// Asking for many thousands of steps takes the server a while: not every two seconds.
const LONG = 2_000
const LONG_POLL_MS = 15_000

/** All steps of a workflow: the first ones at once, the rest as they come; asked again while it has not ended. */
export function useSteps(id: number, ended: boolean) {
  const poll = useLive(ended ? undefined : 'workflows')
  const [sofar, setSofar] = useState<readonly WorkflowStep[]>([])
  const query = useQuery<readonly WorkflowStep[], ApiError>({
    queryKey: ['api', `/api/v1/workflows/${id}/steps`],
    async queryFn({ signal }) {
      const steps: WorkflowStep[] = []
      let cursor: string | undefined
      do {
        const page: GetWorkflowStepsOutput = await getWorkflowSteps(
          api,
          { id, limit: steps.length === 0 ? FIRST : PAGE, cursor },
          { signal },
        )
        steps.push(...page.items)
        cursor = page.next
        if (cursor !== undefined) setSofar([...steps])
      } while (cursor !== undefined)
      setSofar([])
      return steps
    },
    refetchInterval: ({ state }) =>
      poll !== false && (state.data?.length ?? 0) > LONG ? Math.max(poll, LONG_POLL_MS) : poll,
  })
  const isPartial = query.data === undefined && sofar.length > 0
  return { steps: query.data ?? (isPartial ? sofar : undefined), isPartial, query }
}
