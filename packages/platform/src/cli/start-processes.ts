import cluster, { type Worker } from 'node:cluster'
import type { Config } from '../config/config.ts'
import type { SiblingLink } from '../realtime/bus-siblings.ts'
import { Relay } from '../realtime/relay.ts'
import { EXIT, type ExitCode } from './exit.ts'
import type { Session } from './session.ts'
import { spell } from './time.ts'

/** What one of several processes does: all but the API; the API, and telling how it went; the API. */
export type ProcessPart = 'work' | 'lead' | 'api'

/** How its part is told to a process. */
const VARIABLE = 'REGIE_CHILD'
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
// Whoever has run for this long has not failed at its start.
const SETTLED_MS = 60_000
// Each ends by itself within 25 s.
const PATIENCE_MS = 28_000

/** The part of this process; undefined when it does everything. */
export function partOf({ world }: Session): ProcessPart | undefined {
  const part = world.env[VARIABLE]
  return part === 'work' || part === 'lead' || part === 'api' ? part : undefined
}

/** True when several processes are to share the port, and this is the one that starts them. */
export function startsProcesses(session: Session, { processes, roles }: Config): boolean {
  return processes > 1 && roles.includes('api') && partOf(session) === undefined
}

/** The configuration of one part. */
export function configOf(config: Config, part: ProcessPart | undefined): Config {
  if (part === undefined) return config
  return { ...config, roles: config.roles.filter((role) => (role === 'api') === (part !== 'work')) }
}

const STARTED = 'started'
const LIVE = 'live '

/** Tells the parent, if there is one, that this process is up. */
export function tellStarted(): void {
  process.send?.(STARTED)
}

/** The way from a child to its siblings: the parent hands on what they say to each other. */
export function siblingLink(): SiblingLink {
  return {
    send: (batch) =>
      new Promise((resolve, reject) => {
        if (process.send === undefined) return reject(new Error('there is no parent'))
        process.send(`${LIVE}${batch}`, undefined, {}, (error) => (error === null ? resolve() : reject(error)))
      }),
    hear(heard) {
      const listener = (message: unknown): void => {
        if (isLive(message)) heard(message.slice(LIVE.length))
      }
      process.on('message', listener)
      return () => process.off('message', listener)
    },
  }
}

function isLive(message: unknown): message is string {
  return typeof message === 'string' && message.startsWith(LIVE)
}

/** The channel to the parent does not keep this process alive once its work is over. */
export function endByItself(): void {
  process.channel?.unref()
}

interface Child {
  readonly part: ProcessPart
  readonly startedAt: number
  readonly worker: Worker
  readonly ended: Promise<number>
}

/**
 * Starts `processes` processes with the API on one port, and before them one for the other roles, and starts anew what
 * ends. Answers at `stop`, when all have ended, the exit code: not 0 when the first of a part did not come up.
 */
export async function runProcesses(session: Session, config: Config, stop: AbortSignal): Promise<ExitCode> {
  const children = new Set<Child>()
  const relay = new Relay()
  const firsts: readonly ProcessPart[] = config.roles.some((role) => role !== 'api') ? ['work', 'lead'] : ['lead']
  const begin = (part: ProcessPart): Child => {
    const child = fork(session, part, relay)
    children.add(child)
    return child
  }
  try {
    for (const part of firsts) {
      if (stop.aborted) return EXIT.ok
      const child = begin(part)
      // One after the other: they bring the same tables up to date, and one error message is enough.
      const failed = await cameUp(child)
      if (failed !== undefined) return stop.aborted ? EXIT.ok : exitCodeOf(failed)
      void keepUp(session, child, { children, begin, stop })
    }
    for (let count = 1; count < config.processes; count += 1)
      void keepUp(session, begin('api'), { children, begin, stop })
    await aborted(stop)
    return EXIT.ok
  } finally {
    await endAll(session, children)
  }
}

function fork({ clock }: Session, part: ProcessPart, relay: Relay): Child {
  const worker = cluster.fork({ [VARIABLE]: part })
  const place = relay.join(
    // An error is that of a child that has ended.
    (batch) => new Promise((resolve) => worker.process.send(`${LIVE}${batch}`, undefined, {}, () => resolve())),
  )
  worker.on('message', (message) => {
    if (isLive(message)) place.say(message.slice(LIVE.length))
  })
  const ended = new Promise<number>((resolve) => worker.once('exit', (code: number | null) => resolve(code ?? 1)))
  void ended.then(() => place.leave())
  return { part, startedAt: clock.now(), worker, ended }
}

/** Undefined once it is up; its exit code when it ended before. */
function cameUp({ worker, ended }: Child): Promise<number | undefined> {
  const up = new Promise<undefined>((resolve) =>
    worker.on('message', (message) => {
      if (message === STARTED) resolve(undefined)
    }),
  )
  return Promise.race([up, ended])
}

interface Household {
  readonly children: Set<Child>
  readonly begin: (part: ProcessPart) => Child
  readonly stop: AbortSignal
}

/** Starts another one when it ends, each time after a longer pause, until all are to stop. */
async function keepUp(session: Session, first: Child, { children, begin, stop }: Household): Promise<void> {
  const { clock, world } = session
  let pauseMs = FIRST_PAUSE_MS
  for (let child = first; ; ) {
    const code = await child.ended
    children.delete(child)
    if (stop.aborted) return
    if (clock.now() - child.startedAt > SETTLED_MS) pauseMs = FIRST_PAUSE_MS
    const how = child.worker.process.signalCode ?? code
    world.stderr.write(
      `The process ${child.worker.process.pid} (${child.part}) ended with ${how}; another one starts in ${spell(pauseMs)}.\n`,
    )
    await pause(session, pauseMs, stop)
    if (stop.aborted) return
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    // The banner has been shown.
    child = begin(child.part === 'lead' ? 'api' : child.part)
  }
}

/** What the process has said is what this one says. */
function exitCodeOf(code: number): ExitCode {
  return Object.values(EXIT).find((known) => known === code && known !== EXIT.ok) ?? EXIT.failed
}

async function endAll({ clock }: Session, children: ReadonlySet<Child>): Promise<void> {
  const all = [...children]
  for (const { worker } of all) worker.process.kill('SIGTERM')
  const giveUp = clock.setTimer(() => {
    for (const { worker } of all) worker.process.kill('SIGKILL')
  }, PATIENCE_MS)
  await Promise.all(all.map(({ ended }) => ended))
  giveUp()
}

function pause({ clock }: Session, ms: number, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.setTimer(resolve, ms)
  stop.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(cancel)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
