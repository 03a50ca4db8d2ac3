import type { Logger } from '@regie/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { actionOf, objectOf } from '../audit/action.ts'
import type { AuditInput } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import type { Identity } from '../auth/identity.ts'
import { actorOf, type Principal } from '../auth/principal.ts'
import { isPlatformError, PlatformError } from '../errors.ts'
import { admit } from './access.ts'
import { deprecationHeaders } from './deprecation.ts'
import { callOf, type Document, type DocumentRequest, type DocumentRoute, type Endpoint } from './endpoint.ts'
import { checkInput, mergeInput, strict } from './input.ts'

/** What serving needs besides the endpoint. */
export interface Mounting {
  readonly identity: Identity
  readonly log: Logger
  readonly audit: Pick<AuditLog, 'accompany'>
}

/** Serves an endpoint: its access and its input checked before, its output after; fields it does not declare are stripped. */
export function mountEndpoint(server: FastifyInstance, endpoint: Endpoint, { identity, log, audit }: Mounting): void {
  const input = strict(endpoint.input)
  const deprecation = deprecationHeaders(endpoint.deprecated)
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    async handler(request, reply) {
      reply.headers(deprecation)
      // Before the input is looked at: who may not come in learns nothing of what would be accepted.
      const principal = await admit(identity, endpoint, request)
      const fields = mergeInput({ params: request.params, query: request.query, body: request.body })
      checkInput(input, fields)
      let status = endpoint.status
      const given = {
        requestId: request.id,
        log,
        status(code: number) {
          status = code
        },
        sent: (name: string) => [request.headers[name]].flat()[0],
        header: (name: string, value: string | readonly string[]) => void reply.header(name, value),
        location: (url: string) => void reply.header('location', url),
      }
      const call = callOf(given, principal)
      const handle = () => endpoint.handle(fields, call)
      const entry = entryOf(endpoint, fields, principal, request)
      const answer = await (entry === undefined ? handle() : audit.accompany(entry, handle))
      return send(reply.code(status), endpoint, answer)
    },
  })
}

// What changes something at a public address (signing in) is nobody's yet: those who serve it make the entry themselves.
function entryOf(
  { method, url, audit = {} }: Endpoint,
  fields: Readonly<Record<string, unknown>>,
  principal: Principal | undefined,
  { id, headers }: FastifyRequest,
): AuditInput | undefined {
  if (method === 'GET' || principal === undefined) return undefined
  return {
    org: principal.org,
    actor: actorOf(principal),
    action: audit.action ?? actionOf(method, url),
    object: audit.object === undefined ? objectOf(url, fields) : audit.object(fields),
    after: fields,
    requestId: id,
    traceId: traceIdOf(headers.traceparent),
  }
}

/** The trace of a W3C `traceparent`. */
function traceIdOf(header: unknown): string | undefined {
  const [, id] =
    typeof header === 'string' ? (/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(header) ?? []) : []
  return id === undefined || /^0+$/.test(id) ? undefined : id
}

function send(reply: FastifyReply, endpoint: Endpoint, answer: unknown): FastifyReply {
  if (reply.statusCode === 204) return reply.send()
  const result = endpoint.output.safeParse(answer)
  if (!result.success) {
    const where = `${endpoint.method} ${endpoint.url}`
    throw new PlatformError('RESPONSE_INVALID', `${where} answered something its output does not allow`, {
      cause: result.error,
    })
  }
  const run = reply.statusCode === 202 ? runIdOf(result.data) : undefined
  if (run !== undefined) reply.header('location', `/api/v1/runs/${run}`)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result.data))
}

/** The run that was begun, when the answer says so. */
function runIdOf(answer: unknown): number | undefined {
  const isOne = typeof answer === 'object' && answer !== null && 'runId' in answer && typeof answer.runId === 'number'
  return isOne ? (answer.runId as number) : undefined
}

/** Serves a document. */
export function mountDocument(server: FastifyInstance, route: DocumentRoute, { identity }: Mounting): void {
  server.get(route.url, async (request, reply) => {
    const principal = await lookIn(identity, route, request)
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

async function lookIn(identity: Identity, route: DocumentRoute, request: FastifyRequest) {
  try {
    return await admit(identity, route, request)
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
