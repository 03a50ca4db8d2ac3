import type { BuildProgress, GenerationStatus, ProjectionStatus } from '@regie/engine'
import type { Platform } from '../app/platform.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { flag } from './option.ts'
import { progress } from './progress.ts'
import type { Session } from './session.ts'
import type { Screen, Tone } from './style.ts'
import { table } from './table.ts'
import { localTime, spell } from './time.ts'

const name = { about: 'the name of a projection, see projections list' }

const TONES: Readonly<Record<GenerationStatus['state'], Tone | undefined>> = {
  live: 'good',
  building: 'odd',
  failing: 'odd',
  stopped: 'bad',
}

/** `regie projections list` */
export const projectionsList = command({
  name: 'projections list',
  summary: 'List projections, how far behind the events they are, and what is being built',
  async run({ session }) {
    const { engine } = await session.open()
    const projections = await engine.projections.list()
    return {
      json: { items: projections },
      text: (screen) =>
        projections.length === 0 ? 'No app has a projection.\n' : listText(screen, projections, engine.clock.now()),
    }
  },
})

/** `regie projections rebuild` */
export const projectionsRebuild = command({
  name: 'projections rebuild',
  summary: 'Make the tables of a projection anew from the first event',
  changes: 'projection',
  about:
    'A worker builds them beside the present ones, which readers see until the new ones have caught up. This waits for it, and may be interrupted without stopping it.',
  parameters: { name },
  options: { 'no-wait': flag('Only ask for it') },
  examples: ['projections rebuild quotes.activity'],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    await engine.projections.rebuild(words.name)
    const begun = await engine.projections.get(words.name)
    const workers = await engine.workers()
    if (options['no-wait'] || workers.length === 0) {
      const who =
        workers.length === 0 ? `No worker is running: it is done once one is.\n→ ${session.program} start\n` : ''
      return { json: begun, text: () => `${words.name} will be built anew.\n${who}` }
    }
    const status = await watch(session, engine, words.name, begun.building?.generation ?? 0)
    const stopped = status.building?.state === 'stopped'
    return {
      json: status,
      text: () => (stopped ? stoppedText(status, session) : `${words.name} was built anew.\n`),
      exit: stopped ? EXIT.failed : EXIT.ok,
    }
  },
})

/** `regie projections resume` */
export const projectionsResume = command({
  name: 'projections resume',
  summary: 'Try again a projection that stumbled over an event',
  changes: 'projection',
  parameters: { name },
  async run({ words, session }) {
    const { engine } = await session.open()
    await engine.projections.resume(words.name)
    return { json: await engine.projections.get(words.name), text: () => `${words.name} goes on.\n` }
  },
})

const LOOK_MS = 250

/** Until the generation is the one readers see, was replaced by a later one, or has stopped. */
async function watch(
  session: Session,
  engine: Platform['engine'],
  projection: string,
  generation: number,
): Promise<ProjectionStatus> {
  const tell = progress(session)
  for (;;) {
    const status = await engine.projections.get(projection)
    const { building } = status
    if (building?.generation !== generation) return status
    if (building.state === 'stopped') return status
    if (building.progress !== undefined)
      tell(percentOf(building.progress), progressText(building.progress, engine.clock.now()))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function percentOf({ read, total }: BuildProgress): number {
  return total === 0 ? 0 : Math.floor((100 * read) / total)
}

function progressText({ read, total, perSecond, endsAt }: BuildProgress, now: number): string {
  const pace =
    perSecond === undefined ? '' : `, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} per second`
  const end = endsAt === undefined ? '' : `, ready in about ${spell(endsAt - now)}`
  return `${read} of ${total} events${pace}${end}`
}

function stoppedText({ name: projection, building }: ProjectionStatus, { program }: Session): string {
  const why = building?.error === undefined ? '' : `: ${building.error.code}: ${building.error.message}`
  return `${projection} stopped at the event ${building?.failedPosition}${why}\nOnce the cause is gone: ${program} projections resume ${projection}\n`
}

interface Line {
  readonly status: ProjectionStatus
  readonly generation?: GenerationStatus
}

function listText(screen: Screen, projections: readonly ProjectionStatus[], now: number): string {
  const lines = projections.flatMap((status): readonly Line[] => {
    const generations = [status.serving, status.building].filter((each) => each !== undefined)
    return generations.length === 0 ? [{ status }] : generations.map((generation) => ({ status, generation }))
  })
  return table<Line>(
    screen,
    [
      { title: 'PROJECTION', value: ({ status }) => status.name },
      { title: 'MODE', value: ({ status }) => status.mode },
      { title: 'VERSION', value: ({ generation }) => String(generation?.version ?? ''), align: 'right' },
      {
        title: 'STATE',
        value: ({ generation }) => generation?.state ?? 'not begun',
        tone: ({ generation }) => (generation === undefined ? undefined : TONES[generation.state]),
      },
      { title: 'BEHIND', value: ({ generation }) => behindText(generation), align: 'right' },
      { title: 'LAG', value: ({ generation }) => (generation?.lagMs ? spell(generation.lagMs) : ''), align: 'right' },
      { title: 'REMARK', value: (line) => remarkOf(line, now) },
    ],
    lines,
  )
}

function behindText(generation: GenerationStatus | undefined): string {
  if (generation === undefined) return ''
  return generation.behind >= 100_000 ? '100000+' : String(generation.behind)
}

function remarkOf({ status, generation }: Line, now: number): string {
  if (!status.declared) return 'not in this version'
  if (generation === undefined) return ''
  const { error, failedPosition, retryAt, stuck, progress: built } = generation
  const done = built === undefined ? '' : progressText(built, now)
  if (stuck === undefined) return done
  const since = `since ${localTime(stuck.since)}`
  if (error === undefined) return [done, `no worker drives it ${since}`].filter((text) => text !== '').join('; ')
  const again = retryAt === undefined ? '' : `, again ${localTime(retryAt)}`
  return `event ${failedPosition}: ${error.code}: ${error.message}, ${since}${again}`
}
