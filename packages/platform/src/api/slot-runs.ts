import type { Engine, SlotRecord } from '@regie/engine'
import { z } from 'zod'
import { RUN_STATES } from './run-view.ts'

/** What became of the run that a slot fired. */
export const slotRun = z.object({
  state: z.enum(RUN_STATES),
  /** How long its last attempt took. */
  durationMs: z.number().optional(),
})

/** The run of a slot, where it fired one that is still kept. */
export type SlotRun = (slot: Pick<SlotRecord, 'runId'>) => { readonly run?: z.infer<typeof slotRun> }

// As many as the engine answers at once; slots come the latest first.
const MOST = 200

/** Looks up how the runs of slots stand, all in one query. */
export async function slotRuns(
  { runs }: Pick<Engine, 'runs'>,
  slots: readonly Pick<SlotRecord, 'runId'>[],
): Promise<SlotRun> {
  const ids = slots.flatMap(({ runId }) => runId ?? []).slice(0, MOST)
  const found = ids.length === 0 ? [] : (await runs.search({ ids }, { limit: MOST })).runs
  const byId = new Map(found.map(({ id, state, durationMs }) => [id, { state, durationMs }] as const))
  return ({ runId }) => {
    const run = runId === undefined ? undefined : byId.get(runId)
    if (run === undefined) return {}
    const { state, durationMs } = run
    return { run: { state, ...(durationMs !== undefined && { durationMs }) } }
  }
}
