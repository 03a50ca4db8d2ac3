import { type ChildProcess, fork } from 'node:child_process'
import type { Config } from '../config/config.ts'
import { Relay } from '../realtime/relay.ts'
import { ADDRESS_VARIABLE, isLive, LIVE, PART_VARIABLE, type ProcessPart, partOf, SAID } from './child-process.ts'
import { EXIT, type ExitCode } from './exit.ts'
import type { Session } from './session.ts'
import { openSharedPort, type SharedPort } from './shared-port.ts'
import { spell } from './time.ts'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
// Whoever has run for this long has not failed at its start.
const SETTLED_MS = 60_000
// Each ends by itself within 25 s.
const PATIENCE_MS = 28_000

/** True when several processes are to share the port, and this is the one that starts them. */
export function startsProcesses(session: Session, { processes, roles }: Config): boolean {
  return processes > 1 && roles.includes('api') && partOf(session) === undefined
}

interface Child {
  readonly part: ProcessPart
  readonly startedAt: number
  readonly process: ChildProcess
  readonly ended: Promise<number>
}

/**
 * Starts `processes` processes with the API on one port, and before them one for the other roles, and starts anew what
 * ends. Answers at `stop`, when all have ended, the exit code: not 0 when the first of a part did not come up.
 */
export async function runProcesses(session: Session, config: Config, stop: AbortSignal): Promise<ExitCode> {
  const children = new Set<Child>()
  const relay = new Relay()
  const port = await openSharedPort(config)
  const firsts: readonly ProcessPart[] = config.roles.some((role) => role !== 'api') ? ['work', 'lead'] : ['lead']
  const begin = (part: ProcessPart): Child => {
    const child = start(session, part, { relay, port })
    children.add(child)
    return child
  }
  // At a second signal this process ends at once, and takes them along.
  const killAll = (): void => {
    for (const child of children) child.process.kill('SIGKILL')
  }
  process.once('exit', killAll)
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
    await port.close()
    await endAll(session, children)
    process.off('exit', killAll)
  }
}

/** What the children share. */
interface Shared {
  readonly relay: Relay
  readonly port: SharedPort
}

function start({ clock }: Session, part: ProcessPart, { relay, port }: Shared): Child {
  const [, program = '', ...args] = process.argv
  const address = part === 'work' ? {} : { [ADDRESS_VARIABLE]: port.address }
  const child = fork(program, args, { env: { ...process.env, [PART_VARIABLE]: part, ...address } })
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
    // It could not be started at all.
    child.on('error', () => child.pid === undefined && resolve(1))
  })
  joinRelay(child, relay, ended)
  if (part !== 'work') joinPort(child, port, ended)
  else child.on('message', (message) => message === SAID.leaving && tell(child, SAID.stop))
  return { part, startedAt: clock.now(), process: child, ended }
}

/** An error is that of a child that has ended: there is nobody to tell it to. */
function tell(child: ChildProcess, message: string): Promise<void> {
  return new Promise((resolve) => child.send(message, undefined, {}, () => resolve()))
}

function joinRelay(child: ChildProcess, relay: Relay, ended: Promise<unknown>): void {
  const place = relay.join((batch) => tell(child, `${LIVE}${batch}`))
  child.on('message', (message) => {
    if (isLive(message)) place.say(message.slice(LIVE.length))
  })
  void ended.then(() => place.leave())
}

/** Gives a child its share of the connections, from when it can take them until it leaves. */
function joinPort(child: ChildProcess, port: SharedPort, ended: Promise<unknown>): void {
  const onTheirWay: (() => void)[] = []
  let leave = (): void => {}
  child.on('message', (message) => {
    if (message === SAID.taken) onTheirWay.shift()?.()
    if (message === SAID.ready)
      leave = port.join(
        (socket) =>
          new Promise((resolve) => {
            onTheirWay.push(resolve)
            child.send(SAID.connection, socket, {}, (error) => {
              if (error === null) return
              onTheirWay.splice(onTheirWay.indexOf(resolve), 1)
              resolve()
            })
          }),
      )
    if (message !== SAID.leaving) return
    leave()
    void tell(child, SAID.stop)
  })
  void ended.then(() => {
    leave()
    for (const resolve of onTheirWay) resolve()
  })
}

/** Undefined once it is up; its exit code when it ended before. */
function cameUp({ process: child, ended }: Child): Promise<number | undefined> {
  const up = new Promise<undefined>((resolve) =>
    child.on('message', (message) => {
      if (message === SAID.started) resolve(undefined)
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
    const how = child.process.signalCode ?? code
    world.stderr.write(
      `The process ${child.process.pid} (${child.part}) ended with ${how}; another one starts in ${spell(pauseMs)}.\n`,
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
  // In the order of what was sent: behind the last connection.
  for (const child of all) void tell(child.process, SAID.stop)
  const giveUp = clock.setTimer(() => {
    for (const child of all) child.process.kill('SIGKILL')
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
