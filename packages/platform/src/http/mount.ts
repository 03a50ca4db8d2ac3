import { type Logger, newTraceId } from '@regie/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { actionOf, objectOf } from '../audit/action.ts'
import type { AuditInput } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import type { Identity } from '../auth/identity.ts'
import { actorOf, type Principal } from '../auth/principal.ts'
import { isPlatformError, PlatformError } from '../errors.ts'
import type { Attempt, Idempotency } from '../idempotency/idempotency.ts'
import type { Answered } from '../idempotency/store/keys.ts'
import { inTrace, traceIdOf } from '../observe/trace.ts'
import type { Gate } from '../rate/gate.ts'
import { admit } from './access.ts'
import { deprecationHeaders } from './deprecation.ts'
import {
  callOf,
  type Document,
  type DocumentRequest,
  type DocumentRoute,
  type Endpoint,
  isBodiless,
  takesBody,
} from './endpoint.ts'
import { type FileAnswer, fileHeaders } from './file.ts'
import { mergeInput, parseInput, strict } from './input.ts'
import { problemOf } from './problem.ts'

const OWN = '/api/v1/me'
const ENTERED = Symbol('entered')

/** A request, and who was let in with it. */
type Entered = FastifyRequest & { [ENTERED]?: Principal | undefined }

/** What serving needs besides the endpoint. */
export interface Mounting {
  readonly identity: Identity
  readonly log: Logger
  readonly audit: Pick<AuditLog, 'accompany'>
  /** Absent: nothing is counted. */
  readonly gate?: Gate
  /** Absent: `Idempotency-Key` means nothing. */
  readonly idempotency?: Idempotency
}

const PROBLEM = 'application/problem+json; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

const NO_BYTES = new Uint8Array()

/** An endpoint that takes any body, in a scope where no body is parsed. */
export function mountRaw(server: FastifyInstance, endpoint: Endpoint, mounting: Mounting): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    mountEndpoint(scope, endpoint, mounting)
  })
}

/** Serves an endpoint: its access, its limits and its input checked before, its output after; fields it does not declare are stripped. */
export function mountEndpoint(server: FastifyInstance, endpoint: Endpoint, mounting: Mounting): void {
  const input = strict(endpoint.input)
  const deprecation = deprecationHeaders(endpoint.deprecated)
  const { idempotency } = mounting
  const isRepeatable = endpoint.method !== 'GET' && idempotency !== undefined
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    ...(endpoint.bodyLimit !== undefined && { bodyLimit: endpoint.bodyLimit }),
    // Before the body is read: who may not come in costs nothing, and learns nothing of what would be accepted.
    async onRequest(request: Entered, reply) {
      reply.headers(deprecation)
      request[ENTERED] = await enter(mounting, endpoint, request, reply)
    },
    async handler(request: Entered, reply) {
      const principal = request[ENTERED]
      const { params, query, body } = request
      const fields =
        endpoint.takesRaw === true
          ? mergeInput({ params, query, body: undefined })
          : mergeInput({ params, query, body, hasBody: takesBody(endpoint.method) })
      const key = request.headers['idempotency-key']
      const asked = { request, reply, principal, fields, parsed: parseInput(input, fields) }
      const work = (attempt?: Attempt) => answerOf(endpoint, mounting, asked, attempt)
      if (!isRepeatable || principal === undefined || typeof key !== 'string') return sendAnswer(reply, await work())
      const { method, url } = request
      const { confidential = false } = endpoint
      const repeatable = { principal, key, method, url, body, confidential }
      const { repeated, ...answer } = await idempotency.once(repeatable, (attempt) => orRefusal(() => work(attempt)))
      if (repeated) reply.header('idempotency-replayed', 'true')
      return sendAnswer(reply, answer)
    },
  })
}

/** Lets a request in, and counts it. */
async function enter(
  { identity, gate, log }: Mounting,
  limits: Pick<Endpoint, 'access' | 'orOwn' | 'beforeFactor' | 'whileLooking' | 'rate' | 'url' | 'known'> & {
    readonly method?: string
  },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal | undefined> {
  const refused = ({ kind, id, org }: Principal): void =>
    log.warn(
      { requestId: request.id, endpoint: limits.url, access: limits.access, who: `${kind}:${id}`, org },
      'access was refused',
    )
  const principal = await admit(identity, limits, request, refused).catch(async (error: unknown) => {
    await gate?.countStranger(request, reply)
    throw error
  })
  await gate?.count(limits, principal, request, reply)
  return principal
}

/** An answer, or the file that is sent in its place. */
interface Sent extends Answered {
  readonly file?: FileAnswer['body']
}

interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly principal: Principal | undefined
  /** As the client sent them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly parsed: unknown
}

async function answerOf(
  endpoint: Endpoint,
  { log, audit }: Mounting,
  { request, reply, principal, fields, parsed }: Asked,
  attempt: Attempt | undefined,
): Promise<Sent> {
  const sent: { status: number; location?: string } = { status: endpoint.status }
  const own = {
    requestId: request.id,
    address: request.ip,
    log,
    status(code: number) {
      sent.status = code
    },
    sent: (name: string) => [request.headers[name.toLowerCase()]].flat()[0],
    raw: request.body instanceof Uint8Array ? request.body : NO_BYTES,
    header: (name: string, value: string | readonly string[]) => void reply.header(name, value),
    location(url: string) {
      sent.location = url
    },
  }
  const handle = () => endpoint.handle(parsed, callOf(own, principal))
  // Whoever sends none gets one, so that what a change enqueues can be found from its audit entry, and the other way round.
  const traceId = traceIdOf(request.headers.traceparent) ?? (endpoint.method === 'GET' ? undefined : newTraceId())
  const entry = entryOf(endpoint, fields, principal, { id: request.id, traceId })
  const answer = await inTrace(traceId, () =>
    entry === undefined ? handle() : audit.accompany(entry, handle, attempt && { alongside: attempt.committing }),
  )
  const { status } = sent
  if (isBodiless(status)) return { status, headers: {}, body: '' }
  const result = endpoint.output.safeParse(answer)
  if (!result.success) {
    const where = `${endpoint.method} ${endpoint.url}`
    throw new PlatformError('RESPONSE_INVALID', `${where} answered something its output does not allow`, {
      cause: result.error,
    })
  }
  if (endpoint.givesFile === true) {
    const given = result.data as FileAnswer
    return { status, headers: fileHeaders(given), body: '', file: given.body }
  }
  const run = status === 202 ? runIdOf(result.data) : undefined
  const location = sent.location ?? (run === undefined ? undefined : `/api/v1/runs/${run}`)
  const headers = { 'content-type': JSON_TYPE, ...(location !== undefined && { location }) }
  return { status, headers, body: JSON.stringify(result.data) }
}

/** The run that was begun, when the answer says so. */
function runIdOf(answer: unknown): number | undefined {
  const isOne = typeof answer === 'object' && answer !== null && 'runId' in answer && typeof answer.runId === 'number'
  return isOne ? (answer.runId as number) : undefined
}

// What changes something at a public address of the platform (signing in) is nobody's yet: those who serve it make the entry themselves.
function entryOf(
  { method, url: mounted, known: url = mounted, audit = {}, nobody }: Endpoint,
  fields: Readonly<Record<string, unknown>>,
  principal: Principal | undefined,
  { id, traceId }: { readonly id: string; readonly traceId: string | undefined },
): AuditInput | undefined {
  const who = principal === undefined ? nobody : { org: principal.org, actor: actorOf(principal) }
  if (method === 'GET' || who === undefined || audit.own === true) return undefined
  return {
    ...who,
    action: audit.action ?? actionOf(method, url),
    object: audit.object === undefined ? objectOf(url, fields) : audit.object(fields),
    // Of oneself: a new name goes when that person is forgotten.
    ...((url === OWN || url.startsWith(`${OWN}/`)) && { person: who.actor.id }),
    after: audit.after === undefined ? fields : audit.after(fields, principal),
    requestId: id,
    traceId,
  }
}

/** A refusal of the client's doing is an answer like others, to be repeated. */
async function orRefusal(work: () => Promise<Answered>): Promise<Answered> {
  try {
    return await work()
  } catch (error) {
    const refusal = problemOf(error)
    if (refusal.status >= 500 || refusal.code.startsWith('IDEMPOTENCY_')) throw error
    return { status: refusal.status, headers: { 'content-type': PROBLEM }, body: JSON.stringify(refusal) }
  }
}

function sendAnswer(reply: FastifyReply, { status, headers, body, file }: Sent): FastifyReply {
  reply.code(status).headers(headers)
  return isBodiless(status) ? reply.send() : reply.send(file instanceof Uint8Array ? Buffer.from(file) : (file ?? body))
}

/** Serves a document. */
export function mountDocument(server: FastifyInstance, route: DocumentRoute, mounting: Mounting): void {
  server.get(route.url, async (request, reply) => {
    const principal = await lookIn(mounting, route, request, reply)
    if (principal === 'nobody') return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303)
    if (principal === 'pending') return reply.redirect(`/second-factor?next=${encodeURIComponent(request.url)}`, 303)
    return sendDocument(reply, await route.handle(documentRequest(request, principal)))
  })
}

/** Answers a document. */
export function sendDocument(reply: FastifyReply, document: Document): FastifyReply {
  return reply
    .code(document.status ?? 200)
    .headers(document.headers ?? {})
    .type(document.type)
    .send(document.stream ?? document.body)
}

/** What a page may look at of a request. */
export function documentRequest(request: FastifyRequest, principal: Principal | undefined): DocumentRequest {
  return {
    principal,
    requestId: request.id,
    path: request.url.split('?')[0] ?? '/',
    query: textFields(request.query),
    language: request.headers['accept-language'] ?? '',
    headers: request.headers,
    address: request.ip,
  }
}

async function lookIn(mounting: Mounting, route: DocumentRoute, request: FastifyRequest, reply: FastifyReply) {
  try {
    return await enter(mounting, route, request, reply)
  } catch (error) {
    if (route.asksToSignIn !== true) throw error
    if (isPlatformError(error, 'UNAUTHENTICATED')) return 'nobody'
    if (isPlatformError(error, 'SECOND_FACTOR_NEEDED') || isPlatformError(error, 'SECOND_FACTOR_ENROL'))
      return 'pending'
    throw error
  }
}

function textFields(query: unknown): Readonly<Record<string, string>> {
  const fields = typeof query === 'object' && query !== null ? Object.entries(query) : []
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  )
}
