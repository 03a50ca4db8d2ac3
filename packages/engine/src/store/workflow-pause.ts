import type { Tx } from './tables.ts'

/** Writes down that a workflow is to rest. The first who says so is right. */
export async function pauseWorkflow(tx: Tx, run: number, now: number, reason: string | null): Promise<void> {
  const paused = { paused_at: now, pause_reason: reason }
  await tx
    .insertInto('engine_workflow')
    .values({ run, state: null, ending: null, ...paused })
    .onConflict((conflict) => conflict.column('run').doUpdateSet(paused).where('engine_workflow.paused_at', 'is', null))
    .execute()
}
