import { describeSchedule, type Engine, EngineError, type ScheduleStatus, type SlotRecord } from '@regie/engine'
import { z } from 'zod'
import type { DescribedSchedule, Translated } from '../app/schedule.ts'
import { type AuditEntry, TOGETHER_MS } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import { startersOf } from '../auth/wish.ts'
import { PlatformError } from '../errors.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { optionalLine } from '../validate/line.ts'
import { calendarEndpoint } from './calendar.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { isSeen } from './own-schedule.ts'
import { type SlotRun, slotRun, slotRuns } from './slot-runs.ts'

const OUTCOMES = [
  'fired',
  'late',
  'queued',
  'skipped',
  'missed',
  'manual',
] as const satisfies readonly SlotRecord['outcome'][]
const slotView = z.object({
  slot: instant,
  outcome: z.enum(OUTCOMES),
  runId: z.int().optional(),
  handledAt: instant,
  /** How its run stands; absent of one that is not kept any more. */
  run: slotRun.optional(),
})
const firedBy = z.object({
  kind: z.enum(['user', 'key', 'operator']),
  /** Absent of somebody who was forgotten. */
  name: z.string().optional(),
})
const translated = z.object({ en: z.string(), fr: z.string() })
const scheduleView = z.object({
  name: z.string(),
  /** `each-organisation`: each slot gives every organisation a run; what is shown of slots is your own organisation's. */
  for: z.enum(['server', 'each-organisation']),
  org: z.string(),
  job: z.string(),
  description: z.string().optional(),
  /** What it is for, in the languages it is described in. */
  descriptions: translated.optional(),
  /** When it runs, in words. */
  plain: translated,
  cron: z.string().optional(),
  everyMs: z.number().optional(),
  timeZone: z.string(),
  jitterMs: z.number(),
  overlap: z.string(),
  /** Of the slots missed while nothing ran, the newest `max` of those no older than `withinMs` are still fired. */
  catchUp: z.object({ withinMs: z.number(), max: z.int() }),
  /** A run that has not started after this long ends `expired`. */
  expiresMs: z.number(),
  declared: z.boolean(),
  pausedAt: instant.optional(),
  pausedReason: z.string().optional(),
  nextSlot: instant.optional(),
  lastSlot: slotView.optional(),
})
const oneSchedule = z.object({ name: z.string().min(1) })

/** The schedules as operators handle them. */
export function scheduleEndpoints(
  { engine, audit }: { readonly engine: Engine; readonly audit: Pick<AuditLog, 'search'> },
  described: readonly DescribedSchedule[],
): readonly Endpoint[] {
  const { schedules } = engine
  const descriptions = new Map(described.map((schedule) => [schedule.name, schedule.descriptions] as const))
  const views = async (list: readonly ScheduleStatus[]) => {
    const runOf = await slotRuns(
      engine,
      list.flatMap(({ lastSlot }) => lastSlot ?? []),
    )
    return list.map((status) => viewSchedule(status, descriptions.get(status.name), runOf))
  }
  const change = async (name: string, call: Call, act: () => Promise<void>) => {
    const { org, schedule } = await ownSchedule(engine, name, call)
    if (schedule.org !== org) throw foreignHand(name)
    await act()
    const [changed] = await views([await schedules.get(name, org)])
    return changed as z.input<typeof scheduleView>
  }
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules',
      summary: 'List schedules',
      access: 'schedules.read',
      input: z.object({}),
      output: z.object({ items: z.array(scheduleView).readonly() }),
      async handle(_, call) {
        const { org } = call.principal()
        return { items: await views((await schedules.list(org)).filter((schedule) => isSeen(schedule, org))) }
      },
    }),
    calendarEndpoint(engine),
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules/:name/next',
      summary: 'Preview the next slots of a schedule',
      access: 'schedules.read',
      input: oneSchedule.extend({ count: z.coerce.number().int().min(1).max(100).default(5) }),
      output: z.object({ items: z.array(instant).readonly() }),
      async handle({ name, count }, call) {
        await ownSchedule(engine, name, call)
        return { items: (await schedules.next(name, count)).map(isoOf) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules/:name/history',
      summary: 'List what became of the slots of a schedule',
      access: 'schedules.read',
      input: oneSchedule.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      output: z.object({
        items: z
          .array(slotView.extend({ by: firedBy.optional().meta({ description: 'Who fired it by hand.' }) }))
          .readonly(),
      }),
      async handle({ name, limit }, call) {
        const { org } = await ownSchedule(engine, name, call)
        const slots = await schedules.history(name, limit, org)
        const [runOf, byOf] = await Promise.all([slotRuns(engine, slots), firedByHand(audit, { org, name, slots })])
        return { items: slots.map((slot) => ({ ...viewSlot(slot, runOf), ...byOf(slot) })) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/schedules/:name/run',
      summary: "Run a schedule's job now; where the server is operated, for each organisation it is for",
      access: 'schedules.manage',
      input: oneSchedule,
      output: z.object({
        /** Your organisation's. */
        runId: z.int(),
        /** How many were enqueued: one for each organisation. */
        runs: z.int(),
      }),
      status: 202,
      async handle({ name }, call) {
        const { org, schedule } = await ownSchedule(engine, name, call)
        const starters = startersOf(call.principal())
        if (schedule.org !== org) return { runId: await schedules.runNow(name, org, starters), runs: 1 }
        const runs = await schedules.runEach(name, starters)
        const own = runs.find((run) => run.org === org)
        if (own === undefined) throw new EngineError('SCHEDULE_UNKNOWN', `${name} is not for ${org}`)
        return { runId: own.runId, runs: runs.length }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/schedules/:name/pause',
      summary: 'Pause a schedule',
      access: 'schedules.manage',
      input: oneSchedule.extend({ reason: optionalLine(500) }),
      output: scheduleView,
      handle: ({ name, reason }, call) => change(name, call, () => schedules.pause(name, reason)),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/schedules/:name/resume',
      summary: 'Resume a schedule',
      access: 'schedules.manage',
      input: oneSchedule,
      output: scheduleView,
      handle: ({ name }, call) => change(name, call, () => schedules.resume(name)),
    }),
  ]
}

/** Throws `SCHEDULE_UNKNOWN` for one of another organisation too. */
async function ownSchedule({ schedules }: Engine, name: string, call: Call) {
  const { org } = call.principal()
  const schedule = (await schedules.list(org)).find((each) => each.name === name && isSeen(each, org))
  if (schedule !== undefined) return { org, schedule }
  throw new EngineError('SCHEDULE_UNKNOWN', `there is no schedule ${name}: GET /api/v1/schedules lists them`)
}

function foreignHand(name: string): PlatformError {
  const message = `${name} fires for every organisation: it is paused and resumed in the organisation that owns this server.`
  return new PlatformError('FORBIDDEN', message, { status: 403, about: { why: 'home' } })
}

/** Who fired slots by hand. */
async function firedByHand(
  audit: Pick<AuditLog, 'search'>,
  { org, name, slots }: { readonly org: string; readonly name: string; readonly slots: readonly SlotRecord[] },
) {
  const byHand = slots.filter(({ outcome }) => outcome === 'manual').map(({ handledAt }) => handledAt)
  const from = Math.min(...byHand) - TOGETHER_MS
  const filter = { org, object: `schedule:${name}`, action: 'schedules.run', from }
  const entries = byHand.length === 0 ? [] : (await audit.search(filter, { limit: 200 })).entries
  return ({ outcome, handledAt }: SlotRecord): { readonly by?: z.input<typeof firedBy> } => {
    if (outcome !== 'manual') return {}
    const distance = ({ at }: AuditEntry) => Math.abs(at - handledAt)
    const [nearest] = entries.toSorted((a, b) => distance(a) - distance(b))
    if (nearest === undefined || distance(nearest) > TOGETHER_MS) return {}
    const { kind, name: who } = nearest.actor
    if (kind === 'system' || kind === 'anonymous') return {}
    return { by: { kind, ...(who !== undefined && { name: who }) } }
  }
}

function viewSchedule(
  status: ScheduleStatus,
  descriptions: Translated | undefined,
  runOf: SlotRun,
): z.input<typeof scheduleView> {
  const { pausedAt, nextSlot, lastSlot, ...rest } = status
  return {
    ...rest,
    plain: { en: describeSchedule(status, 'en'), fr: describeSchedule(status, 'fr') },
    ...(descriptions !== undefined && { descriptions }),
    ...isoOrNone('pausedAt', pausedAt),
    ...isoOrNone('nextSlot', nextSlot),
    ...(lastSlot !== undefined && { lastSlot: viewSlot(lastSlot, runOf) }),
  }
}

function viewSlot(record: SlotRecord, runOf: SlotRun): z.input<typeof slotView> {
  const { slot, outcome, runId, handledAt } = record
  const view = { slot: isoOf(slot), outcome, handledAt: isoOf(handledAt) }
  return { ...view, ...(runId !== undefined && { runId }), ...runOf(record) }
}
