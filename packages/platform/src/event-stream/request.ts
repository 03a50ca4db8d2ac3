import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PlatformError } from '../errors.ts'
import { parseInput } from '../http/input.ts'
import type { RealtimeGround } from '../realtime/ground.ts'
import type { Visit } from '../realtime/sessions.ts'
import { grantOf, type NamedChannel } from '../realtime/topics.ts'
import { readCursor, type StreamCursor } from './cursor.ts'

/** What a stream or a poll asks for, let in. */
export interface StreamRequest {
  readonly visit: Visit
  readonly channels: readonly NamedChannel[]
  /** Absent: from now on. */
  readonly cursor: StreamCursor | undefined
  /** Gives the place of this stream back. */
  readonly free: () => void
}

const query = z.object({
  topics: z.string().min(1).max(8_192),
  after: z.string().min(1).max(512).optional(),
  wait: z.coerce.number().int().min(0).max(25).default(25),
})

/**
 * Reads the query of a stream. Throws `UNAUTHENTICATED` (401), `INPUT_INVALID` (400), `TOPIC_UNKNOWN` (404), `FORBIDDEN`
 * (403) and `STREAM_LIMIT` (429).
 */
export async function admitStream(
  ground: RealtimeGround,
  request: FastifyRequest,
): Promise<StreamRequest & { readonly waitMs: number }> {
  const visit = await ground.sessions.enter({ headers: request.headers, address: request.ip })
  if (visit === undefined)
    throw new PlatformError('UNAUTHENTICATED', 'Sign in, or send an API key as "Authorization: Bearer rgk_…".', {
      status: 401,
    })
  parseInput(query, request.query)
  const { topics, after, wait } = query.parse(request.query)
  const names = [...new Set(topics.split(','))]
  if (names.length > ground.limits.subscriptionsEach) throw limit(`more than ${ground.limits.subscriptionsEach} topics`)
  const channels = await Promise.all(names.map((name) => channelFor(ground, visit, name)))
  const last = request.headers['last-event-id']
  const word = typeof last === 'string' && last !== '' ? last : after
  const cursor = word === undefined ? undefined : (readCursor(word) ?? {})
  const free = ground.caps.take(visit.principal)
  if (free === undefined) throw limit('too many streams are open: close some')
  // A cursor that cannot be read is one of nowhere: the client is told that something may be missing.
  return { visit, channels, cursor, free, waitMs: wait * 1_000 }
}

async function channelFor(
  { topics, isOwn }: RealtimeGround,
  { principal }: Visit,
  name: string,
): Promise<NamedChannel> {
  const found = topics.find(name, principal)
  if (found === undefined)
    throw new PlatformError('TOPIC_UNKNOWN', `There is no topic ${JSON.stringify(name.slice(0, 100))}.`, {
      status: 404,
    })
  const grant = await grantOf(principal, found, isOwn)
  if (grant !== undefined) return { ...found, own: grant === 'own' }
  throw new PlatformError('FORBIDDEN', `The topic ${found.topic.name} needs the permission ${found.topic.access}.`, {
    status: 403,
  })
}

function limit(what: string): PlatformError {
  return new PlatformError('STREAM_LIMIT', `This is more than one may have: ${what}.`, { status: 429 })
}
