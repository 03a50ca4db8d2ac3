import type { Clock, Logger } from '@regie/engine'
import type { ChannelKey } from '../realtime/message.ts'
import type { Realtime } from '../realtime/realtime.ts'

/** What is looked at only while somebody watches it. */
export interface Watch {
  /** The topic's name. */
  readonly topic: string
  readonly everyMs: number
  /** Looks at what is watched; `fresh` have just been subscribed to and are told how things stand, changed or not. */
  look(keys: readonly ChannelKey[], fresh: ReadonlySet<string>): Promise<void>
}

/** What watching needs. */
export interface WatchOptions {
  readonly realtime: Pick<Realtime, 'onSubscribe' | 'isWatched'>
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Looks as long as there is somebody: nothing is asked of the database for lists nobody has open, and the engine, which
 * finishes tens of thousands of runs a second, tells nobody anything. Answers how to stop.
 */
export function startWatch({ realtime, clock, log }: WatchOptions, { topic, everyMs, look }: Watch): () => void {
  const keys = new Map<string, ChannelKey>()
  let fresh = new Set<string>()
  let stopTimer: (() => void) | undefined
  let isLooking = false
  let stopped = false
  const lookNow = async (): Promise<void> => {
    if (isLooking || stopped) return
    isLooking = true
    const asked = fresh
    fresh = new Set()
    try {
      for (const [channel, key] of keys) if (!realtime.isWatched(key)) keys.delete(channel)
      if (keys.size > 0) await look([...keys.values()], asked)
    } catch (err) {
      log.debug({ err, topic }, 'what is watched could not be looked at')
    } finally {
      isLooking = false
      if (keys.size > 0 && !stopped) stopTimer = clock.setTimer(lookNow, fresh.size > 0 ? 0 : everyMs)
      else stopTimer = undefined
    }
  }
  realtime.onSubscribe((key) => {
    if (key.channel !== topic && !key.channel.startsWith(`${topic}:`)) return
    const name = `${key.org} ${key.channel}`
    keys.set(name, key)
    fresh.add(name)
    stopTimer?.()
    void lookNow()
  })
  return () => {
    stopped = true
    stopTimer?.()
  }
}
