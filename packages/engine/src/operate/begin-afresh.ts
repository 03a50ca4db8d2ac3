import { cancelRuns, writePayload } from '../store/run-changes.ts'
import type { Tx } from '../store/tables.ts'
import { clearJournals, writeVersion } from '../store/workflow-retry.ts'
import type { RunsGround } from './runs.ts'

/** Runs that begin from scratch, their new input, and of workflows the version of the code they begin with. */
export interface FreshStart {
  readonly ids: readonly number[]
  readonly payload: string
  readonly version?: number | undefined
}

/** Gives runs that have just been retried another input; workflows forget what they did. */
export async function beginAfresh(
  { hot, clock }: Pick<RunsGround, 'hot' | 'clock'>,
  tx: Tx,
  { ids, payload, version }: FreshStart,
): Promise<void> {
  await writePayload(tx, ids, payload)
  if (version === undefined) return
  const children = await clearJournals(tx, ids)
  await writeVersion(tx, ids, version)
  if (children.length > 0) await cancelRuns(tx, hot, children, 'the workflow that called it begins anew', clock.now())
}
