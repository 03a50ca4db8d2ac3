import type { CliWorld, StopSignal } from './world.ts'

// npm, a terminal and a supervisor each pass the same wish on; by then a person has not yet had a second one.
const SAME_WISH_MS = 1_000

const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** The wish to stop, as signals tell it. */
export interface StopWish extends Disposable {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Resolves at the first signal. */
  readonly told: Promise<StopSignal>
}

/**
 * Listens for signals. The first is the wish to stop; those within a second of it are the same one; a later one ends the
 * process at once, with 128 and the signal's number.
 */
export function listenForStop(world: CliWorld): StopWish {
  const told = Promise.withResolvers<StopSignal>()
  const aborter = new AbortController()
  let firstAt: number | undefined
  const stop = world.onSignal((signal) => {
    const now = world.clock.now()
    if (firstAt === undefined) {
      firstAt = now
      aborter.abort()
      told.resolve(signal)
      return
    }
    if (now - firstAt > SAME_WISH_MS) world.exit(EXIT_CODES[signal])
  })
  return { signal: aborter.signal, told: told.promise, [Symbol.dispose]: stop }
}
