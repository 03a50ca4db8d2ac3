import type { Feed } from './feed.ts'
import { type ChannelKey, type ChannelSet, keyOf, type Message, type Position } from './message.ts'

/** Where the messages of a subscription go. */
export interface Sink {
  /** Must not block. */
  send(message: Message): void
  /** Resolves once the client has taken what was sent; false when it is gone. */
  drained(): Promise<boolean>
}

/** What is subscribed to. */
export interface SubscribeRequest extends ChannelSet {
  readonly feed: Feed
  /** Go on after this point. Absent: from now on. */
  readonly from?: Position
  readonly sink: Sink
}

/** How a subscription began. */
export interface Opened {
  readonly epoch: string
  /** Where it begins: `missed` and everything sent later lie after it. */
  readonly position: number
  /** True when everything after `from` follows; false when some of it is gone, or `from` was not given. */
  readonly recovered: boolean
  /** The first of what was missed; the rest is sent. */
  readonly missed: readonly Message[]
  readonly subscription: Subscription
}

const PAGE = 500

/** Hands messages to the subscriptions of this process, each once and in order. */
export class Hub {
  readonly #channels = new Map<string, Set<Subscription>>()

  /** Says from where a subscription goes on. Nothing is sent before its `start`. */
  async open(request: SubscribeRequest): Promise<Opened> {
    const { feed, from } = request
    const resumed = from === undefined ? undefined : await missedSince(request, from)
    const position = from !== undefined && resumed !== undefined ? from.position : feed.cursor
    const missed = resumed ?? []
    const subscription = new Subscription(this.#channels, request, missed.at(-1)?.position ?? position)
    return { epoch: feed.epoch, position, recovered: resumed !== undefined, missed, subscription }
  }

  /** A message of a feed whose cursor stands at it. */
  deliver(message: Message): void {
    for (const subscription of this.#channels.get(keyOf(message)) ?? []) subscription.hear(message)
  }

  /** True while somebody in this process listens to the channel. */
  isWatched(key: ChannelKey): boolean {
    return this.#channels.has(keyOf(key))
  }
}

/** The first page of what was missed; undefined when some of it is gone. */
async function missedSince(request: SubscribeRequest, from: Position): Promise<readonly Message[] | undefined> {
  const { feed } = request
  if (from.epoch !== feed.epoch) return undefined
  // The client may come from a process that had heard more than this one.
  if (from.position > feed.cursor) await feed.catchUp()
  if (from.position > feed.cursor) return undefined
  const messages = await feed.read(request, from.position, feed.cursor, PAGE)
  // Looked at afterwards: what was there while we read cannot have been deleted before.
  return (await feed.forgotten(request)) <= from.position ? messages : undefined
}

/** One client's interest in some channels of one feed: they are heard in one order, and resumed from one position. */
export class Subscription {
  readonly #channels: Map<string, Set<Subscription>>
  readonly #request: SubscribeRequest
  readonly #keys: readonly string[]
  #after: number
  #live = false
  #closed = false

  constructor(channels: Map<string, Set<Subscription>>, request: SubscribeRequest, after: number) {
    this.#channels = channels
    this.#request = request
    this.#keys = request.channels.map((channel) => keyOf({ org: request.org, channel }))
    this.#after = after
  }

  /** Sends the rest of what was missed, as fast as the client takes it, then what comes. */
  start(): void {
    for (const key of this.#keys) {
      const subscriptions = this.#channels.get(key) ?? new Set()
      subscriptions.add(this)
      this.#channels.set(key, subscriptions)
    }
    if (this.#goLive()) return
    // What cannot be read now is resumed from by a new connection.
    void this.#follow().catch(() => this.close())
  }

  hear(message: Message): void {
    if (!this.#live || message.position <= this.#after) return
    this.#after = message.position
    this.#request.sink.send(message)
  }

  close(): void {
    this.#closed = true
    this.#live = false
    for (const key of this.#keys) {
      const subscriptions = this.#channels.get(key)
      subscriptions?.delete(this)
      if (subscriptions?.size === 0) this.#channels.delete(key)
    }
  }

  /** No message lies between what was sent and what will be heard, so from here on hearing is enough. */
  #goLive(): boolean {
    if (this.#after < this.#request.feed.cursor) return false
    this.#live = true
    return true
  }

  async #follow(): Promise<void> {
    const { feed, sink } = this.#request
    while (!this.#closed && !this.#goLive()) {
      const upTo = feed.cursor
      const messages = await feed.read(this.#request, this.#after, upTo, PAGE)
      if (this.#closed) return
      for (const message of messages) sink.send(message)
      this.#after = messages.length < PAGE ? upTo : (messages.at(-1)?.position ?? upTo)
      if (messages.length > 0 && !(await sink.drained())) return this.close()
    }
  }
}
