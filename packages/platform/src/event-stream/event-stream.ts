import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OpenStream, RealtimeGround } from '../realtime/ground.ts'
import { admitStream, type StreamRequest } from './request.ts'
import { mayHearAll, openStreams, type StreamSink } from './streams.ts'

/** Where event streams are. */
export const STREAM_URL = '/api/v1/stream'

const RETRY_MS = 1_000
const DRAIN_LOOK_MS = 20
const HEARTBEAT_MS = 15_000

/** Serves event streams: `GET /api/v1/stream?topics=a,b`, resumed by `Last-Event-ID`. */
export function mountEventStream(server: FastifyInstance, ground: RealtimeGround): void {
  server.get(STREAM_URL, async (request, reply) => {
    const admitted = await admitStream(ground, request)
    try {
      await serve(ground, request, reply, admitted)
    } catch (error) {
      admitted.free()
      throw error
    }
  })
}

async function serve(
  ground: RealtimeGround,
  request: FastifyRequest,
  reply: FastifyReply,
  { visit, channels, cursor, free }: StreamRequest,
): Promise<void> {
  const { raw } = reply
  const stops: (() => void)[] = [free]
  let over = false
  const close = (): void => {
    if (over) return
    over = true
    for (const stop of stops.splice(0)) stop()
    raw.end()
  }
  const write = (text: string): void => {
    if (over) return
    raw.write(text)
    if (raw.writableLength <= ground.limits.behindBytes) return
    ground.slowCut()
    close()
    // What it has not taken must not stay in memory until it does.
    request.raw.socket.destroy()
  }
  const sink: StreamSink = {
    send: (topic, { content }, id) => write(`id: ${id}\nevent: ${topic}\ndata: ${content}\n\n`),
    async drained() {
      while (!over && raw.writableLength > ground.limits.behindBytes / 4)
        await new Promise<void>((resolve) => void ground.clock.setTimer(resolve, DRAIN_LOOK_MS))
      return !over
    },
  }
  const streams = await openStreams(ground, { org: visit.principal.org, channels, cursor, sink })
  const stream: OpenStream = { end: close }
  stops.push(
    () => streams.close(),
    () => void ground.connections.delete(stream),
    visit.join({ expired: close, changed: (principal) => void (mayHearAll(principal, channels) || close()) }),
    every(ground, Math.min(ground.pingMs, HEARTBEAT_MS), () => write(':\n\n')),
  )
  ground.connections.add(stream)
  reply.hijack()
  raw.on('close', close).on('error', close)
  raw.writeHead(200, {
    ...headersOf(reply),
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies that collect answers would collect for ever.
    'x-accel-buffering': 'no',
  })
  write(
    `retry: ${RETRY_MS}\nid: ${streams.cursor()}\nevent: ready\ndata: ${JSON.stringify({ lost: streams.lost })}\n\n`,
  )
  // Gone while its past was read: its close event has been.
  if (request.raw.socket.destroyed) close()
  else streams.start()
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const headers = Object.entries(reply.getHeaders())
  return Object.fromEntries(headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
}

function every({ clock }: RealtimeGround, ms: number, act: () => void): () => void {
  let stopTimer: () => void = () => {}
  const schedule = (): void => {
    stopTimer = clock.setTimer(() => {
      act()
      schedule()
    }, ms)
  }
  schedule()
  return () => stopTimer()
}
