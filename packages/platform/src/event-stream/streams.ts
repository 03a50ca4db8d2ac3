import type { Principal } from '../auth/principal.ts'
import type { RealtimeGround } from '../realtime/ground.ts'
import type { Opened } from '../realtime/hub.ts'
import type { Message, Position } from '../realtime/message.ts'
import { mayHear, type NamedChannel } from '../realtime/topics.ts'
import { type StreamCursor, writeCursor } from './cursor.ts'

/** What a stream sends to. */
export interface StreamSink {
  /** `cursor` is where the client stands once it has the message. */
  send(topic: string, message: Message, cursor: string): void
  drained(): Promise<boolean>
}

/** The channels of one stream. */
export interface OpenStreams {
  /** Topics of which something that was asked for is gone. */
  readonly lost: readonly string[]
  /** Where the client stands now. */
  cursor(): string
  /** Sends what was missed, then what comes. */
  start(): void
  close(): void
}

/** What is to be opened. */
export interface StreamsRequest {
  readonly org: string
  readonly channels: readonly NamedChannel[]
  readonly cursor: StreamCursor | undefined
  readonly sink: StreamSink
}

const KINDS = ['kept', 'passing'] as const

/** Opens the channels of a stream, each feed's together: within one, a position says what of all of them was sent. */
export async function openStreams(ground: RealtimeGround, request: StreamsRequest): Promise<OpenStreams> {
  const { org, channels, cursor, sink } = request
  const place: { kept?: Position; passing?: Position } = {}
  const names = new Map(channels.map(({ channel, name }) => [channel, name]))
  const open = async (kind: (typeof KINDS)[number]) => {
    const own = channels.filter(({ topic }) => topic.kind === kind)
    if (own.length === 0) return []
    const send = (message: Message): void => {
      const known = place[kind]
      if (known !== undefined) place[kind] = { epoch: known.epoch, position: message.position }
      sink.send(names.get(message.channel) ?? '', message, writeCursor(place))
    }
    const from = cursor?.[kind]
    const opened = await ground.hub.open({
      org,
      channels: own.map(({ channel }) => channel),
      feed: ground.feedOf({ kind }),
      sink: { send, drained: () => sink.drained() },
      ...(from !== undefined && { from }),
    })
    place[kind] = { epoch: opened.epoch, position: opened.position }
    return [{ ...opened, own, send }]
  }
  const opened = (await Promise.all(KINDS.map(open))).flat()
  return {
    lost: cursor === undefined ? [] : opened.filter(({ recovered }) => !recovered).flatMap(namesOf),
    cursor: () => writeCursor(place),
    start() {
      for (const { missed, send, subscription } of opened) {
        for (const message of missed) send(message)
        subscription.start()
      }
      for (const { channel } of channels) ground.subscribed({ org, channel })
    },
    close() {
      for (const { subscription } of opened) subscription.close()
    },
  }
}

/** True when all of it may still be heard. */
export function mayHearAll(principal: Principal, channels: readonly NamedChannel[]): boolean {
  return channels.every(({ topic, own = false }) => own || mayHear(principal, topic))
}

function namesOf({ own }: Opened & { readonly own: readonly NamedChannel[] }): readonly string[] {
  return own.map(({ name }) => name)
}
