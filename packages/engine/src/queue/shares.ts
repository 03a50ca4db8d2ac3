import type { Transaction } from 'kysely'
import type { QueueOptions } from '../engine-api.ts'
import type { PreparedRun } from '../job/prepare.ts'
import type { HotStore } from '../store/hot.ts'

/** Gives runs of fair queues their place among the organisations. */
export interface Shares {
  assign<DB>(runs: readonly PreparedRun[], tx?: Transaction<DB>): Promise<readonly PreparedRun[]>
}

// The length of one run of weight 1 in virtual time; integers leave room for weights up to this.
const UNIT = 1_000

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): a run of an organisation is placed one unit over its weight after
 * that organisation's run before it, but not in the past of the queue. Sorting by this place gives every organisation its
 * share whatever the others enqueue, and claims cost nothing more.
 */
export function createShares(
  hot: HotStore,
  queues: Readonly<Record<string, QueueOptions>>,
  weight: (org: string) => number,
): Shares {
  const isFair = (queue: string): boolean => queues[queue]?.fair === true
  return {
    async assign(runs, tx) {
      const fair = runs.filter(({ run }) => isFair(run.queue))
      if (fair.length === 0) return runs
      const lanes = Map.groupBy(fair, ({ run }) => `${run.queue}\u001f${run.org}`)
      const placed = new Map<PreparedRun, PreparedRun>()
      for (const lane of lanes.values()) await place(lane, weight, placed, (...share) => hot.takeShares(...share, tx))
      return runs.map((run) => placed.get(run) ?? run)
    },
  }
}

type Take = (queue: string, org: string, length: number) => Promise<number>

async function place(
  lane: readonly PreparedRun[],
  weight: (org: string) => number,
  placed: Map<PreparedRun, PreparedRun>,
  take: Take,
): Promise<void> {
  const [first] = lane
  if (first === undefined) return
  const { queue, org } = first.run
  const step = Math.max(1, Math.round(UNIT / Math.max(weight(org), 1 / UNIT)))
  const end = await take(queue, org, step * lane.length)
  for (const [index, prepared] of lane.entries()) {
    placed.set(prepared, { ...prepared, run: { ...prepared.run, vtime: end - step * (lane.length - 1 - index) } })
  }
}
