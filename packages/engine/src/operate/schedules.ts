import type { Clock } from '../clock.ts'
import type { Schedules } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { enqueueSlot, enqueueSlots, type FireGround, type SlotRun } from '../schedule/enqueue-slot.ts'
import type { Plan, StoredPlan } from '../schedule/plan.ts'
import type { ScheduleStatus, SlotOutcome, SlotRecord } from '../schedule/schedule.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import { nextSlot, nextSlots } from '../schedule/slots.ts'
import { parseTimetable } from '../schedule/slots-timetable.ts'
import type { Database } from '../store/database.ts'
import type { NewRun } from '../store/hot.ts'
import { claimSlots, listSchedules, readSlots, readSlotsOfAll, recordSlot, setPaused } from '../store/schedules.ts'
import type { EngineTables } from '../store/schema.ts'
import { claimOrgSlots, readOrgSlots, readOrgSlotsOfAll, recordOrgRuns } from '../store/slots-by-org.ts'
import type { Tx } from '../store/tables.ts'

/** What operating on schedules needs of the engine. */
export interface SchedulesGround extends FireGround {
  readonly database: Database
  readonly clock: Clock
  readonly plans: ReadonlyMap<string, Plan>
  readonly scheduler: Scheduler
  readonly organisations: () => Promise<readonly string[]>
  readonly enqueued: (runs: readonly NewRun[]) => void
}

const MAX_NEXT = 1_000

/** The operator's side of schedules. */
export function createSchedules(ground: SchedulesGround): Schedules {
  const { database, clock, scheduler } = ground
  const db = () => database.kysely<EngineTables>()
  const list = async (org?: string): Promise<readonly ScheduleStatus[]> =>
    (await listSchedules(db(), org)).map(toStatus)
  const get = async (name: string, org?: string): Promise<ScheduleStatus> => {
    const all = await list(org)
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
    async history(name, limit = 50, org?: string) {
      await get(name)
      const [slots, ofOrganisations] = await Promise.all([
        readSlots(db(), name, limit),
        readOrgSlots(db(), name, limit, org),
      ])
      return [...slots.map((row) => ({ ...row, org: undefined })), ...ofOrganisations]
        .toSorted((a, b) => b.slot - a.slot)
        .slice(0, limit)
        .map((row) => toRecord(row.schedule, row))
    },
    async slots({ limit = 50, ...query }) {
      const asked = { ...query, limit }
      const [slots, ofOrganisations] = await Promise.all([readSlotsOfAll(db(), asked), readOrgSlotsOfAll(db(), asked)])
      return [...slots.map((row) => ({ ...row, org: undefined })), ...ofOrganisations]
        .toSorted((a, b) => b.slot - a.slot)
        .map((row) => toRecord(row.schedule, row))
    },
    async runNow(name, org, startedBy) {
      await get(name)
      const plan = planOf(ground, name)
      if (plan.scope === 'server') return runNow(ground, plan, startedBy)
      const [own] = await runFor(ground, plan, [org ?? plan.org], startedBy)
      if (own === undefined) throw new EngineError('STORE_FAILED', `the run of ${name} was not stored`)
      return own.runId
    },
    async runEach(name, startedBy) {
      await get(name)
      const plan = planOf(ground, name)
      if (plan.scope === 'server') return [{ org: plan.org, runId: await runNow(ground, plan, startedBy) }]
      return runFor(ground, plan, await ground.organisations(), startedBy)
    },
    async pause(name, reason) {
      await get(name)
      await setPaused(db(), name, { pausedAt: clock.now(), reason: reason ?? null })
    },
    async resume(name) {
      const status = await get(name)
      const now = clock.now()
      const next = status.declared ? nextSlot(timetableOf(status), now) : null
      await setPaused(db(), name, { pausedAt: null }, { lastSlot: now, nextSlot: next })
      scheduler.look()
    },
    async tick() {
      await scheduler.reconcile()
      return scheduler.tick()
    },
  }
}

function planOf({ plans }: SchedulesGround, name: string): Plan {
  const plan = plans.get(name)
  if (plan !== undefined) return plan
  throw new EngineError('SCHEDULE_UNKNOWN', `this code no longer declares the schedule ${name}: it cannot be run`)
}

type Starters = readonly string[] | undefined

// As many as a slot fires in one commit.
const PAGE = 200

/** One run now for each of these organisations. */
async function runFor(ground: SchedulesGround, plan: Plan, orgs: readonly string[], startedBy: Starters) {
  const runs: { readonly org: string; readonly runId: number }[] = []
  for (let from = 0; from < orgs.length; from += PAGE) {
    const page = orgs.slice(from, from + PAGE)
    const now = ground.clock.now()
    const stored = await ground.database.transaction<readonly SlotRun[], EngineTables>((tx) =>
      enqueuePage(tx, ground, plan, page, { now, startedBy }),
    )
    ground.enqueued(stored.map(({ run }) => run))
    runs.push(...stored.map(({ id, run }) => ({ org: run.org, runId: id })))
  }
  return runs
}

async function enqueuePage(
  tx: Tx,
  ground: SchedulesGround,
  plan: Plan,
  orgs: readonly string[],
  { now, startedBy }: { readonly now: number; readonly startedBy: Starters },
) {
  const { name } = plan
  const stored: SlotRun[] = []
  let left = orgs
  // Two requests in one millisecond are two slots.
  for (let slot = aside(now); left.length > 0; slot = aside(slot + 1)) {
    const claimed = await claimOrgSlots(tx, { name, slot, orgs: left }, now)
    const starts = [...claimed].map((org) => ({ org, startAt: now, startedBy }))
    const runs = await enqueueSlots(tx, ground, plan, starts, now)
    if (runs.length > 0)
      await recordOrgRuns(tx, { name, slot, runs: new Map(runs.map(({ id, run }) => [run.org, id])) })
    stored.push(...runs)
    left = left.filter((org) => !claimed.has(org))
  }
  return stored
}

async function runNow(ground: SchedulesGround, plan: Plan, startedBy: Starters): Promise<number> {
  const { name } = plan
  const now = ground.clock.now()
  const { id, run } = await ground.database.transaction<Awaited<ReturnType<typeof enqueueSlot>>, EngineTables>(
    async (tx) => {
      // Two requests in one millisecond are two slots.
      let slot = aside(now)
      while (!(await claimSlots(tx, [{ schedule: name, slot, outcome: 'manual', run: null }], now)).has(slot))
        slot = aside(slot + 1)
      const enqueued = await enqueueSlot(tx, ground, plan, { org: plan.org, startAt: now, startedBy }, now)
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
  const spec: StoredPlan = JSON.parse(row.spec)
  const { cron, everyMs, timeZone, jitterMs, overlap, catchUp, expiresMs, description, for: scope = 'server' } = spec
  const lastSlot = lastOf(row)
  return {
    name: row.name,
    for: scope,
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
    ...(row.reason === null ? {} : { pausedReason: row.reason }),
    ...(row.next_slot === null || row.paused_at !== null ? {} : { nextSlot: row.next_slot }),
    ...(lastSlot === undefined ? {} : { lastSlot: toRecord(row.name, lastSlot) }),
  }
}

/** Of the organisation's own and those all missed, the newer. */
function lastOf(row: ListedSchedule) {
  if (row.org_slot !== null && row.org_slot > (row.slot ?? 0))
    return {
      slot: row.org_slot,
      org: row.org_org ?? undefined,
      outcome: row.org_outcome ?? '',
      run: row.org_run,
      handled_at: row.org_handled_at ?? 0,
    }
  if (row.slot === null) return undefined
  return { slot: row.slot, outcome: row.outcome ?? '', run: row.run, handled_at: row.handled_at ?? 0 }
}

function toRecord(
  schedule: string,
  row: {
    readonly slot: number
    readonly org?: string | undefined
    readonly outcome: string
    readonly run: number | null
    readonly handled_at: number
  },
): SlotRecord {
  return {
    schedule,
    slot: row.slot,
    outcome: row.outcome as SlotOutcome,
    handledAt: row.handled_at,
    ...(row.org === undefined ? {} : { org: row.org }),
    ...(row.run === null ? {} : { runId: row.run }),
  }
}
