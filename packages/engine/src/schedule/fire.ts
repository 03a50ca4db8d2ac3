import type { NewRun } from '../store/hot.ts'
import { cancelRuns } from '../store/run-changes.ts'
import { advanceSchedule, claimSlots, lockDue, recordSlot, unfinishedRuns } from '../store/schedules.ts'
import type { Tx } from '../store/tables.ts'
import { dueSlots } from './catch-up.ts'
import { enqueueSlot, type FireGround } from './enqueue-slot.ts'
import { fireEach } from './fire-each.ts'
import { jitterFor } from './jitter.ts'
import { decideOverlap } from './overlap.ts'
import type { Plan } from './plan.ts'
import type { SlotOutcome } from './schedule.ts'
import { nextSlot } from './slots.ts'

/** What came of looking at one schedule. */
export interface Fired {
  readonly runs: readonly NewRun[]
  readonly missed: readonly number[]
  readonly missedCount: number
  readonly cancelled: boolean
  /** More organisations are to get theirs: look again at once. */
  readonly more: boolean
}

/**
 * Handles everything due of one schedule in one transaction: the slots, their runs and the schedule's own progress are
 * committed together, and a slot's row is unique, so it never fires twice however many schedulers look. Of a schedule for
 * each organisation it handles a page of `orgs`; the schedule moves on with the last page, so a process that dies between
 * two leaves the rest to the next look. Undefined when another scheduler has it, or nothing is due any more.
 */
export async function fireDue(
  tx: Tx,
  ground: FireGround,
  plan: Plan,
  orgs: readonly string[],
  now: number,
): Promise<Fired | undefined> {
  const row = await lockDue(tx, plan.name, plan.spec, now)
  if (row === undefined) return undefined
  const due = dueSlots({
    timetable: plan.timetable,
    after: row.last_slot ?? row.created_at,
    now,
    catchUp: plan.catchUp,
  })
  const firing = [
    ...due.late.map((slot) => ({ slot, outcome: 'late' as const })),
    ...due.onTime.map((slot) => ({ slot, outcome: 'fired' as const })),
  ]
  const slots = [
    ...due.missed.map((slot) => ({ slot, outcome: 'missed' as const })),
    // Those of each organisation have their rows apart; what was missed was missed by all of them.
    ...(plan.scope === 'server' ? firing : []),
  ].map((slot) => ({ ...slot, schedule: plan.name, run: null }))
  const ours = await claimSlots(tx, slots, now)
  const missed = due.missed.filter((slot) => ours.has(slot))
  const told = { missed, missedCount: missed.length === 0 ? 0 : due.missedCount }
  if (plan.scope === 'each-organisation') {
    const fired = await fireEach(tx, ground, plan, { slots: firing, orgs, now })
    if (!fired.more) await advanceSchedule(tx, plan.name, due.handled, nextSlot(plan.timetable, due.handled))
    return { ...fired, ...told }
  }
  const runs: NewRun[] = []
  let cancelled = false
  for (const { slot, outcome } of firing) {
    if (!ours.has(slot)) continue
    const fired = await fireSlot(tx, ground, plan, slot, outcome, now)
    runs.push(...fired.runs)
    cancelled ||= fired.cancelled
  }
  await advanceSchedule(tx, plan.name, due.handled, nextSlot(plan.timetable, due.handled))
  return { runs, ...told, cancelled, more: false }
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
  const startAt = Math.max(now, slot + jitterFor(slot, plan.name, plan.jitterMs))
  const { id, run } = await enqueueSlot(tx, ground, plan, { org: plan.org, startAt }, now)
  await recordSlot(tx, { schedule: plan.name, slot, outcome: decision === 'queue' ? 'queued' : outcome, run: id })
  return { runs: [run], cancelled }
}
