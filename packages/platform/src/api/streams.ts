import type { Engine, RecordedEvent, StreamStatus } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'

const STREAMS = 'events.streams'
const STATES = ['open', 'closed', 'archived'] as const

const streamView = z.object({
  name: z.string(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
  state: z.enum(STATES),
  closedAt: instant.optional(),
  archivedAt: instant.optional(),
})
const eventView = z.object({
  position: z.int(),
  version: z.int(),
  type: z.string(),
  /** In the shape of its newest version. */
  data: z.unknown(),
  person: z.string().optional(),
  runId: z.int().optional(),
  at: instant,
  /** Its person was forgotten: personal fields hold placeholders. */
  erased: z.boolean(),
})
const oneStream = z.object({ stream: z.string().min(1).max(500) })

/** The streams of events as operators see them. */
export function streamEndpoints({ events }: Engine): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/events/streams',
      summary: 'List streams of events, in the order of their names',
      access: 'events.read',
      input: z.object({
        prefix: z.string().min(1).max(500).optional(),
        state: z.enum(STATES).optional(),
        ...pageInput,
      }),
      output: z.object({ items: z.array(streamView).readonly(), next: z.string().optional() }),
      async handle({ prefix, state, limit, cursor }, call) {
        const [after] = decodeCursor(STREAMS, cursor, ['text']) ?? []
        const filter = { org: call.principal().org, ...(prefix !== undefined && { prefix }), ...(state && { state }) }
        const { streams, next } = await events.streams(filter, { limit, ...(after !== undefined && { after }) })
        return { items: streams.map(viewStream), ...(next !== undefined && { next: encodeCursor(STREAMS, [next]) }) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/events/streams/:stream',
      summary: 'Show where one stream of events stands',
      access: 'events.read',
      input: oneStream,
      output: streamView,
      handle: async ({ stream }, call) => viewStream(await events.stream(stream, { org: call.principal().org })),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/events/streams/:stream/events',
      summary: 'List the events of one stream, newest first',
      access: 'events.read',
      input: oneStream.extend(pageInput),
      output: z.object({ items: z.array(eventView).readonly(), next: z.string().optional() }),
      async handle({ stream, limit, cursor }, call) {
        const { org } = call.principal()
        const [before] = decodeCursor(`${STREAMS}.${stream}`, cursor, ['number']) ?? []
        await events.stream(stream, { org })
        const page = await events.read(stream, {
          org,
          limit,
          backwards: true,
          ...(before !== undefined && { after: Math.max(1, before) }),
        })
        const last = page.at(-1)?.version ?? 1
        return {
          items: page.map(viewEvent),
          // Versions have no gaps and begin with 1.
          ...(last > 1 && page.length === limit && { next: encodeCursor(`${STREAMS}.${stream}`, [last]) }),
        }
      },
    }),
  ]
}

function viewStream({ name, version, createdAt, updatedAt, state, closedAt, archivedAt }: StreamStatus) {
  return {
    name,
    version,
    state,
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    ...isoOrNone('closedAt', closedAt),
    ...isoOrNone('archivedAt', archivedAt),
  }
}

function viewEvent({ position, version, type, data, person, runId, at, erased }: RecordedEvent) {
  return {
    position,
    version,
    type,
    data,
    erased,
    at: isoOf(at),
    ...(person !== undefined && { person }),
    ...(runId !== undefined && { runId }),
  }
}
