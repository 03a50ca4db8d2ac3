import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '@regie/engine'
import { addMove, type BalanceRow, emptyBalance, streamOf } from './follower.ts'
import type { Lane, LaneEngine } from './lane.ts'
import { type LaneEvent, type LaneView, readLaneView } from './lane-store.ts'
import type { Deed } from './lane-verdict.ts'

/** What is seen of a projection right after the death of the process that drove it. */
export async function judgeTorn(engine: Engine, { name }: Lane): Promise<readonly string[]> {
  const view = await readLaneView(engine.database, name)
  return differing('after the death the rows are not those of the events before the checkpoint', view, view.applied)
}

/** Appends once more, waits for it to be shown, and holds what is shown against the events and a replay of all. */
export async function judgeFollower(
  { engine, follower }: LaneEngine,
  lane: Lane,
  acknowledged: readonly Deed[],
  patienceMs: number,
): Promise<readonly string[]> {
  const { event, projection } = follower(lane)
  const patience = AbortSignal.timeout(patienceMs)
  await engine.append(streamOf(lane.name, 0), 'any', event.with({ amount: 5 }))
  await engine.projections.wait(projection.name, undefined, patience)
  const live = await readLaneView(engine.database, lane.name)
  const { serving, building } = await engine.projections.get(projection.name)
  if (building === undefined) await engine.projections.rebuild(projection.name)
  await replaced(engine, projection.name, serving?.generation ?? 0, patience)
  const replayed = await readLaneView(engine.database, lane.name)
  const missing = acknowledged.length * 3 + 1 - live.all.length
  return [
    ...differing('what is shown does not follow from the events', live, live.all),
    ...differing('what is shown after a replay does not follow from the events', replayed, live.all),
    // What was appended in the moment of the death may be there without an acknowledgement.
    ...(missing > 0 ? [`${missing} acknowledged events are gone`] : []),
  ]
}

async function replaced(engine: Engine, name: string, before: number, patience: AbortSignal): Promise<void> {
  for (;;) {
    const { serving, building } = await engine.projections.get(name)
    if (building === undefined && serving !== undefined && serving.generation > before) return
    patience.throwIfAborted()
    await wait(50)
  }
}

function differing(what: string, { rows }: LaneView, events: readonly LaneEvent[]): readonly string[] {
  const expected = new Map<string, BalanceRow>()
  for (const { stream, amount } of events)
    expected.set(stream, addMove(expected.get(stream) ?? emptyBalance(stream), amount))
  const sorted = [...expected.values()].toSorted((a, b) => a.stream.localeCompare(b.stream))
  const [is, should] = [JSON.stringify(rows), JSON.stringify(sorted)]
  return is === should ? [] : [`${what}: ${is} instead of ${should}`]
}
