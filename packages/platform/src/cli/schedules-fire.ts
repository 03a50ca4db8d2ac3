import type { Engine, RunDetail } from '@regie/engine'

// More slots than any schedule catches up at once, and more organisations than a server has.
const SLOTS = { server: 50, 'each-organisation': 100_000 }

/** The runs of slots that were handled since an instant (milliseconds UTC). */
export async function runsFiredSince(engine: Engine, since: number): Promise<readonly number[]> {
  const fresh = (await engine.schedules.list()).filter(({ lastSlot }) => (lastSlot?.handledAt ?? 0) >= since)
  const histories = await Promise.all(fresh.map((each) => engine.schedules.history(each.name, SLOTS[each.for])))
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
