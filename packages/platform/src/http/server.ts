import { randomUUID } from 'node:crypto'
import { Server as Listener, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@regie/engine'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { AuditLog } from '../audit/log.ts'
import type { Identity } from '../auth/identity.ts'
import { PlatformError } from '../errors.ts'
import type { Idempotency } from '../idempotency/idempotency.ts'
import type { HttpMetrics } from '../observe/http-metrics.ts'
import type { Gate } from '../rate/gate.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { type ConnectionLimits, type ConnectionSource, limitConnections, takeConnections } from './connections.ts'
import { allowOrigins } from './cors.ts'
import { limitHandlers } from './deadline.ts'
import type { Document, DocumentRequest, DocumentRoute, Endpoint } from './endpoint.ts'
import { guardRequests, type Reach } from './guard.ts'
import { checkHeaders } from './headers.ts'
import { acceptJsonOnly } from './json.ts'
import { knownMethods } from './methods.ts'
import { documentRequest, mountDocument, mountEndpoint, mountRaw, sendDocument } from './mount.ts'
import { type Problem, problem, problemOf } from './problem.ts'

/** Limits that frameworks leave open. */
export interface HttpLimits extends ConnectionLimits {
  /** Longest wait for a whole request. Default 30,000 ms. */
  readonly requestMs?: number
  /** Longest wait for its headers. Default 10,000 ms. */
  readonly headersMs?: number
  /** Longest wait for an answer of ours. Default 30,000 ms. */
  readonly handlerMs?: number
  /** How often connections are checked for these. Default 1,000 ms. */
  readonly checkMs?: number
  /** Longest body. Default 1 MiB. */
  readonly bodyBytes?: number
  /** Longest wait for requests under way at `close`. Default 10,000 ms. */
  readonly drainMs?: number
}

/** What a server is made of. */
export interface ServerOptions extends Reach {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Instead of listening there: connections that another process accepts. */
  readonly connections?: ConnectionSource
  readonly endpoints: readonly Endpoint[]
  readonly documents: readonly DocumentRoute[]
  /** What a browser is shown that opens an address nothing answers; default a problem. */
  readonly page?: (request: DocumentRequest) => Promise<Document>
  readonly identity: Identity
  readonly audit: Pick<AuditLog, 'accompany'>
  readonly log: Logger
  readonly metrics: HttpMetrics
  readonly limits?: HttpLimits
  /** Counts requests. Default: nothing is counted. */
  readonly gate?: Gate
  /** Keeps the answers of requests that may come again. Default: `Idempotency-Key` means nothing. */
  readonly idempotency?: Idempotency
  /** What serves streams: they end when they like, and are no endpoints. */
  readonly streams?: { mount(server: FastifyInstance, gate?: Gate): void }
  /** Proxies that are believed what they say of the client's address. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Addresses that take what they like, each in a scope of its own. */
  readonly scopes?: readonly ((server: FastifyInstance) => void)[]
}

/** The HTTP server. */
export interface HttpServer {
  /** What it serves, for the reference and the tests. */
  readonly endpoints: readonly Endpoint[]
  readonly documents: readonly DocumentRoute[]
  /** Starts to listen; answers the address, such as `http://127.0.0.1:7070`. Throws `LISTEN_FAILED` with the way out. */
  listen(): Promise<string>
  /** Takes no new connection, finishes the requests under way, then closes. Twice is once. */
  close(options?: ClosingOptions): Promise<void>
}

/** How a server ends. */
export interface ClosingOptions {
  /**
   * For this long, as far as there are connections, each is told with its next answer that it ends. Without it one that
   * is kept open is cut the moment it has no request, even if the next one is on its way. Default 0 ms.
   */
  readonly lingerMs?: number
}

const ACCEPTABLE_ID = /^[\w.-]{8,64}$/
// Not let in, not permitted, not of this server, too often.
const SUSPECT = new Set([401, 403, 421, 429])
const QUIET = new Set([
  '/',
  '/health',
  '/ready',
  '/metrics',
  '/prometheus/metrics-http',
  '/assets/:file',
  '/api/v1/auth/get-session',
])

/** Builds the server; it does not listen yet. */
export function createServer(options: ServerOptions): HttpServer {
  const { log, limits = {} } = options
  const server = fastify(limits, options.trustedProxies ?? [])
  const methods = knownMethods()
  server.setErrorHandler((error, request, reply) => answerError(error, request, reply, log))
  server.setNotFoundHandler(async (request, reply) => {
    if (options.page !== undefined && opensPage(request))
      return sendDocument(reply, await options.page(documentRequest(request, undefined)))
    return answerUnmatched(request, reply, methods.of(pathOf(request)))
  })
  server.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) methods.add(name, url)
  })
  // Node would close the connection without a word.
  server.server.on('connect', (_request, socket) => answerBrokenRequest(new Error('CONNECT is for proxies'), socket))
  limitHandlers(server, limits.handlerMs ?? 30_000)
  measure(server, options)
  const open = limitConnections(server.server, { proxies: options.trustedProxies ?? [], ...limits })
  guardRequests(server, options)
  checkHeaders(server)
  allowOrigins(server, new Set(options.corsOrigins ?? []))
  acceptJsonOnly(server)
  for (const endpoint of options.endpoints)
    (endpoint.takesRaw === true ? mountRaw : mountEndpoint)(server, endpoint, options)
  for (const document of options.documents) mountDocument(server, document, options)
  const lingering = lingerAtClose(server, open)
  mountStreams(server, options)
  for (const mount of options.scopes ?? []) mount(server)
  let closing: Promise<void> | undefined
  return {
    endpoints: options.endpoints,
    documents: options.documents,
    listen: () => listen(server, options),
    close({ lingerMs = 0 } = {}) {
      if (closing !== undefined) return closing
      lingering.leftMs = lingerMs
      closing = drain(server, { open, lingering }, limits.drainMs ?? 10_000)
      return closing
    },
  }
}

function fastify(limits: HttpLimits, proxies: readonly string[]): FastifyInstance {
  return Fastify({
    logger: false,
    trustProxy: proxies.length > 0 && [...proxies],
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID()
    },
    bodyLimit: limits.bodyBytes ?? 1_048_576,
    requestTimeout: limits.requestMs ?? 30_000,
    keepAliveTimeout: 65_000,
    // Without a Host a request is refused all the same, as a problem.
    http: {
      requireHostHeader: false,
      headersTimeout: limits.headersMs ?? 10_000,
      connectionsCheckingInterval: limits.checkMs ?? 1_000,
    },
    // `/runs/` is no run without a name.
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void answerProblem(reply, problemOf(error))
    },
    clientErrorHandler: answerBrokenRequest,
  })
}

async function listen(server: FastifyInstance, { host, port, connections }: ServerOptions): Promise<string> {
  if (connections !== undefined) {
    await server.ready()
    takeConnections(server.server, connections)
    return connections.address
  }
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    const busy = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const reason = busy ? 'another program uses it: stop that one, or set REGIE_PORT' : String(cause)
    throw new PlatformError('LISTEN_FAILED', `cannot listen on http://${host}:${port}: ${reason}`, { cause })
  }
}

const LOOK_MS = 50

/** How a server lets go of the connections that it has. */
interface Lingering {
  /** What is left of the time for which it goes on answering. */
  leftMs: number
  /** Resolves once that is over. */
  readonly over: PromiseWithResolvers<void>
}

/**
 * Lets a server that has begun to close answer on the connections it has for a while: Fastify says `connection: close` by
 * then. New ones are refused from the first moment, as long as hardly any is on its way.
 */
function lingerAtClose(server: FastifyInstance, open: ReadonlySet<Socket>): Lingering {
  const lingering = { leftMs: 0, over: Promise.withResolvers<void>() }
  server.addHook('preClose', async () => {
    // Only of new ones: the server's own way would cut those that are kept open right now.
    if (lingering.leftMs > 0 && server.server.listening) Listener.prototype.close.call(server.server)
    for (; lingering.leftMs > 0 && open.size > 0; lingering.leftMs -= LOOK_MS) await sleep(LOOK_MS)
    lingering.over.resolve()
  })
  return lingering
}

async function drain(
  server: FastifyInstance,
  { open, lingering }: { readonly open: ReadonlySet<Socket>; readonly lingering: Lingering },
  drainMs: number,
): Promise<void> {
  const force = setTimeout(() => {
    // Those of WebSockets the server does not know any more.
    for (const socket of open) socket.destroy()
  }, drainMs)
  const closed = server.close()
  await lingering.over.promise
  // Kept open by an answer that was begun before: there is nothing to wait for once it has gone. Those that another process
  // has accepted the server does not wait for at all.
  for (let waitMs = 1; open.size > 0; waitMs = Math.min(2 * waitMs, LOOK_MS)) {
    server.server.closeIdleConnections()
    await sleep(waitMs)
  }
  await closed
  clearTimeout(force)
}

function measure(server: FastifyInstance, { log, metrics }: ServerOptions): void {
  server.addHook('onRequest', (request, _reply, done) => {
    metrics.begin(request.method, endpointOf(request))
    done()
  })
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const endpoint = endpointOf(request)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    metrics.end({ method, endpoint, status: reply.statusCode, seconds: reply.elapsedTime / 1_000 })
    const level = QUIET.has(endpoint) && !SUSPECT.has(reply.statusCode) ? 'debug' : 'info'
    log[endpoint.startsWith('/console') ? 'debug' : level](
      {
        ...{ requestId: request.id, method, endpoint, status: reply.statusCode, ms },
        // Of who is let in nobody needs it; of who goes around a check it is the first thing that is asked.
        ...(SUSPECT.has(reply.statusCode) && { from: request.ip }),
        ...(isLook(request, reply) && { console: true }),
      },
      'request',
    )
    done()
  })
}

/** What a console asks for to show it, and is answered: every second, and of no interest to who reads the log. */
function isLook(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  const { accept, 'x-regie-client': client } = request.headers
  // Live connections cannot send a header of ours.
  const isLive = statusCode === 101 || accept === 'text/event-stream'
  return (client === 'console' || isLive || opensPage(request)) && request.method === 'GET' && statusCode < 400
}

/** The declared address, so that ids do not multiply the series. */
function endpointOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched'
}

/** A person's browser, at an address of the console's own: programs are told that there is nothing. */
function opensPage(request: FastifyRequest): boolean {
  const { accept = '' } = request.headers
  return request.method === 'GET' && accept.includes('text/html') && !/^\/(?:api|console|assets)\//.test(request.url)
}

function pathOf(request: FastifyRequest): string {
  const [path = '/'] = request.url.split('?')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function answerUnmatched(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): FastifyReply {
  if (methods.length === 0) {
    const message = 'There is nothing at this address.'
    return answerProblem(reply, problem({ status: 404, code: 'NOT_FOUND', message }))
  }
  const allow = [...methods, 'OPTIONS'].join(', ')
  reply.header('allow', allow)
  if (request.method === 'OPTIONS') return reply.code(204).send()
  const message = `This address answers to ${allow}, not to ${request.method}.`
  return answerProblem(reply, problem({ status: 405, code: 'METHOD_NOT_ALLOWED', message }))
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const answer = problemOf(error)
  if (answer.status >= 500) {
    log.error(
      { err: error, requestId: request.id, method: request.method, endpoint: endpointOf(request) },
      'a request failed',
    )
  }
  return answerProblem(reply, answer)
}

/** They let people in themselves; whom they refuse is counted all the same. */
function mountStreams(server: FastifyInstance, { streams, gate, log }: ServerOptions): void {
  server.register(async (scope) => {
    scope.setErrorHandler(async (error, request, reply) => {
      try {
        if (problemOf(error).status < 500) await gate?.countStranger(request, reply)
      } catch (limited) {
        return answerError(limited, request, reply, log)
      }
      return answerError(error, request, reply, log)
    })
    streams?.mount(scope, gate)
  })
}

function answerProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  // What is worth another attempt in a moment; after 429 the limit has said when.
  if (answer.status === 503 || answer.code === 'IDEMPOTENCY_PENDING') reply.header('retry-after', '1')
  // What is still on its way is not wanted: reading it to its end would be the whole cost of having taken it.
  if (!reply.request.raw.complete) reply.header('connection', 'close')
  return reply.code(answer.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(answer))
}
