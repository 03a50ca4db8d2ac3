import { EngineError } from '../errors.ts'
import type { PrepareGround } from '../job/prepare.ts'
import { prepareRun } from '../job/prepare.ts'
import { newTraceId } from '../job/trace.ts'
import type { Shares } from '../queue/shares.ts'
import { addRows } from '../store/beside.ts'
import type { HotStore, NewRun } from '../store/hot.ts'
import { cancelRuns } from '../store/run-changes.ts'
import { advanceSchedule, claimSlots, lockDue, recordSlot, unfinishedRuns } from '../store/schedules.ts'
import type { Tx } from '../store/tables.ts'
import { dueSlots } from './catch-up.ts'
import { jitterFor } from './jitter.ts'
import { decideOverlap } from './overlap.ts'
import type { Plan } from './plan.ts'
import type { SlotOutcome } from './schedule.ts'
import { nextSlot } from './slots.ts'

/** What firing needs. */
export interface FireGround {
  readonly hot: HotStore
  readonly shares: Shares
  readonly prepare: () => PrepareGround
}

/** What came of looking at one schedule. */
export interface Fired {
  readonly runs: readonly NewRun[]
  readonly missed: readonly number[]
  readonly missedCount: number
  readonly cancelled: boolean
}

const NOTHING: Fired = { runs: [], missed: [], missedCount: 0, cancelled: false }

/**
 * Handles everything due of one schedule in one transaction: the slots, their runs and the schedule's own progress are
 * committed together, and a slot's row is unique, so it never fires twice however many schedulers look.
 */
export async function fireDue(tx: Tx, ground: FireGround, plan: Plan, now: number): Promise<Fired> {
  const row = await lockDue(tx, plan.name, plan.spec, now)
  if (row === undefined) return NOTHING
  const due = dueSlots({
    timetable: plan.timetable,
    after: row.last_slot ?? row.created_at,
    now,
    catchUp: plan.catchUp,
  })
  const slots = [
    ...due.missed.map((slot) => ({ slot, outcome: 'missed' as const })),
    ...due.late.map((slot) => ({ slot, outcome: 'late' as const })),
    ...due.onTime.map((slot) => ({ slot, outcome: 'fired' as const })),
  ].map((slot) => ({ ...slot, schedule: plan.name, run: null }))
  const ours = await claimSlots(tx, slots, now)
  const runs: NewRun[] = []
  let cancelled = false
  for (const { slot, outcome } of slots) {
    if (!ours.has(slot) || outcome === 'missed') continue
    const fired = await fireSlot(tx, ground, plan, slot, outcome, now)
    runs.push(...fired.runs)
    cancelled ||= fired.cancelled
  }
  await advanceSchedule(tx, plan.name, due.handled, nextSlot(plan.timetable, due.handled))
  const missed = due.missed.filter((slot) => ours.has(slot))
  return { runs, missed, missedCount: missed.length === 0 ? 0 : due.missedCount, cancelled }
}

async function fireSlot(tx: Tx, ground: FireGround, plan: Plan, slot: number, outcome: SlotOutcome, now: number) {
  const unfinished = await unfinishedRuns(tx, plan.name)
  const decision = decideOverlap(plan.overlap, {
    running: unfinished.some(({ started }) => started),
    queued: unfinished.some(({ started }) => !started),
  })
  if (decision === 'skip') {
    await recordSlot(tx, { schedule: plan.name, slot, outcome: 'skipped', run: null })
    return { runs: [], cancelled: false }
  }
  const cancelled = decision === 'cancel-and-fire' && unfinished.length > 0
  if (cancelled)
    await cancelRuns(
      tx,
      ground.hot,
      unfinished.map(({ id }) => id),
      `the next slot of ${plan.name} is due`,
      now,
    )
  const { id, run } = await enqueueSlot(
    tx,
    ground,
    plan,
    Math.max(now, slot + jitterFor(slot, plan.name, plan.jitterMs)),
    now,
  )
  await recordSlot(tx, { schedule: plan.name, slot, outcome: decision === 'queue' ? 'queued' : outcome, run: id })
  return { runs: [run], cancelled }
}

/** Stores the run of a slot. `startAt` in the past means now. */
export async function enqueueSlot(
  tx: Tx,
  { hot, shares, prepare }: FireGround,
  plan: Plan,
  startAt: number,
  now: number,
) {
  const place = prepare()
  const schedule = { name: plan.name, serial: plan.overlap === 'queue' }
  const ground = { ...place, now, schedule, trace: place.trace ?? newTraceId() }
  const { job, input } = plan.schedule
  const prepared = prepareRun(ground, job, input, { org: plan.org, runAt: startAt, expires: `${plan.expiresMs}ms` })
  const [{ run } = prepared] = await shares.assign([prepared], tx)
  const [id] = await hot.insert([run], tx)
  if (id === undefined) throw new EngineError('STORE_FAILED', `the run of ${plan.name} was not stored`)
  await addRows(tx, [{ id, options: prepared.options }])
  return { id, run }
}
