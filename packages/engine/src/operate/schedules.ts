import type { Clock } from '../clock.ts'
import type { Schedules } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { enqueueSlot, type FireGround } from '../schedule/fire.ts'
import type { Plan, StoredPlan } from '../schedule/plan.ts'
import type { ScheduleStatus, SlotOutcome, SlotRecord } from '../schedule/schedule.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import { nextSlot, nextSlots } from '../schedule/slots.ts'
import { parseTimetable } from '../schedule/slots-timetable.ts'
import type { Database } from '../store/database.ts'
import type { NewRun } from '../store/hot.ts'
import { claimSlots, listSchedules, readSlots, readSlotsOfAll, recordSlot, setPaused } from '../store/schedules.ts'
import type { EngineTables } from '../store/schema.ts'

/** What operating on schedules needs of the engine. */
export interface SchedulesGround extends FireGround {
  readonly database: Database
  readonly clock: Clock
  readonly plans: ReadonlyMap<string, Plan>
  readonly scheduler: Scheduler
  readonly enqueued: (runs: readonly NewRun[]) => void
}

const MAX_NEXT = 1_000

/** The operator's side of schedules. */
export function createSchedules(ground: SchedulesGround): Schedules {
  const { database, clock, scheduler } = ground
  const db = () => database.kysely<EngineTables>()
  const list = async (): Promise<readonly ScheduleStatus[]> => (await listSchedules(db())).map(toStatus)
  const get = async (name: string): Promise<ScheduleStatus> => {
    const all = await list()
    const found = all.find((status) => status.name === name)
    if (found !== undefined) return found
    throw new EngineError(
      'SCHEDULE_UNKNOWN',
      `there is no schedule ${name}${all.length === 0 ? '' : `: choose one of ${all.map((status) => status.name).join(', ')}`}`,
    )
  }
  return {
    list,
    get,
    async next(schedule, count = 10, after = clock.now()) {
      const status = typeof schedule === 'string' ? await get(schedule) : schedule
      return nextSlots(timetableOf(status), after, Math.min(Math.max(0, count), MAX_NEXT))
    },
    async history(name, limit = 50) {
      await get(name)
      return (await readSlots(db(), name, limit)).map((row) => toRecord(row.schedule, row))
    },
    async slots({ limit = 50, ...query }) {
      return (await readSlotsOfAll(db(), { ...query, limit })).map((row) => toRecord(row.schedule, row))
    },
    async runNow(name) {
      await get(name)
      return runNow(ground, name)
    },
    async pause(name) {
      await get(name)
      await setPaused(db(), name, clock.now())
    },
    async resume(name) {
      const status = await get(name)
      const now = clock.now()
      const next = status.declared ? nextSlot(timetableOf(status), now) : null
      await setPaused(db(), name, null, { lastSlot: now, nextSlot: next })
      scheduler.look()
    },
    async tick() {
      await scheduler.reconcile()
      return scheduler.tick()
    },
  }
}

async function runNow(ground: SchedulesGround, name: string): Promise<number> {
  const plan = ground.plans.get(name)
  if (plan === undefined)
    throw new EngineError('SCHEDULE_UNKNOWN', `this code no longer declares the schedule ${name}: it cannot be run`)
  const now = ground.clock.now()
  const { id, run } = await ground.database.transaction<Awaited<ReturnType<typeof enqueueSlot>>, EngineTables>(
    async (tx) => {
      // Two requests in one millisecond are two slots.
      let slot = aside(now)
      while (!(await claimSlots(tx, [{ schedule: name, slot, outcome: 'manual', run: null }], now)).has(slot))
        slot = aside(slot + 1)
      const enqueued = await enqueueSlot(tx, ground, plan, now, now)
      await recordSlot(tx, { schedule: name, slot, outcome: 'manual', run: enqueued.id })
      return enqueued
    },
  )
  ground.enqueued([run])
  return id
}

/** When a schedule is due, as its status tells it. */
export function timetableOf({ name, cron, everyMs, timeZone }: ScheduleStatus) {
  return parseTimetable({ name, cron, every: everyMs === undefined ? undefined : `${everyMs}ms`, timeZone })
}

/** Slots lie on whole seconds: a manual one there would take a real one's place. */
function aside(instant: number): number {
  return instant % 1_000 === 0 ? instant + 1 : instant
}

type ListedSchedule = Awaited<ReturnType<typeof listSchedules>>[number]

function toStatus(row: ListedSchedule): ScheduleStatus {
  const { cron, everyMs, timeZone, jitterMs, overlap, catchUp, expiresMs, description }: StoredPlan = JSON.parse(
    row.spec,
  )
  return {
    name: row.name,
    org: row.org,
    job: row.job,
    timeZone,
    jitterMs,
    overlap,
    catchUp,
    expiresMs,
    declared: row.declared === 1,
    ...(cron === undefined ? {} : { cron }),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(description === undefined ? {} : { description }),
    ...(row.paused_at === null ? {} : { pausedAt: row.paused_at }),
    ...(row.next_slot === null || row.paused_at !== null ? {} : { nextSlot: row.next_slot }),
    ...(row.slot === null
      ? {}
      : {
          lastSlot: toRecord(row.name, {
            slot: row.slot,
            outcome: row.outcome ?? '',
            run: row.run,
            handled_at: row.handled_at ?? 0,
          }),
        }),
  }
}

function toRecord(
  schedule: string,
  row: { readonly slot: number; readonly outcome: string; readonly run: number | null; readonly handled_at: number },
): SlotRecord {
  return {
    schedule,
    slot: row.slot,
    outcome: row.outcome as SlotOutcome,
    handledAt: row.handled_at,
    ...(row.run === null ? {} : { runId: row.run }),
  }
}
