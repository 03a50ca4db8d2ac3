import { EngineError } from '../errors.ts'
import type { PrepareGround } from '../job/prepare.ts'
import { prepareRun } from '../job/prepare.ts'
import { newTraceId } from '../job/trace.ts'
import type { Shares } from '../queue/shares.ts'
import { addRows } from '../store/beside.ts'
import type { HotStore, NewRun } from '../store/hot.ts'
import type { Tx } from '../store/tables.ts'
import type { Plan } from './plan.ts'

/** What firing needs. */
export interface FireGround {
  readonly hot: HotStore
  readonly shares: Shares
  readonly prepare: () => PrepareGround
}

/** A run of a slot, stored. */
export interface SlotRun {
  readonly id: number
  readonly run: NewRun
}

/** When the run of a slot starts (in the past means now), and on whose behalf, when somebody wanted it. */
export interface SlotStart {
  readonly org: string
  readonly startAt: number
  readonly startedBy?: readonly string[] | undefined
}

/** Stores the run of a slot. */
export async function enqueueSlot(
  tx: Tx,
  ground: FireGround,
  plan: Plan,
  start: SlotStart,
  now: number,
): Promise<SlotRun> {
  const [stored] = await enqueueSlots(tx, ground, plan, [start], now)
  if (stored === undefined) throw new EngineError('STORE_FAILED', `the run of ${plan.name} was not stored`)
  return stored
}

/** Stores runs of a slot, one for each organisation given; answers them in that order. */
export async function enqueueSlots(
  tx: Tx,
  { hot, shares, prepare }: FireGround,
  plan: Plan,
  starts: readonly SlotStart[],
  now: number,
): Promise<readonly SlotRun[]> {
  if (starts.length === 0) return []
  const place = prepare()
  const schedule = { name: plan.name, serial: plan.overlap === 'queue' }
  // Runs of several organisations have nothing to do with each other.
  const ground = () => ({ ...place, now, schedule, trace: place.trace ?? newTraceId() })
  const { job, input } = plan.schedule
  const expires = `${plan.expiresMs}ms` as const
  const prepared = starts.map(({ org, startAt, startedBy = [] }) =>
    prepareRun(ground(), job, input, { org, runAt: startAt, expires, startedBy }),
  )
  const placed = await shares.assign(prepared, tx)
  const ids = await hot.insert(
    placed.map(({ run }) => run),
    tx,
  )
  const stored = placed.flatMap(({ run, options }, index) => {
    const id = ids[index]
    return id === undefined ? [] : [{ id, run, options }]
  })
  await addRows(tx, stored)
  return stored
}
