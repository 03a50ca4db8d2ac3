import type { Clock } from '@regie/engine'
import { type ChannelKey, keyOf } from './message.ts'

/** What keeping track of interest needs. */
export interface InterestOptions {
  readonly clock: Clock
  /** True while somebody in this process listens. */
  readonly isWatched: (key: ChannelKey) => boolean
  /** Tells the other processes that somebody here listens. */
  readonly announce: (key: ChannelKey) => void
  /** Nobody here has listened for a while: from now on nothing of the channel is heard from others. */
  readonly lapsed: (key: ChannelKey) => void
}

const LOOK_MS = 20_000
// Whose connection broke goes on from where it was: 40 s, and less than others take it for listening.
const LOOKS_KEPT = 2
const ELSEWHERE_MS = 60_000

interface Here {
  readonly key: ChannelKey
  silent: number
}

/**
 * Which channels somebody listens to, in this process or in another, or did a moment ago. Processes say it again every 20 s
 * and are believed for 60, so that one that died is forgotten and a word that was lost is made up for.
 */
export class Interest {
  readonly #options: InterestOptions
  readonly #here = new Map<string, Here>()
  readonly #elsewhere = new Map<string, number>()
  #stopTimer: (() => void) | undefined

  constructor(options: InterestOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopTimer = this.#options.clock.setTimer(() => {
      this.#look()
      this.start()
    }, LOOK_MS)
  }

  stop(): void {
    this.#stopTimer?.()
  }

  /** Somebody here has begun to listen. */
  begin(key: ChannelKey): void {
    this.#here.set(keyOf(key), { key, silent: 0 })
    this.#options.announce(key)
  }

  /** Somebody listens in another process. */
  heard(key: ChannelKey): void {
    this.#elsewhere.set(keyOf(key), this.#options.clock.now() + ELSEWHERE_MS)
  }

  /** True while what others say of it is worth remembering here. */
  isHere(key: ChannelKey): boolean {
    return this.#here.has(keyOf(key))
  }

  isElsewhere(key: ChannelKey): boolean {
    return (this.#elsewhere.get(keyOf(key)) ?? 0) > this.#options.clock.now()
  }

  /** Says to the others again what somebody here listens to. */
  announceAll(): void {
    for (const { key } of this.#here.values()) if (this.#options.isWatched(key)) this.#options.announce(key)
  }

  #look(): void {
    const { clock, isWatched, lapsed } = this.#options
    for (const [name, entry] of this.#here) {
      entry.silent = isWatched(entry.key) ? 0 : entry.silent + 1
      if (entry.silent < LOOKS_KEPT) continue
      this.#here.delete(name)
      lapsed(entry.key)
    }
    for (const [name, until] of this.#elsewhere) if (until <= clock.now()) this.#elsewhere.delete(name)
    this.announceAll()
  }
}
