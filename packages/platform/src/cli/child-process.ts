import { Socket } from 'node:net'
import type { Config } from '../config/config.ts'
import type { ConnectionSource } from '../http/connections.ts'
import type { SiblingLink } from '../realtime/bus-siblings.ts'
import type { Session } from './session.ts'
import type { StopWish } from './start-signals.ts'

/** What one of several processes does: all but the API; the API, and telling how it went; the API. */
export type ProcessPart = 'work' | 'lead' | 'api'

/** How its part is told to a process. */
export const PART_VARIABLE = 'REGIE_CHILD'
/** How the address of the port that its parent holds is told to a process. */
export const ADDRESS_VARIABLE = 'REGIE_CHILD_ADDRESS'

/** What parent and child say to each other, besides lines of live updates. */
export const SAID = {
  /** A child: it is up. */
  started: 'started',
  /** A child: it can take connections. */
  ready: 'ready',
  /** A child: it has taken a connection. */
  taken: 'taken',
  /** A child: it was told to stop, and wants no more connections. */
  leaving: 'leaving',
  /** The parent, with a connection. */
  connection: 'connection',
  /** The parent: no connection comes any more; finish and end. */
  stop: 'stop',
} as const
/** Begins a batch of lines of live updates. */
export const LIVE = 'live '

// The parent answers at once, unless it is stuck.
const ANSWER_MS = 2_000

/** The part of this process; undefined when it does everything. */
export function partOf({ world }: Session): ProcessPart | undefined {
  const part = world.env[PART_VARIABLE]
  return part === 'work' || part === 'lead' || part === 'api' ? part : undefined
}

/** The configuration of one part. */
export function configOf(config: Config, part: ProcessPart | undefined): Config {
  if (part === undefined) return config
  return { ...config, roles: config.roles.filter((role) => (role === 'api') === (part !== 'work')) }
}

/** Tells the parent, if there is one, that this process is up. */
export function tellStarted(): void {
  process.send?.(SAID.started)
}

/** The channel to the parent does not keep this process alive once its work is over. */
export function endByItself(): void {
  process.channel?.unref()
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

/** True for lines of live updates. */
export function isLive(message: unknown): message is string {
  return typeof message === 'string' && message.startsWith(LIVE)
}

/** The connections that the parent has accepted for this process. */
export function connectionsFromParent({ world }: Session): ConnectionSource | undefined {
  const address = world.env[ADDRESS_VARIABLE]
  if (address === undefined) return undefined
  return {
    address,
    open(take) {
      process.on('message', (message: unknown, socket: unknown) => {
        if (message !== SAID.connection) return
        process.send?.(SAID.taken)
        // It may have gone on its way here.
        if (socket instanceof Socket) take(socket)
      })
      process.send?.(SAID.ready)
    },
  }
}

/**
 * Resolves when a child is to stop: the parent says so, or is gone, or a signal has come and the parent has answered that
 * no connection is on its way any more.
 */
export function toldToStop({ world }: Session, wish: Pick<StopWish, 'told'>): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve()
    process.on('message', (message) => {
      if (message === SAID.stop) stop()
    })
    process.once('disconnect', stop)
    void wish.told.then(() => {
      if (!process.connected) return stop()
      process.send?.(SAID.leaving)
      world.clock.setTimer(stop, ANSWER_MS)
    })
  })
}
