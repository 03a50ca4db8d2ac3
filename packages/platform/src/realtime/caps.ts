import type { Principal } from '../auth/principal.ts'

/** How much one may take up, and all together. */
export interface RealtimeLimits {
  /** Streams of one principal: WebSockets, event streams and long polls together. Default 20. */
  readonly connectionsEach: number
  /** Streams of this process. Default 20,000. */
  readonly connections: number
  /** Subscriptions of one stream. Default 100. */
  readonly subscriptionsEach: number
  /** Bytes a client may be behind before it is cut off. Default 1 MiB. */
  readonly behindBytes: number
  /** Longest frame or line from a client. Default 64 KiB. */
  readonly frameBytes: number
  /** Commands of one connection that may wait. Default 200. */
  readonly commandsWaiting: number
}

/** The defaults. */
export const REALTIME_LIMITS: RealtimeLimits = {
  connectionsEach: 20,
  connections: 20_000,
  subscriptionsEach: 100,
  behindBytes: 1_048_576,
  frameBytes: 65_536,
  commandsWaiting: 200,
}

/** Counts streams. */
export class Caps {
  readonly #limits: RealtimeLimits
  readonly #counts = new Map<string, number>()
  #all = 0

  constructor(limits: RealtimeLimits) {
    this.#limits = limits
  }

  /** Takes a place; answers how to give it back, or undefined when there is none left. */
  take({ org, kind, id }: Principal): (() => void) | undefined {
    const who = `${org} ${kind} ${id}`
    const count = this.#counts.get(who) ?? 0
    if (count >= this.#limits.connectionsEach || this.#all >= this.#limits.connections) return undefined
    this.#counts.set(who, count + 1)
    this.#all += 1
    let taken = true
    return () => {
      if (!taken) return
      taken = false
      this.#all -= 1
      const left = (this.#counts.get(who) ?? 1) - 1
      if (left === 0) this.#counts.delete(who)
      else this.#counts.set(who, left)
    }
  }
}
