import type { Clock, Logger } from '@regie/engine'
import type { Caps, RealtimeLimits } from './caps.ts'
import type { Feed } from './feed.ts'
import type { Hub } from './hub.ts'
import type { ChannelKey } from './message.ts'
import type { Sessions } from './sessions.ts'
import type { AnyTopic } from './topic.ts'
import type { IsOwn, Topics } from './topics.ts'

/** A stream that has to be closed when the process stops. */
export interface OpenStream {
  /** Ends it, so that its client comes back, to another process. */
  end(why: 'shutdown'): void
}

/** What every kind of stream works with. */
export interface RealtimeGround {
  readonly clock: Clock
  readonly log: Logger
  readonly version: string
  readonly topics: Topics
  readonly isOwn: IsOwn
  readonly hub: Hub
  readonly sessions: Sessions
  readonly caps: Caps
  readonly limits: RealtimeLimits
  /** How often a silent stream is given a sign of life, in milliseconds. */
  readonly pingMs: number
  /** Origins besides our own whose pages may connect. */
  readonly origins: readonly string[]
  /** All open streams. */
  readonly connections: Set<OpenStream>
  feedOf(topic: Pick<AnyTopic, 'kind'>): Feed
  /** Told of every subscription, so that what is only watched on demand is looked at. */
  subscribed(key: ChannelKey): void
  /** Told of whoever was not let in within a connection; false when their address has been refused too often. */
  refused(address: string): Promise<boolean>
  /** Told of every client that was cut off for being slow. */
  slowCut(): void
}
