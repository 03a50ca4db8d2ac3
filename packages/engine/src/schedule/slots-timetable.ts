import type { Duration } from '../duration.ts'
import { durationMs } from '../duration.ts'
import { EngineError } from '../errors.ts'
import type { Cron } from './cron.ts'
import { parseCron } from './cron.ts'

/** A fixed interval. Its slots are the multiples of `everyMs` since 1970-01-01 UTC, the same in every process. */
export interface Interval {
  readonly kind: 'interval'
  readonly everyMs: number
}

/** When a schedule is due. */
export type Timetable = Cron | Interval

const SHORTEST_MS = 1_000

/**
 * Reads `'30s'`, `'5m'`, `'1d'`… as an interval anchored at 1970-01-01 UTC: no time zone and no daylight saving.
 * Throws `DURATION_INVALID`, and `SCHEDULE_INVALID` under one second.
 * @internal
 */
export function parseInterval(every: Duration): Interval {
  const everyMs = durationMs(every, 'interval')
  if (everyMs < SHORTEST_MS) {
    throw new EngineError(
      'SCHEDULE_INVALID',
      `interval '${every}' is too short: a schedule fires at most once a second`,
    )
  }
  return { kind: 'interval', everyMs }
}

/** The part of a schedule's definition that says when. */
export interface TimetableDefinition {
  readonly name: string
  readonly cron?: string | undefined
  readonly every?: Duration | undefined
  readonly timeZone?: string | undefined
}

/**
 * Reads whichever of `cron` and `every` a definition gives. Throws `SCHEDULE_INVALID` for both or none, and what
 * {@link parseInterval} and `parseCron` throw.
 */
export function parseTimetable({ name, cron, every, timeZone }: TimetableDefinition): Timetable {
  if (cron !== undefined && every === undefined) return parseCron(cron, timeZone)
  if (every !== undefined && cron === undefined) return parseInterval(every)
  const given = cron === undefined ? "neither 'cron' nor 'every'" : "both 'cron' and 'every'"
  throw new EngineError('SCHEDULE_INVALID', `schedule '${name}' gives ${given}: give one of them`)
}
