import type { Engine, RunDetail } from '@regie/engine'

// More slots than any schedule catches up at once.
const SLOTS = 50

/** The runs of slots that were handled since an instant (milliseconds UTC). */
export async function runsFiredSince(engine: Engine, since: number): Promise<readonly number[]> {
  const fresh = (await engine.schedules.list()).filter(({ lastSlot }) => (lastSlot?.handledAt ?? 0) >= since)
  const histories = await Promise.all(fresh.map(({ name }) => engine.schedules.history(name, SLOTS)))
  return histories
    .flat()
    .filter(({ handledAt, outcome }) => handledAt >= since && outcome !== 'manual')
    .flatMap(({ runId }) => (runId === undefined ? [] : [runId]))
    .toSorted((a, b) => a - b)
}

/** Runs jobs in this process until these runs have ended. */
export async function workOff(engine: Engine, runIds: readonly number[]): Promise<readonly RunDetail[]> {
  if (runIds.length === 0) return []
  await engine.start({ roles: ['worker'] })
  return Promise.all(runIds.map((id) => engine.runs.wait(id)))
}
