import { describeSchedule, type ScheduleStatus, type SlotRecord } from '@regie/engine'
import { type SlotRun, slotRuns } from '../api/slot-runs.ts'
import type { Platform } from '../app/platform.ts'
import { command } from './command.ts'
import { requireOrganisation } from './known-organisation.ts'
import { flag, sentence, text, whole } from './option.ts'
import { runsFiredSince, workOff } from './schedules-fire.ts'
import type { Screen } from './style.ts'
import { table } from './table.ts'
import { fromNow, localTime, spell } from './time.ts'
import { usageError } from './usage.ts'

const name = { about: 'the name of a schedule, see schedules list' }

/** `regie schedules list` */
export const schedulesList = command({
  name: 'schedules list',
  summary: 'List schedules, their last slot and their next',
  async run({ session }) {
    const { engine } = await session.open()
    const schedules = await engine.schedules.list()
    const now = engine.clock.now()
    const none = `No schedule is known yet.\n→ ${session.program} start\n`
    return {
      json: { items: schedules },
      text: (screen) => (schedules.length === 0 ? none : listText(screen, schedules, now)),
    }
  },
})

/** `regie schedules next` */
export const schedulesNext = command({
  name: 'schedules next',
  summary: 'List the next slots of a schedule, or of all together',
  parameters: { name: { ...name, optional: true } },
  options: { count: whole('How many', { min: 1, max: 1_000, fallback: 10 }) },
  async run({ words, options, session }) {
    const { engine } = await session.open()
    const chosen = words.name === undefined ? await engine.schedules.list() : [await engine.schedules.get(words.name)]
    const running = chosen.filter(({ declared, pausedAt }) => declared && pausedAt === undefined)
    const slots = (await Promise.all(running.map((each) => nextOf(engine, each.name, options.count))))
      .flat()
      .toSorted((a, b) => a.slot - b.slot)
      .slice(0, options.count)
    const now = engine.clock.now()
    return {
      json: { items: slots },
      text: (screen) =>
        table(
          screen,
          [
            { title: 'SLOT', value: ({ slot }) => localTime(slot) },
            { title: '', value: ({ slot }) => fromNow(slot, now) },
            { title: 'SCHEDULE', value: ({ schedule }) => schedule },
          ],
          slots,
        ),
    }
  },
})

/** `regie schedules history` */
export const schedulesHistory = command({
  name: 'schedules history',
  summary: 'List the past slots of a schedule and what became of each',
  parameters: { name },
  options: {
    limit: whole('How many', { min: 1, max: 1_000, fallback: 20 }),
    org: text('<id>', 'Only those of this organisation. Default: all'),
  },
  async run({ words, options, session }) {
    const { engine } = await session.open()
    const history = await engine.schedules.history(words.name, options.limit, options.org)
    const runOf = await slotRuns(engine, history)
    const slots = history.map((slot) => ({ ...slot, ...runOf(slot) }))
    return {
      json: { items: slots },
      text: (screen) => (slots.length === 0 ? `${words.name} has had no slot yet.\n` : historyText(screen, slots)),
    }
  },
})

/** `regie schedules run` */
export const schedulesRun = command({
  name: 'schedules run',
  summary: 'Fire what is due, or one schedule now',
  changes: 'schedule',
  about:
    'Without a name it does what the scheduler does, once: a slot that was handled is not fired again, so a crontab may call it as a fallback. A schedule that is for each organisation runs for each of them, or for the one of --org.',
  parameters: { name: { ...name, optional: true } },
  options: {
    work: flag('Also run the jobs, in this process, and return when they have ended'),
    org: text('<id>', 'For this organisation only'),
  },
  examples: ['schedules run', 'schedules run backup.daily', 'schedules run --work'],
  async run({ words, options, session }) {
    const platform = await session.open()
    const { engine } = platform
    const since = engine.clock.now()
    const runIds = words.name === undefined ? await fireDue(engine, since) : await runOne(platform, words.name, options)
    const ended = options.work ? await workOff(engine, runIds) : []
    const failed = ended.filter(({ state }) => state !== 'succeeded')
    const one = runIds.length === 1 ? `run ${runIds[0]}` : `${runIds.length} runs, one for each organisation`
    const what = words.name === undefined ? `${runIds.length} enqueued.` : `${words.name} is ${one}.`
    const outcome = ended.map(({ id, job, state }) => `Run ${id} of ${job} ${state}.\n`).join('')
    return {
      json: { runIds, ...(options.work && { runs: ended }) },
      text: () => `${what}\n${outcome}`,
      ...(failed.length > 0 && { exit: 1 }),
    }
  },
})

/** `regie schedules pause` */
export const schedulesPause = command({
  name: 'schedules pause',
  summary: 'Fire no slot of a schedule any more',
  changes: 'schedule',
  parameters: { name },
  options: { reason: sentence('<text>', 'Why, shown in the list') },
  examples: ["schedules pause quotes.notify --reason 'prices are wrong'"],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    await engine.schedules.pause(words.name, options.reason)
    const next = `→ ${session.program} schedules resume ${words.name}\n`
    return { json: await engine.schedules.get(words.name), text: () => `${words.name} is paused.\n${next}` }
  },
})

/** `regie schedules resume` */
export const schedulesResume = command({
  name: 'schedules resume',
  summary: 'Fire the slots of a schedule again',
  changes: 'schedule',
  about: 'Slots that passed while it was paused are not caught up.',
  parameters: { name },
  async run({ words, session }) {
    const { engine } = await session.open()
    await engine.schedules.resume(words.name)
    const status = await engine.schedules.get(words.name)
    const next = status.nextSlot === undefined ? '' : ` Its next slot is ${localTime(status.nextSlot)}.`
    return { json: status, text: () => `${words.name} goes on.${next}\n` }
  },
})

async function runOne(platform: Platform, name: string, { org }: { readonly org?: string | undefined }) {
  const { engine } = platform
  if (org === undefined) return (await engine.schedules.runEach(name)).map(({ runId }) => runId)
  const schedule = await engine.schedules.get(name)
  if (schedule.for === 'server' && schedule.org !== org)
    throw usageError(`${name} is of ${schedule.org} alone: leave --org out`)
  await requireOrganisation(platform, org)
  return [await engine.schedules.runNow(name, org)]
}

async function fireDue(engine: Platform['engine'], since: number): Promise<readonly number[]> {
  await engine.schedules.tick()
  return runsFiredSince(engine, since)
}

async function nextOf(engine: Platform['engine'], schedule: string, count: number) {
  return (await engine.schedules.next(schedule, count)).map((slot) => ({ schedule, slot }))
}

function listText(screen: Screen, schedules: readonly ScheduleStatus[], now: number): string {
  return table<ScheduleStatus>(
    screen,
    [
      { title: 'SCHEDULE', value: (each) => each.name },
      { title: 'WHEN', value: (each) => describeSchedule(each) },
      { title: 'ZONE', value: ({ timeZone }) => timeZone },
      { title: 'FOR', value: (each) => (each.for === 'server' ? each.org : 'each organisation') },
      {
        title: 'LAST',
        value: ({ lastSlot }) =>
          lastSlot === undefined ? '' : `${lastSlot.outcome} ${fromNow(lastSlot.handledAt, now)}`,
      },
      { title: 'NEXT', value: nextText, tone: ({ pausedAt }) => (pausedAt === undefined ? undefined : 'odd') },
      { title: 'WHAT', value: ({ description = '' }) => description },
    ],
    schedules,
  )
}

function nextText({ declared, pausedAt, pausedReason, nextSlot }: ScheduleStatus): string {
  if (!declared) return 'not in this version'
  if (pausedAt !== undefined)
    return `paused ${localTime(pausedAt)}${pausedReason === undefined ? '' : `: ${pausedReason}`}`
  return nextSlot === undefined ? 'never' : localTime(nextSlot)
}

type Handled = SlotRecord & ReturnType<SlotRun>

function historyText(screen: Screen, slots: readonly Handled[]): string {
  const orgs = slots.some(({ org }) => org !== undefined)
  return table<Handled>(
    screen,
    [
      { title: 'SLOT', value: ({ slot }) => localTime(slot) },
      ...(orgs ? [{ title: 'ORG', value: ({ org }: SlotRecord) => org ?? 'all' }] : []),
      {
        title: 'OUTCOME',
        value: ({ outcome }) => outcome,
        tone: ({ outcome }) => (outcome === 'missed' ? 'bad' : undefined),
      },
      { title: 'HANDLED', value: ({ handledAt }) => localTime(handledAt) },
      { title: 'RUN', value: ({ runId }) => (runId === undefined ? '' : String(runId)), align: 'right' },
      {
        title: 'STATE',
        value: ({ run }) => run?.state ?? '',
        tone: ({ run }) => (run?.state === 'failed' ? 'bad' : undefined),
      },
      {
        title: 'TOOK',
        value: ({ run }) => (run?.durationMs === undefined ? '' : spell(run.durationMs)),
        align: 'right',
      },
    ],
    slots,
  )
}
