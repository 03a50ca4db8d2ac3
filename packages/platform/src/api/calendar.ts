import { type Engine, EngineError, type ScheduleStatus, type Schedules, type SlotRecord } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { givenMoment, instant, isoOf } from './instant.ts'
import { isSeen } from './own-schedule.ts'
import { type SlotRun, slotRun, slotRuns } from './slot-runs.ts'

const DAY_MS = 86_400_000
const LONGEST_DAYS = 42
// What is due more often would hide all else: such a schedule is a line, not entries.
const DENSE = 8
const MOST_PAST = 200

const calendarView = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        timeZone: z.string(),
        /** More than 8 slots a day: `slots` is empty then. */
        dense: z.boolean(),
        paused: z.boolean(),
        /** What comes, from now on. */
        slots: z.array(instant).readonly(),
        /** What was, the latest 200 of these days. */
        past: z
          .array(z.object({ slot: instant, outcome: z.string(), runId: z.int().optional(), run: slotRun.optional() }))
          .readonly(),
      }),
    )
    .readonly(),
})

/** What the calendar is shown from: three queries, however many schedules there are. */
export interface CalendarSources extends Pick<Engine, 'clock' | 'runs'> {
  readonly schedules: Pick<Schedules, 'list' | 'next' | 'slots'>
}

/** What was and what comes in some days, of every schedule. */
export function calendarEndpoint({ schedules, clock, runs }: CalendarSources): Endpoint {
  return endpoint({
    method: 'GET',
    url: '/api/v1/schedules/calendar',
    summary: 'List the slots of all schedules in so many days, at most 42, from now or from an instant',
    access: 'schedules.read',
    input: z.object({
      /** Default: now. */
      from: givenMoment.optional(),
      days: z.coerce.number().int().min(1).max(LONGEST_DAYS).default(7),
    }),
    output: calendarView,
    async handle({ from = clock.now(), days }, call) {
      const { org } = call.principal()
      const to = from + days * DAY_MS
      const [all, slots] = await Promise.all([
        schedules.list(org),
        schedules.slots({ org, from, to: Math.min(to, clock.now() + 1), limit: MOST_PAST }),
      ])
      const own = all.filter((schedule) => isSeen(schedule, org))
      const runOf = await slotRuns({ runs }, slots)
      const past = Map.groupBy(slots, ({ schedule }) => schedule)
      const lanes = own.map(async (schedule) => ({
        ...(await laneOf(schedule, from, to)),
        past: (past.get(schedule.name) ?? []).map((slot) => viewPast(slot, runOf)),
      }))
      return { items: await Promise.all(lanes) }
    },
  })

  async function laneOf(schedule: ScheduleStatus, from: number, to: number) {
    const { name, timeZone, pausedAt, declared } = schedule
    const now = clock.now()
    const begin = Math.max(from, now)
    const paused = pausedAt !== undefined
    const today = await next(schedule, DENSE + 1, now)
    const last = today.at(-1) ?? Number.POSITIVE_INFINITY
    const dense = today.length > DENSE && last - now < DAY_MS
    const silent = dense || paused || !declared || begin >= to
    const days = Math.ceil((to - begin) / DAY_MS)
    const coming = silent ? [] : await next(schedule, DENSE * days, begin - 1)
    return {
      name,
      timeZone,
      dense,
      paused,
      slots: coming.filter((slot) => slot < to).map(isoOf),
    }
  }

  async function next(schedule: ScheduleStatus, count: number, after: number): Promise<readonly number[]> {
    try {
      return await schedules.next(schedule, count, after)
    } catch (error) {
      // One that the code no longer declares may have a timetable that cannot be read any more.
      if (error instanceof EngineError) return []
      throw error
    }
  }
}

function viewPast(record: SlotRecord, runOf: SlotRun) {
  const { slot, outcome, runId } = record
  return { slot: isoOf(slot), outcome, ...(runId !== undefined && { runId }), ...runOf(record) }
}
