import { randomUUID } from 'node:crypto'
import type { Feed } from './feed.ts'
import { type ChannelKey, type ChannelSet, keyOf, type Message } from './message.ts'

/** How much a process remembers of passing messages. */
export interface PassingFeedOptions {
  /** Is handed every message once, in order. */
  readonly heard: (message: Message) => void
  /** Messages of one channel, of at most a million characters together. Default 500. */
  readonly most?: number
  /** Channels; the longest silent is forgotten first. Default 1,000. */
  readonly mostChannels?: number
}

interface Ring {
  messages: Message[]
  /** Characters of all contents. */
  size: number
  forgotten: number
}

// Log lines come in messages of up to 48 KiB.
const MOST_SIZE = 1_048_576

/**
 * Messages that are not worth a row: log lines, bursts of progress. Each process remembers the last of each channel, so
 * that a client that was cut off for a moment goes on where it was; a client that comes back to another process is told.
 */
export class PassingFeed implements Feed {
  readonly epoch = randomUUID()
  readonly #options: PassingFeedOptions
  readonly #rings = new Map<string, Ring>()
  #cursor = 0
  // What was remembered of channels that were forgotten entirely.
  #forgottenChannels = 0

  constructor(options: PassingFeedOptions) {
    this.#options = options
  }

  get cursor(): number {
    return this.#cursor
  }

  publish(key: ChannelKey, content: string): void {
    const { heard, most = 500 } = this.#options
    this.#cursor += 1
    const message: Message = { position: this.#cursor, org: key.org, channel: key.channel, content }
    const ring = this.#ringOf(keyOf(key))
    ring.messages.push(message)
    ring.size += content.length
    while (ring.messages.length > most || (ring.size > MOST_SIZE && ring.messages.length > 1)) {
      const gone = ring.messages.shift()
      ring.size -= gone?.content.length ?? 0
      ring.forgotten = gone?.position ?? ring.forgotten
    }
    heard(message)
  }

  /** Something of the channel was not heard here: whoever stood before it is told that something is gone. */
  skip(key: ChannelKey): void {
    this.#cursor += 1
    Object.assign(this.#ringOf(keyOf(key)), { messages: [], size: 0, forgotten: this.#cursor })
  }

  /** The same of every channel. */
  skipAll(): void {
    this.#cursor += 1
    this.#rings.clear()
    this.#forgottenChannels = this.#cursor
  }

  async read({ org, channels }: ChannelSet, after: number, upTo: number, limit: number): Promise<readonly Message[]> {
    const messages = channels.flatMap((channel) => this.#rings.get(keyOf({ org, channel }))?.messages ?? [])
    return messages
      .filter(({ position }) => position > after && position <= upTo)
      .toSorted((one, other) => one.position - other.position)
      .slice(0, limit)
  }

  async forgotten({ org, channels }: ChannelSet): Promise<number> {
    const each = channels.map(
      (channel) => this.#rings.get(keyOf({ org, channel }))?.forgotten ?? this.#forgottenChannels,
    )
    return Math.max(...each)
  }

  async catchUp(): Promise<void> {}

  #ringOf(name: string): Ring {
    const ring = this.#rings.get(name) ?? { messages: [], size: 0, forgotten: this.#forgottenChannels }
    // Put last again: the first of the map is the one silent for longest.
    this.#rings.delete(name)
    this.#rings.set(name, ring)
    const [oldest] = this.#rings
    if (this.#rings.size > (this.#options.mostChannels ?? 1_000) && oldest !== undefined) {
      this.#rings.delete(oldest[0])
      this.#forgottenChannels = Math.max(
        this.#forgottenChannels,
        oldest[1].messages.at(-1)?.position ?? oldest[1].forgotten,
      )
    }
    return ring
  }
}
