import type { Cron } from './cron.ts'
import type { Timetable } from './slots-timetable.ts'
import type { ZonePeriod } from './slots-zone.ts'
import { zonePeriodAt } from './slots-zone.ts'

/**
 * The first slot strictly after `afterMs` (milliseconds UTC), or null when the calendar ends (at the year 3000).
 *
 * **When clocks change**, a cron expression follows one of two rules:
 *
 * - *Times of day*, when the hour field leaves some hour out (`30 2 * * *`, `0 9,14 * * 1-5`, `0 0-18/6 * * *`). Every
 *   local time it names happens exactly once a day. A time that the spring change skips is kept, later by the length
 *   of the gap: in Paris 02:30 becomes 03:30 that day. A time that the autumn change repeats fires at its first
 *   occurrence only.
 * - *Intervals*, when the hour field names every hour (`0 * * * *`, `0,15,30,45 * * * *`). It fires at every instant
 *   whose local time matches: nothing in the gap, and both passes of the repeated hour, so the rhythm never stops.
 *
 * No instant is ever given twice, and slots only grow. This is our rule, whatever the cron library does (croner puts
 * 02:30 at 03:00, and drops it when the hour field is a list): the library only sees walls, without a zone.
 */
export function nextSlot(timetable: Timetable, afterMs: number): number | null {
  if (timetable.kind === 'interval') return (Math.floor(afterMs / timetable.everyMs) + 1) * timetable.everyMs
  let after = afterMs
  let wallsLeft = true
  while (wallsLeft) {
    const period = zonePeriodAt(timetable.timeZone, after + 1)
    const slots = [firstKept(timetable, period, after), firstShifted(timetable, period, after)]
    const found = slots.filter((slot) => slot !== null && slot < period.end).map(Number)
    if (found.length > 0) return Math.min(...found)
    after = period.end - 1
    wallsLeft = slots[0] !== null
  }
  return null
}

/** The `count` slots after `afterMs`, oldest first; fewer only when the calendar ends. */
export function nextSlots(timetable: Timetable, afterMs: number, count: number): readonly number[] {
  const slots: number[] = []
  for (
    let slot = nextSlot(timetable, afterMs);
    slot !== null && slots.length < count;
    slot = nextSlot(timetable, slot)
  ) {
    slots.push(slot)
  }
  return slots
}

/** The last slot strictly before `beforeMs` (milliseconds UTC), under the same rules as {@link nextSlot}. */
export function previousSlot(timetable: Timetable, beforeMs: number): number | null {
  if (timetable.kind === 'interval') return (Math.ceil(beforeMs / timetable.everyMs) - 1) * timetable.everyMs
  let before = beforeMs
  let wallsLeft = true
  while (wallsLeft) {
    const period = zonePeriodAt(timetable.timeZone, before - 1)
    const slots = [lastKept(timetable, period, before), lastShifted(timetable, period, before)]
    const found = slots.filter((slot) => slot !== null && slot >= period.start).map(Number)
    if (found.length > 0) return Math.max(...found)
    before = period.start
    wallsLeft = slots[0] !== null
  }
  return null
}

const LOOK_AHEAD_SLOTS = 32
const LOOK_AHEAD_MS = 400 * 86_400_000

/**
 * The shortest time between two neighbours among the slots after `fromMs` (up to 32 of them, within 400 days): what
 * "how often" means for jitter and expiry. `Infinity` when fewer than two slots are left.
 */
export function periodMs(timetable: Timetable, fromMs: number): number {
  if (timetable.kind === 'interval') return timetable.everyMs
  let shortest = Number.POSITIVE_INFINITY
  let slot = nextSlot(timetable, fromMs)
  for (let seen = 1; seen < LOOK_AHEAD_SLOTS && slot !== null; seen++) {
    const following = nextSlot(timetable, slot)
    if (following !== null) shortest = Math.min(shortest, following - slot)
    slot = following
    if (slot !== null && slot > fromMs + LOOK_AHEAD_MS) break
  }
  return shortest
}

/** First wall of the period that counts: times of day do not fire again in a repeated hour. */
function firstWall(cron: Cron, { start, offset, offsetBefore }: ZonePeriod): number {
  return start + (cron.everyHour ? offset : Math.max(offset, offsetBefore))
}

function firstKept(cron: Cron, period: ZonePeriod, after: number): number | null {
  const wall = cron.nextWall(Math.max(after + period.offset, firstWall(cron, period) - 1))
  return wall === null ? null : wall - period.offset
}

function lastKept(cron: Cron, period: ZonePeriod, before: number): number | null {
  const wall = cron.previousWall(Math.min(before, period.end) + period.offset)
  if (wall === null) return null
  return wall < firstWall(cron, period) ? Number.NEGATIVE_INFINITY : wall - period.offset
}

/** The gap's walls, read with the offset of before the change: that shifts them by its length. */
function firstShifted(cron: Cron, { start, offset, offsetBefore }: ZonePeriod, after: number): number | null {
  if (cron.everyHour || offsetBefore >= offset) return null
  const wall = cron.nextWall(Math.max(after, start - 1) + offsetBefore)
  return wall === null || wall >= start + offset ? null : wall - offsetBefore
}

function lastShifted(cron: Cron, { start, offset, offsetBefore }: ZonePeriod, before: number): number | null {
  if (cron.everyHour || offsetBefore >= offset) return null
  const wall = cron.previousWall(Math.min(before + offsetBefore, start + offset))
  return wall === null || wall < start + offsetBefore ? null : wall - offsetBefore
}
