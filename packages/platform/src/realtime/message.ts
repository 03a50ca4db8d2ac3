/** One message of one channel, as everybody hears it. */
export interface Message {
  /** Grows with every message of its feed. */
  readonly position: number
  readonly org: string
  /** The channel as it is kept, such as `run:42` or `me:<user>`. */
  readonly channel: string
  /** JSON. */
  readonly content: string
}

/** A point in a feed. Positions of different epochs say nothing about each other. */
export interface Position {
  readonly epoch: string
  readonly position: number
}

/** Which channel of which organisation. */
export interface ChannelKey {
  readonly org: string
  readonly channel: string
}

/** Some channels of one organisation, in one order. */
export interface ChannelSet {
  readonly org: string
  readonly channels: readonly string[]
}

/** The two as one text, for maps. No organisation's id holds a space. */
export function keyOf({ org, channel }: ChannelKey): string {
  return `${org} ${channel}`
}
