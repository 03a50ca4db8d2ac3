import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { WebSocketServer } from 'ws'
import { PlatformError } from '../errors.ts'
import type { RealtimeGround } from '../realtime/ground.ts'
import { isAllowedOrigin } from '../realtime/origin.ts'
import { keptHeaders } from '../realtime/sessions.ts'
import { Connection } from './connection.ts'

// Where the Centrifuge SDK expects it.
const WEBSOCKET_URL = '/connection/websocket'

const SEATS = 25

const upgrading = new WeakMap<IncomingMessage, { readonly socket: Duplex; readonly head: Buffer }>()

/**
 * Serves WebSockets. An upgrade goes through the routes like any request, so that whatever is checked there (Host,
 * addresses, rates) is checked here. Answers how to stop pinging.
 */
export function mountWebSocket(server: FastifyInstance, ground: RealtimeGround): () => void {
  // Compression would cost some 300 KB for each connection, and messages are short.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: ground.limits.frameBytes,
  })
  server.server.on('upgrade', (request, socket, head) => {
    upgrading.set(request, { socket, head })
    socket.on('error', () => {})
    const response = new ServerResponse(request)
    response.assignSocket(socket as never)
    response.shouldKeepAlive = false
    // Only an answer that is no upgrade: those let go of the socket before.
    response.on('finish', () => response.socket?.end())
    server.routing(request, response)
  })
  server.get(WEBSOCKET_URL, (request, reply) => {
    const upgrade = upgrading.get(request.raw)
    if (upgrade === undefined)
      throw new PlatformError('UPGRADE_REQUIRED', 'This address speaks WebSocket: connect with ws:// or wss://.', {
        status: 426,
      })
    refuseForeignOrigin(request, ground)
    // Who has not said yet who he is counts too.
    if (ground.connections.size >= ground.limits.connections)
      throw new PlatformError('STREAM_LIMIT', 'This server holds as many connections as it may.', { status: 429 })
    return accept(sockets, ground, request, reply, upgrade)
  })
  return pingAll(ground)
}

function refuseForeignOrigin({ headers }: FastifyRequest, { origins }: RealtimeGround): void {
  if (isAllowedOrigin(headers, origins)) return
  throw new PlatformError('ORIGIN_REFUSED', 'This connection comes from the page of another site.', { status: 403 })
}

let seats = 0

function accept(
  sockets: WebSocketServer,
  ground: RealtimeGround,
  request: FastifyRequest,
  reply: FastifyReply,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): void {
  const credentials = { headers: keptHeaders(request.headers), address: request.ip }
  reply.code(101).hijack()
  reply.raw.detachSocket(socket as never)
  // For those who count requests this one has ended, and everything of it may be forgotten.
  reply.raw.emit('finish')
  sockets.handleUpgrade(request.raw, socket, head, (webSocket) => {
    ground.connections.add(new Connection(webSocket, ground, credentials, seats++ % SEATS))
  })
}

/** Each is pinged once in a period, a few at a time: one timer for all, not one for each. */
function pingAll(ground: RealtimeGround): () => void {
  let turn = 0
  let stopTimer: (() => void) | undefined
  const schedule = (): void => {
    stopTimer = ground.clock.setTimer(() => {
      turn = (turn + 1) % SEATS
      for (const connection of ground.connections)
        if (connection instanceof Connection && connection.seat === turn) connection.ping()
      schedule()
    }, ground.pingMs / SEATS)
  }
  schedule()
  return () => stopTimer?.()
}
