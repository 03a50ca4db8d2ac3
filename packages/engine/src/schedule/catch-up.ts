import { previousSlot } from './slots.ts'
import type { Timetable } from './slots-timetable.ts'

/** What to decide on: the slots after the last handled one. All in milliseconds. */
export interface DueSlotsQuestion {
  readonly timetable: Timetable
  /** The last slot that was handled, or the instant at which the schedule began. */
  readonly after: number
  readonly now: number
  readonly catchUp: {
    /** How old, at most, a slot may be that still fires. */
    readonly withinMs: number
    /** How many late slots fire, at most; the newest win. 0 for none; over 10,000 counts as that. */
    readonly max: number
  }
  /** How late a slot may be and still count as on time. Default 5 s: a slow loop or a busy database, not an outage. */
  readonly graceMs?: number
  /** The jitter of a slot, less than the time to the next. Default none. Ages are counted from `slot + delayMs(slot)`. */
  readonly delayMs?: (slot: number) => number
}

/** What becomes of every slot that is due. Lists hold slots, oldest first. */
export interface DueSlots {
  /** To fire now. */
  readonly onTime: readonly number[]
  /** To fire now, as catch-up. */
  readonly late: readonly number[]
  /** Never to fire: the newest {@link MISSED_LISTED} of them. */
  readonly missed: readonly number[]
  /** How many were missed in all. */
  readonly missedCount: number
  /** False when counting stopped: more than `missedCount` were missed. */
  readonly missedExact: boolean
  /** The newest slot among all these: the next `after`. The `after` of the question when nothing is due. */
  readonly handled: number
}

/**
 * How many missed slots are listed one by one; the others are only counted.
 * @internal
 */
export const MISSED_LISTED = 100

// 3 µs a slot: an outage costs at most some 50 ms of walking, and a month of five-minute slots is still counted exactly.
const LONGEST_WALK = 10_000

const GRACE_MS = 5_000

/**
 * Splits the slots due since the last handled one into those that fire and those that are recorded as missed. The
 * work is bounded whatever the outage: it walks back from `now`, 10,000 slots at most; older slots of an interval are
 * counted by arithmetic, those of a cron expression are left uncounted (`missedExact` is false).
 */
export function dueSlots(question: DueSlotsQuestion): DueSlots {
  const { timetable, after, now, catchUp, graceMs = GRACE_MS, delayMs = () => 0 } = question
  const [onTime, late, missed]: [number[], number[], number[]] = [[], [], []]
  let missedCount = 0
  let newest: number | null = null
  let slot = previousSlot(timetable, now + 1)
  for (let walked = 0; walked < LONGEST_WALK && slot !== null && slot > after; walked++) {
    const age = now - slot - delayMs(slot)
    const place = placeOf(age, late.length, catchUp, graceMs)
    if (place !== 'not due') newest ??= slot
    if (place === 'on time') onTime.push(slot)
    if (place === 'late') late.push(slot)
    if (place === 'missed' && missed.length < MISSED_LISTED) missed.push(slot)
    if (place === 'missed') missedCount++
    slot = previousSlot(timetable, slot)
  }
  const older = slot === null || slot <= after ? 0 : countBack(timetable, slot, after)
  return {
    onTime: onTime.reverse(),
    late: late.reverse(),
    missed: missed.reverse(),
    missedCount: missedCount + (older ?? 0),
    missedExact: older !== null,
    handled: newest ?? after,
  }
}

type Place = 'not due' | 'on time' | 'late' | 'missed'

function placeOf(age: number, lateSoFar: number, catchUp: DueSlotsQuestion['catchUp'], graceMs: number): Place {
  if (age < 0) return 'not due'
  if (age <= graceMs) return 'on time'
  return age <= catchUp.withinMs && lateSoFar < catchUp.max ? 'late' : 'missed'
}

/** How many slots lie in (`after`, `slot`], where that takes no walking. */
function countBack(timetable: Timetable, slot: number, after: number): number | null {
  if (timetable.kind === 'cron') return null
  return Math.floor(slot / timetable.everyMs) - Math.floor(after / timetable.everyMs)
}
