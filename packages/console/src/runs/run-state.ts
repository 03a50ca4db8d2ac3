import { getRun, type RunDetail } from '../api.gen.ts'
import { useApi } from '../use-api.ts'

/** Where a run stands. */
export type RunState = RunDetail['state']

/** Where a run stands, for whoever may see it or has begun it; undefined until it is known, and without a run. */
export function useRunState(id: number | undefined): RunState | undefined {
  return useApi(getRun, { id: id ?? 0 }, { live: 'runs', enabled: id !== undefined }).data?.state
}

/** Whether nothing more becomes of it by itself. */
export function isEnded(state: RunState): boolean {
  return ['succeeded', 'failed', 'cancelled', 'expired'].includes(state)
}
