import type { EventEmitter } from 'node:events'
import type { Platform } from '../app/platform.ts'
import type { CliWorld } from './world.ts'

/** What went wrong in this process where nobody looked. */
export interface FaultWatch extends Disposable {
  /** Resolves once something was thrown that nobody caught: the process is to stop. */
  readonly fatal: Promise<unknown>
}

interface Watched {
  readonly platform: Pick<Platform, 'log' | 'alerts' | 'metrics'>
  /** The process; only its two events are used. */
  readonly source: Pick<EventEmitter, 'on' | 'off'>
  readonly world: Pick<CliWorld, 'clock' | 'exit'>
}

// As after a signal: all is over within 25 s.
const STOP_MS = 25_000

const UNAWAITED = 'a promise was rejected and nobody waited for it: find the call in the stack and await it'

/**
 * Listens for what would end the process. A rejection that nobody waits for is told of, and the process goes on: what it was to
 * write has been rolled back, and one forgotten `await` of an app must not cost everybody the server. After an exception that
 * nobody caught nobody knows what is half done: the process is to stop in order; when that takes over 25 s, it exits with 1.
 */
export function watchFaults({ platform, source, world }: Watched): FaultWatch {
  const { log, alerts, metrics } = platform
  const fatal = Promise.withResolvers<unknown>()
  const counted = metrics.meter.createCounter('regie_process_faults', {
    description: 'Rejections that nobody waited for, and exceptions that nobody caught.',
  })
  const tell = (kind: 'rejection' | 'exception', thrown: unknown, title: string, detail: string): void => {
    const err = thrown instanceof Error ? thrown : new Error(`not an error was thrown: ${String(thrown)}`)
    counted.add(1, { kind })
    log.error({ err, fault: kind }, detail)
    alerts
      .raise({
        key: `process:${kind}`,
        severity: 'critical',
        title,
        detail: `${err.stack ?? err.message}\n${detail}`,
        code: kind === 'rejection' ? 'rejection-unhandled' : 'exception-uncaught',
        about: { error: (err.stack ?? err.message).slice(0, 2_000) },
        link: '/logs',
      })
      .catch((error: unknown) => log.error({ err: error }, 'nobody could be told of a fault'))
  }
  const rejected = (reason: unknown): void => {
    tell('rejection', reason, 'A promise was rejected and nobody waited for it', UNAWAITED)
  }
  let cancelExit: (() => void) | undefined
  const thrown = (error: unknown): void => {
    tell('exception', error, 'An exception was caught by nobody', 'the server stops: what runs is handed back')
    if (cancelExit !== undefined) return
    cancelExit = world.clock.setTimer(() => world.exit(1), STOP_MS)
    fatal.resolve(error)
  }
  source.on('unhandledRejection', rejected)
  source.on('uncaughtException', thrown)
  return {
    fatal: fatal.promise,
    [Symbol.dispose]() {
      cancelExit?.()
      source.off('unhandledRejection', rejected)
      source.off('uncaughtException', thrown)
    },
  }
}
