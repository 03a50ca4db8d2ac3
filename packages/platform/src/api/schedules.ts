import { describeSchedule, type Engine, EngineError, type ScheduleStatus, type SlotRecord } from '@regie/engine'
import { z } from 'zod'
import type { DescribedSchedule, Translated } from '../app/schedule.ts'
import { startersOf } from '../auth/wish.ts'
import { PlatformError } from '../errors.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { calendarEndpoint } from './calendar.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { isSeen } from './own-schedule.ts'

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
  nextSlot: instant.optional(),
  lastSlot: slotView.optional(),
})
const oneSchedule = z.object({ name: z.string().min(1) })

/** The schedules as operators handle them. */
export function scheduleEndpoints(engine: Engine, described: readonly DescribedSchedule[]): readonly Endpoint[] {
  const { schedules } = engine
  const descriptions = new Map(described.map((schedule) => [schedule.name, schedule.descriptions] as const))
  const view = (status: ScheduleStatus) => viewSchedule(status, descriptions.get(status.name))
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules',
      summary: 'List schedules',
      access: 'schedules.read',
      input: z.object({}),
      output: z.object({ schedules: z.array(scheduleView).readonly() }),
      async handle(_, call) {
        const { org } = call.principal()
        return { schedules: (await schedules.list(org)).filter((schedule) => isSeen(schedule, org)).map(view) }
      },
    }),
    calendarEndpoint(engine),
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules/:name/next',
      summary: 'Preview the next slots of a schedule',
      access: 'schedules.read',
      input: oneSchedule.extend({ count: z.coerce.number().int().min(1).max(100).default(5) }),
      output: z.object({ slots: z.array(instant).readonly() }),
      async handle({ name, count }, call) {
        await ownSchedule(engine, name, call)
        return { slots: (await schedules.next(name, count)).map(isoOf) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/schedules/:name/history',
      summary: 'List what became of the slots of a schedule',
      access: 'schedules.read',
      input: oneSchedule.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      output: z.object({ slots: z.array(slotView).readonly() }),
      async handle({ name, limit }, call) {
        const { org } = await ownSchedule(engine, name, call)
        return { slots: (await schedules.history(name, limit, org)).map(viewSlot) }
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
    ...(['pause', 'resume'] as const).map((act) =>
      endpoint({
        method: 'POST',
        url: `/api/v1/schedules/:name/${act}`,
        summary: act === 'pause' ? 'Pause a schedule' : 'Resume a schedule',
        access: 'schedules.manage',
        input: oneSchedule,
        output: scheduleView,
        async handle({ name }, call) {
          const { org, schedule } = await ownSchedule(engine, name, call)
          if (schedule.org !== org) throw foreignHand(name)
          await schedules[act](name)
          return view(await schedules.get(name, org))
        },
      }),
    ),
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

function viewSchedule(status: ScheduleStatus, descriptions: Translated | undefined): z.input<typeof scheduleView> {
  const { pausedAt, nextSlot, lastSlot, ...rest } = status
  return {
    ...rest,
    plain: { en: describeSchedule(status, 'en'), fr: describeSchedule(status, 'fr') },
    ...(descriptions !== undefined && { descriptions }),
    ...isoOrNone('pausedAt', pausedAt),
    ...isoOrNone('nextSlot', nextSlot),
    ...(lastSlot !== undefined && { lastSlot: viewSlot(lastSlot) }),
  }
}

function viewSlot({ slot, outcome, runId, handledAt }: SlotRecord): z.input<typeof slotView> {
  return { slot: isoOf(slot), outcome, handledAt: isoOf(handledAt), ...(runId !== undefined && { runId }) }
}
