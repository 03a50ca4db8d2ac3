import type { Principal } from '../auth/principal.ts'
import { grantOf, mayHear, type NamedChannel } from '../realtime/topics.ts'
import type { Connection } from './connection.ts'
import { errorFrame, replyFrame } from './frames.ts'
import { type Command, REJECT_UNRECOVERED, type ReplyError, type SubscribeCommand } from './protocol.ts'

const LONGEST_HISTORY = 500

/** Carries out one command and answers it. */
export async function answerCommand(connection: Connection, command: Command): Promise<void> {
  const { id = 0, connect, subscribe, unsubscribe, history, refresh, ping } = command
  if (connect !== undefined) return answerConnect(connection, id, connect)
  const { principal } = connection
  // The first command must say who asks.
  if (principal === undefined) return connection.end('badRequest')
  if (subscribe !== undefined) return answerSubscribe(connection, principal, id, subscribe)
  if (history !== undefined) return answerHistory(connection, principal, id, history)
  if (refresh !== undefined) return answerRefresh(connection, id, refresh)
  if (unsubscribe !== undefined) {
    connection.release(unsubscribe.channel)
    return connection.send(replyFrame(id, 'unsubscribe', {}))
  }
  if (ping !== undefined) return connection.send(replyFrame(id, 'ping', {}))
  const isKnown = command.publish ?? command.presence ?? command.presence_stats
  connection.send(errorFrame(id, isKnown === undefined ? 'methodNotFound' : 'notAvailable'))
}

async function answerConnect(
  connection: Connection,
  id: number,
  { token }: NonNullable<Command['connect']>,
): Promise<void> {
  const { ground, credentials } = connection
  if (connection.principal !== undefined) return connection.end('badRequest')
  const visit = await ground.sessions.enter(credentials, token)
  if (visit === undefined) return refuse(connection, id, token)
  if (!connection.admit(visit)) return void (await ground.refused(credentials.address))
  const { version, pingMs } = ground
  connection.send(
    replyFrame(id, 'connect', { client: connection.id, version, ping: Math.ceil(pingMs / 1_000), pong: true }),
  )
}

/** Guessing tokens over one connection is no way around the limits for requests. */
async function refuse(connection: Connection, id: number, token: string | undefined): Promise<void> {
  if (!(await connection.ground.refused(connection.credentials.address))) return connection.end('tooManyRequests')
  if (token === undefined) return connection.end('unauthorized')
  connection.send(errorFrame(id, 'tokenExpired'))
}

async function answerRefresh(
  connection: Connection,
  id: number,
  { token }: NonNullable<Command['refresh']>,
): Promise<void> {
  const visit = await connection.ground.sessions.enter(connection.credentials, token)
  const { principal } = connection
  if (visit === undefined) return refuse(connection, id, token)
  // Somebody else's token would go on with this one's subscriptions.
  if (visit.principal.id !== principal?.id || visit.principal.org !== principal.org)
    return connection.end('unauthorized')
  if (connection.admit(visit)) connection.send(replyFrame(id, 'refresh', {}))
}

async function answerSubscribe(
  connection: Connection,
  principal: Principal,
  id: number,
  command: SubscribeCommand,
): Promise<void> {
  const { ground } = connection
  const found = await lookUp(connection, principal, command.channel)
  if (typeof found === 'string') return connection.send(errorFrame(id, found))
  if (connection.subscribed.has(found.name)) return connection.send(errorFrame(id, 'alreadySubscribed'))
  if (connection.subscribed.size >= ground.limits.subscriptionsEach)
    return connection.send(errorFrame(id, 'limitExceeded'))
  const { recover = false, epoch = '', offset = 0, flag = 0 } = command
  const opened = await ground.hub.open({
    org: principal.org,
    channels: [found.channel],
    feed: ground.feedOf(found.topic),
    sink: connection.sink(found.name),
    ...(recover && { from: { epoch, position: offset } }),
  })
  if (recover && !opened.recovered && (flag & REJECT_UNRECOVERED) !== 0)
    return connection.send(errorFrame(id, 'unrecoverablePosition'))
  // It may have gone while its past was read: nobody would ever end this subscription.
  if (connection.isOver) return
  // The same of the permission: what is not held yet was not ended with the others.
  if (!found.own && !mayHear(connection.principal ?? principal, found.topic))
    return connection.send(errorFrame(id, 'permissionDenied'))
  const result = {
    recoverable: true,
    positioned: true,
    epoch: opened.epoch,
    offset: opened.position,
    ...(recover && { was_recovering: true, recovered: opened.recovered }),
  }
  connection.send(replyFrame(id, 'subscribe', result, opened.missed))
  connection.hold(found.name, { topic: found.topic, own: found.own === true, subscription: opened.subscription })
  opened.subscription.start()
  ground.subscribed({ org: principal.org, channel: found.channel })
}

async function answerHistory(
  connection: Connection,
  principal: Principal,
  id: number,
  { channel, limit = 0, since }: NonNullable<Command['history']>,
): Promise<void> {
  const found = await lookUp(connection, principal, channel)
  if (typeof found === 'string') return connection.send(errorFrame(id, found))
  const feed = connection.ground.feedOf(found.topic)
  const key = { org: principal.org, channels: [found.channel] }
  const after = since?.offset ?? (await feed.forgotten(key))
  const offset = feed.cursor
  const count = limit < 0 ? LONGEST_HISTORY : Math.min(limit, LONGEST_HISTORY)
  const messages = count === 0 ? [] : await feed.read(key, after, offset, count)
  const isGone =
    since !== undefined && ((since.epoch ?? feed.epoch) !== feed.epoch || (await feed.forgotten(key)) > after)
  if (isGone) return connection.send(errorFrame(id, 'unrecoverablePosition'))
  connection.send(replyFrame(id, 'history', { epoch: feed.epoch, offset }, messages))
}

/** Whoever may not hear a channel does not learn whether it exists, unless the topic itself is known. */
async function lookUp(connection: Connection, principal: Principal, name: string): Promise<NamedChannel | ReplyError> {
  const { topics, isOwn } = connection.ground
  const found = topics.find(name, principal)
  if (found === undefined) return 'unknownChannel'
  const grant = await grantOf(principal, found, isOwn)
  return grant === undefined ? 'permissionDenied' : { ...found, own: grant === 'own' }
}
