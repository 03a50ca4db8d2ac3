import { createHash } from 'node:crypto'
import { periodMs } from './slots.ts'
import type { Timetable } from './slots-timetable.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

// A local day may last 22 hours (Troll, where clocks move by two), a week an hour less, a month 28 days.
const STEPS = [
  { fromMs: 27 * DAY_MS, jitterMs: HOUR_MS },
  { fromMs: 6 * DAY_MS, jitterMs: 30 * MINUTE_MS },
  { fromMs: 20 * HOUR_MS, jitterMs: 5 * MINUTE_MS },
  { fromMs: 50 * MINUTE_MS, jitterMs: 2 * MINUTE_MS },
  { fromMs: 5 * MINUTE_MS, jitterMs: MINUTE_MS },
] as const

/**
 * The longest delay, in milliseconds, that a slot gets when its schedule sets none:
 *
 * | time between slots | jitter |
 * |---|---|
 * | under 30 seconds | half of it |
 * | under 5 minutes | a tenth of it, at least 15 s and at most 30 s |
 * | 5 minutes | 1 min |
 * | 1 hour | 2 min |
 * | 1 day | 5 min |
 * | 1 week | 30 min |
 * | 1 month or more | 1 h |
 *
 * The time between slots is the shortest among those after `fromMs`: working days at nine are daily, not weekly.
 */
export function defaultJitterMs(timetable: Timetable, fromMs: number): number {
  const period = periodMs(timetable, fromMs)
  const step = STEPS.find((candidate) => period >= candidate.fromMs)
  if (step !== undefined) return step.jitterMs
  const tenth = Math.min(Math.max(period / 10, 15 * SECOND_MS), 30 * SECOND_MS)
  return Math.floor(Math.min(tenth, period / 2))
}

/**
 * How much later than `slot` it starts: whole milliseconds, from 0 up to but not including `maxMs`. The same schedule
 * and slot give the same delay in every process, so that several schedulers agree without speaking; different
 * schedules of one slot spread evenly. `periodMs`, when given, caps the delay so that a slot never reaches the next.
 */
export function jitterFor(
  slot: number,
  scheduleName: string,
  maxMs: number,
  periodMs = Number.POSITIVE_INFINITY,
): number {
  const capMs = Math.min(maxMs, periodMs)
  const digest = createHash('sha256').update(`${scheduleName}\n${slot}`).digest()
  // 32 bits are enough: an hour has 3.6 million milliseconds.
  return Math.max(0, Math.floor((digest.readUInt32BE(0) / 2 ** 32) * capMs))
}
