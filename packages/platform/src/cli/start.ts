import { durationMs, type RunDetail } from '@regie/engine'
import { createPlatform } from '../app/create-platform.ts'
import type { Platform } from '../app/platform.ts'
import { byName } from '../auth/own-address.ts'
import { createLog } from '../observe/log.ts'
import {
  configOf,
  connectionsFromParent,
  endByItself,
  partOf,
  siblingLink,
  tellStarted,
  toldToStop,
} from './child-process.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { toJson } from './json.ts'
import { duration, flag } from './option.ts'
import type { Session } from './session.ts'
import { bannerJson, bannerText } from './start-banner.ts'
import { fillSamples, playDemo, untriedSchedules } from './start-demo.ts'
import { watchFaults } from './start-faults.ts'
import { runProcesses, startsProcesses } from './start-processes.ts'
import { listenForStop } from './start-signals.ts'
import { paint, type Screen, screenOf } from './style.ts'
import { spell } from './time.ts'

const PACE = '3s'
const FAULT = 'an exception that nobody caught'
// For connections that are kept open: one with nothing to ask in this time has hardly sent a request this very moment.
const LINGER_MS = 500

/** `regie start` */
export const start = command({
  name: 'start',
  summary: 'Start the server: API, workers and scheduler, as configured',
  about:
    'It migrates first. SIGINT or SIGTERM stops it within 25 s: requests and runs are finished or handed back; a second signal, a second later, ends it at once. With REGIE_PROCESSES above 1, as many processes share the port.',
  options: {
    demo: flag('Fill in sample data and run each recurring task once'),
    pace: duration(`Between two tasks of --demo (default ${PACE})`),
  },
  examples: ['start', 'start --demo'],
  async run({ options, session }) {
    const { world, product } = session
    using wish = listenForStop(world)
    const whole = await session.config()
    if (startsProcesses(session, whole)) {
      const ended = runProcesses(session, whole, wish.signal)
      void wish.told.then((signal) => say(session, stopping(signal)))
      const exit = await ended
      return { json: undefined, text: () => (exit === 0 ? 'Stopped.\n' : ''), exit }
    }
    const part = partOf(session)
    // Its parent may change its mind while it starts.
    const stop = part === undefined ? undefined : toldToStop(session, wish)
    if (part !== undefined) endByItself()
    const connections = connectionsFromParent(session)
    const config = configOf(whole, part)
    // Programs read standard output: there the log would be in their way.
    const log = createLog({ config, clock: session.clock, screen: session.json ? world.stderr : world.stdout })
    await using platform = await createPlatform({
      ...product,
      config,
      log,
      ...(part !== undefined && { realtime: { siblings: siblingLink() } }),
      ...(connections !== undefined && { connections }),
    })
    using faults = watchFaults({ platform, source: process, world })
    const since = platform.engine.clock.now()
    const up = await platform.start()
    // Of several processes one tells how it went.
    const isAlone = part === undefined
    if (isAlone || part === 'lead') await announce(session, { ...platform, config: whole }, up)
    tellStarted()
    const halt = new AbortController()
    void stop?.then(() => halt.abort())
    const signal = AbortSignal.any([wish.signal, halt.signal])
    const show = { platform, since, paceMs: durationMs(options.pace ?? PACE), signal }
    const demo = options.demo && (isAlone || part === 'lead') ? demonstrate(session, show) : undefined
    const told: Promise<string> = stop === undefined ? wish.told : stop.then(() => 'the word of its parent')
    const cause = await Promise.race([told, faults.fatal.then(() => FAULT)])
    if (isAlone) say(session, stopping(cause))
    halt.abort()
    await demo
    await platform.stop({ lingerMs: LINGER_MS })
    const exit = cause === FAULT ? EXIT.failed : EXIT.ok
    return { json: undefined, text: () => (isAlone ? 'Stopped.\n' : ''), exit }
  },
})

function stopping(cause: string): string {
  return `Stopping on ${cause}: what runs is finished or handed back (at most 25 s).\n`
}

async function announce(
  session: Session,
  platform: Pick<Platform, 'engine' | 'config'>,
  up: Awaited<ReturnType<Platform['start']>>,
): Promise<void> {
  const { world, program, product } = session
  const schedules = await platform.engine.schedules.list()
  const started = {
    config: platform.config,
    version: product.version,
    program,
    schedules,
    ...up,
  }
  if (session.json) world.stdout.write(toJson(bannerJson(started)))
  else {
    const address = up.address && (await byName(up.address, product.version))
    const shown = { ...started, ...(address !== undefined && { address }) }
    world.stdout.write(bannerText(screenOf(world.stdout, world.env), shown))
  }
}

interface Show {
  readonly platform: Platform
  /** When this process started (milliseconds UTC). */
  readonly since: number
  readonly paceMs: number
  readonly signal: AbortSignal
}

/** What goes wrong here goes to the log: the server runs on. */
async function demonstrate(session: Session, { platform, since, paceMs, signal }: Show): Promise<void> {
  const { program, world } = session
  const screen = screenOf(world.stdout, world.env)
  try {
    for (const sentence of await fillSamples(platform)) say(session, `Sample data: ${sentence}.\n`)
    const names = await untriedSchedules(platform, since)
    if (names.length === 0) {
      say(session, `Every recurring task has run before. One again: ${program} schedules run <name>\n`)
      return
    }
    say(session, `Running ${names.length} recurring tasks, one every ${spell(paceMs)}.\n`)
    const onEnded = (name: string, run: RunDetail) => say(session, taskText(screen, name, run))
    await playDemo({ platform, names, paceMs, signal, onEnded })
    if (signal.aborted) return
    const { dataDir } = platform.config
    say(session, `All have run. Their effects: ${dataDir} (outbox, backups), and ${program} jobs list\n`)
  } catch (err) {
    platform.log.error({ err }, 'the demonstration stopped')
  }
}

function taskText(screen: Screen, name: string, run: RunDetail): string {
  const { state, result, error, workflow, createdAt, endedAt = createdAt } = run
  // A workflow is at work only now and then: what it waits for is part of it.
  const took = workflow === true ? endedAt - createdAt : (run.durationMs ?? 0)
  const good = state === 'succeeded'
  const what = good ? JSON.stringify(result) : `${state}: ${error?.message ?? ''}`
  return `${paint(screen, good ? 'good' : 'bad', good ? '✓' : '✗')} ${name}  ${paint(screen, 'quiet', spell(took))}  ${what}\n`
}

function say({ json, world }: Session, text: string): void {
  if (!json) world.stdout.write(text)
}
