import { randomUUID } from 'node:crypto'
import type { Clock, Database, Logger } from '@regie/engine'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { Identity } from '../auth/identity.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { PlatformError } from '../errors.ts'
import { mountEventStream } from '../event-stream/event-stream.ts'
import { mountPoll } from '../event-stream/poll.ts'
import type { Gate } from '../rate/gate.ts'
import { mountWebSocket } from '../websocket/server.ts'
import type { Bus, BusListener } from './bus.ts'
import { databaseBus } from './bus-database.ts'
import { redisBus } from './bus-redis.ts'
import { type SiblingLink, siblingBus } from './bus-siblings.ts'
import { Caps, REALTIME_LIMITS, type RealtimeLimits } from './caps.ts'
import { ASK_LINE, messageLine, RECHECK_LINE, readCarried, wantedLine } from './carried.ts'
import type { OpenStream, RealtimeGround } from './ground.ts'
import { Hub } from './hub.ts'
import { Interest } from './interest.ts'
import { KeptFeed } from './kept-feed.ts'
import type { ChannelKey } from './message.ts'
import { PassingFeed } from './passing-feed.ts'
import { Sessions } from './sessions.ts'
import { insertMessages, pruneMessages } from './store/messages.ts'
import { type AnyTopic, channelOf, channelOfPerson, type Topic, type TopicParams } from './topic.ts'
import { createTopics, type IsOwn, topicNameOf } from './topics.ts'

/** Times and limits that have defaults. */
export interface RealtimeTuning {
  readonly limits?: Partial<RealtimeLimits>
  /** A sign of life for silent streams. Default 25,000 ms. */
  readonly pingMs?: number
  /** How often sessions are asked for again. Default 20,000 ms. */
  readonly checkMs?: number
  /** How long messages can be resumed from. Default ten minutes. */
  readonly keepMs?: number
  /** Origins besides our own whose pages may connect. */
  readonly origins?: readonly string[]
  /** Between processes Redis instead of the database. */
  readonly redisUrl?: string
  /** The other processes of this machine at the same SQLite file. Absent: there are none. */
  readonly siblings?: SiblingLink
}

/** What live updates are made of. */
export interface RealtimeOptions extends RealtimeTuning {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** Told of what ends in this process, streams that live on it are closed at once, and those of the others. */
  readonly identity: Identity & Partial<Pick<PlatformIdentity, 'onForget' | 'forgetQuietly'>>
  readonly topics: readonly AnyTopic[]
  /** Whether a channel of a topic that is open `orOwn` is about what is the principal's own. Default: none is. */
  readonly isOwn?: IsOwn
  readonly version: string
}

/** An open transaction, as far as publishing needs it. */
export interface PublishingTransaction {
  readonly db: unknown
  afterCommit(callback: () => void): void
}

/** To whom something is published: an organisation, or one person in it. */
export interface Audience {
  readonly org: string
  readonly person?: string
}

/** Publishes live messages. */
export interface Publisher {
  /** Inside `tx`: heard if and when it commits, at once. Throws `TOPIC_INVALID` and `MESSAGE_INVALID`. */
  publish<Params extends TopicParams, Data>(
    topic: Topic<Params, Data>,
    params: Params,
    data: Data,
    audience: Audience,
    tx?: PublishingTransaction,
  ): Promise<void>
}

/** Live updates of this process. */
export interface Realtime extends Publisher, AsyncDisposable {
  readonly ground: RealtimeGround
  /** Adds the addresses; `gate` counts whoever is refused within a connection. */
  mount(server: FastifyInstance, gate?: Pick<Gate, 'countRefusal'>): void
  /** Told of every subscription, so that what is looked at only while somebody watches is looked at now. */
  onSubscribe(watcher: (key: ChannelKey) => void): void
  /** True while somebody in this process listens. */
  isWatched(key: ChannelKey): boolean
  /** True while somebody listens, here or, as far as it was said, in another process, or did a moment ago. */
  isWanted(key: ChannelKey): boolean
  /** Deletes kept messages written before an instant (milliseconds UTC); answers how many. It happens by itself, too. */
  prune(before: number): Promise<number>
  /** Begins to tell other processes, and with `hears` to hear them; the tables must be there. */
  start(options: { readonly hears: boolean }): Promise<void>
}

const LONGEST_CONTENT = 65_536
// Of no organisation: no client can listen to it.
const RECHECK = { org: '', channel: 'identity.recheck' } as const

/** Composes live updates; nothing happens before `start`. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const { database, clock, log, identity, origins = [], version } = options
  const limits = { ...REALTIME_LIMITS, ...options.limits }
  const hub = new Hub()
  const self = randomUUID()
  let bus: Bus | undefined
  let gate: Pick<Gate, 'countRefusal'> | undefined
  const watchers = new Set<(key: ChannelKey) => void>()
  const kept = new KeptFeed({
    database,
    clock,
    log,
    heard(message) {
      if (message.channel !== RECHECK.channel || message.org !== RECHECK.org) hub.deliver(message)
      else if (message.content !== self) recheck()
    },
    bus: () => bus,
    ...(options.keepMs !== undefined && { keepMs: options.keepMs }),
  })
  const passing = new PassingFeed({ heard: (message) => hub.deliver(message) })
  const carries = new Map(
    options.topics.flatMap(({ name, kind, carry }) => (kind === 'passing' ? [[name, carry] as const] : [])),
  )
  const interest = new Interest({
    clock,
    isWatched: (key) => hub.isWatched(key),
    announce: (key) => {
      if (carries.get(topicNameOf(key)) === 'wanted') bus?.carry(wantedLine(key))
    },
    lapsed: (key) => passing.skip(key),
  })
  const connections = new Set<OpenStream>()
  const ground: RealtimeGround = {
    clock,
    log,
    version,
    topics: createTopics(options.topics),
    isOwn: options.isOwn ?? (async () => false),
    hub,
    sessions: new Sessions({
      identity,
      clock,
      log,
      ...(options.checkMs !== undefined && { checkMs: options.checkMs }),
    }),
    caps: new Caps(limits),
    limits,
    pingMs: options.pingMs ?? 25_000,
    origins,
    connections,
    feedOf: ({ kind }) => (kind === 'kept' ? kept : passing),
    subscribed: (key) => {
      if ((carries.get(topicNameOf(key)) ?? 'never') !== 'never') interest.begin(key)
      for (const watcher of watchers) watcher(key)
    },
    refused: async (address) => (await gate?.countRefusal(address)) ?? true,
    slowCut: () => log.info({}, 'a client of live updates was too slow and was cut off'),
  }
  const listener = {
    news: () => kept.nudge(),
    carried(text: string) {
      const line = readCarried(text)
      if (line === undefined) return
      if ('wanted' in line) interest.heard(line.wanted)
      else if ('ask' in line) interest.announceAll()
      else if ('lost' in line) passing.skipAll()
      else if ('recheck' in line) recheck()
      else if (interest.isHere(line)) passing.publish(line, line.content)
      // Not worth remembering, but whoever went on from before it would have a gap.
      else passing.skip(line)
    },
    missed() {
      passing.skipAll()
      bus?.carry(ASK_LINE)
      interest.announceAll()
    },
  }
  const recheck = (): void => {
    identity.forgetQuietly?.()
    ground.sessions.checkSoon()
  }
  let telling: Promise<void> = Promise.resolve()
  identity.onForget?.(() => {
    ground.sessions.checkSoon()
    bus?.carry(RECHECK_LINE)
    // A command has no bus, and that of SQLite carries nothing; processes that look into the table hear of it within two seconds.
    if (bus !== undefined && database.source.kind !== 'sqlite') return
    const told = insertMessages(database.kysely(), [{ ...RECHECK, content: self, at: clock.now() }])
    telling = Promise.all([telling, told]).then(
      () => kept.nudge(),
      (err: unknown) => log.warn({ err }, 'other processes were not told that somebody’s rights have changed'),
    )
  })
  const stops: (() => void)[] = []
  return {
    ground,
    async publish(topic, params, data, audience, tx) {
      const key = { org: audience.org, channel: channelFor(topic, params, audience) }
      const content = contentOf(topic, data)
      if (topic.kind === 'passing') {
        const say = (): void => {
          passing.publish(key, content)
          if (topic.carry === 'always' || (topic.carry === 'wanted' && interest.isElsewhere(key)))
            bus?.carry(messageLine(key, content))
        }
        return tx === undefined ? say() : tx.afterCommit(say)
      }
      await insertMessages((tx?.db ?? database.kysely()) as Kysely<unknown>, [{ ...key, content, at: clock.now() }])
      if (tx === undefined) kept.nudge()
      else tx.afterCommit(() => kept.nudge())
    },
    mount(server, counting) {
      gate = counting
      stops.push(mountWebSocket(server, ground))
      mountEventStream(server, ground)
      mountPoll(server, ground)
      // Before the server waits for its connections to end.
      server.addHook('preClose', async () => closeStreams(ground))
    },
    onSubscribe: (watcher) => void watchers.add(watcher),
    isWatched: (key) => hub.isWatched(key),
    isWanted: (key) => hub.isWatched(key) || interest.isHere(key) || interest.isElsewhere(key),
    async prune(before) {
      await kept.catchUp()
      return pruneMessages(database, before)
    },
    async start({ hears }) {
      if (hears) await kept.start()
      bus = await openBus(options, listener)
      bus.carry(ASK_LINE)
      interest.start()
      if (hears) ground.sessions.start()
    },
    async [Symbol.asyncDispose]() {
      for (const stop of stops) stop()
      ground.sessions.stop()
      interest.stop()
      await telling
      await kept.stop()
      await bus?.[Symbol.asyncDispose]()
    },
  }
}

/** Redis, when there is one; PostgreSQL's notifications reach siblings as well; at a SQLite file they go through their parent. */
async function openBus({ redisUrl, siblings, database, log }: RealtimeOptions, listener: BusListener): Promise<Bus> {
  if (redisUrl !== undefined) return redisBus(redisUrl, log, listener)
  const bus = await databaseBus(database, listener)
  return siblings === undefined || database.source.kind !== 'sqlite' ? bus : siblingBus(siblings, bus, listener)
}

/** Within a second, so that they do not come back to another process all at once. */
async function closeStreams({ connections, clock }: RealtimeGround): Promise<void> {
  const streams = [...connections]
  const slots = Math.min(20, Math.ceil(streams.length / 50))
  for (let slot = 0; slot < slots; slot += 1) {
    if (slot > 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, 50))
    for (const [index, stream] of streams.entries()) if (index % slots === slot) stream.end('shutdown')
  }
}

function channelFor(topic: AnyTopic, params: TopicParams, { person }: Audience): string {
  if (topic.audience === 'organisation') return channelOf(topic, params)
  if (person !== undefined) return channelOfPerson(topic, person)
  throw new PlatformError('TOPIC_INVALID', `the topic ${topic.name} is each person's own: say whose`)
}

function contentOf(topic: AnyTopic, data: unknown): string {
  const parsed = topic.data.safeParse(data)
  if (!parsed.success)
    throw new PlatformError('MESSAGE_INVALID', `this is no message of the topic ${topic.name}`, { cause: parsed.error })
  const content = JSON.stringify(parsed.data)
  if (Buffer.byteLength(content) > LONGEST_CONTENT)
    throw new PlatformError(
      'MESSAGE_INVALID',
      `a message of the topic ${topic.name} is larger than 64 KiB: send an address to read it from`,
    )
  return content
}
