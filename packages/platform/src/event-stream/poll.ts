import type { FastifyInstance, FastifyReply } from 'fastify'
import type { OpenStream, RealtimeGround } from '../realtime/ground.ts'
import { STREAM_URL } from './event-stream.ts'
import { admitStream, type StreamRequest } from './request.ts'
import { mayHearAll, openStreams } from './streams.ts'

const MOST = 500
// Messages that come together are answered together.
const GATHER_MS = 20

interface Polled {
  readonly topic: string
  readonly data: string
  readonly cursor: string
}

/**
 * Serves long polls, for networks in which nothing else gets through: `GET /api/v1/stream/poll?topics=a,b&after=…`
 * answers what has come, or waits for it up to 25 s. `wait` (seconds) shortens that.
 */
export function mountPoll(server: FastifyInstance, ground: RealtimeGround): void {
  server.get(`${STREAM_URL}/poll`, async (request, reply) => {
    const admitted = await admitStream(ground, request)
    try {
      return await answer(ground, reply, admitted)
    } finally {
      admitted.free()
    }
  })
}

async function answer(
  ground: RealtimeGround,
  reply: FastifyReply,
  { visit, channels, cursor, waitMs }: StreamRequest & { readonly waitMs: number },
): Promise<FastifyReply> {
  const events: Polled[] = []
  const { promise: enough, resolve: stop } = Promise.withResolvers<void>()
  const cancels: (() => void)[] = []
  const stopIn = (ms: number): void => void cancels.push(ground.clock.setTimer(stop, ms))
  const streams = await openStreams(ground, {
    org: visit.principal.org,
    channels,
    cursor,
    sink: {
      send(topic, { content }, place) {
        if (events.length === MOST) return
        events.push({ topic, data: content, cursor: place })
        if (events.length === 1) stopIn(GATHER_MS)
        if (events.length === MOST) stop()
      },
      drained: async () => events.length < MOST,
    },
  })
  const begin = streams.cursor()
  const leave = visit.join({
    expired: () => stop(),
    changed: (principal) => void (mayHearAll(principal, channels) || stop()),
  })
  const stream: OpenStream = { end: () => stop() }
  ground.connections.add(stream)
  reply.raw.on('close', stop)
  // The first poll only says where to go on; and what is gone is told at once.
  if (cursor === undefined || streams.lost.length > 0) stop()
  stopIn(waitMs)
  streams.start()
  await enough
  streams.close()
  leave()
  ground.connections.delete(stream)
  reply.raw.off('close', stop)
  for (const cancel of cancels) cancel()
  const list = events.map(({ topic, data }) => `{"topic":${JSON.stringify(topic)},"data":${data}}`)
  const next = events.at(-1)?.cursor ?? begin
  const head = `"next":${JSON.stringify(next)},"lost":${JSON.stringify(streams.lost)}`
  return reply.type('application/json; charset=utf-8').send(`{${head},"events":[${list.join(',')}]}`)
}
