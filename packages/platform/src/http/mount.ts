import type { Logger } from '@regie/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { Attempt, Idempotency } from '../idempotency/idempotency.ts'
import type { Answered } from '../idempotency/store/keys.ts'
import type { Gate } from '../rate/gate.ts'
import { isAccepted } from './accepted.ts'
import { admit } from './access.ts'
import { callOf, type DocumentRoute, type Endpoint } from './endpoint.ts'
import { mergeInput, parseInput, strict } from './input.ts'
import { problemOf } from './problem.ts'

/** What serving needs besides the endpoint. */
export interface Mounting {
  readonly identity: Identity
  readonly log: Logger
  /** Absent: nothing is counted. */
  readonly gate?: Gate
  /** Absent: `Idempotency-Key` means nothing. */
  readonly idempotency?: Idempotency
}

const PROBLEM = 'application/problem+json; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

/** Serves an endpoint: its access, its limits and its input checked before, its output after; fields it does not declare are stripped. */
export function mountEndpoint(server: FastifyInstance, endpoint: Endpoint, mounting: Mounting): void {
  const input = strict(endpoint.input)
  const { idempotency } = mounting
  const doors = new WeakMap<FastifyRequest, Principal>()
  const isRepeatable = endpoint.method !== 'GET' && idempotency !== undefined
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    ...(endpoint.bodyLimit !== undefined && { bodyLimit: endpoint.bodyLimit }),
    // Before the body is read: who may not come in costs nothing, and learns nothing of what would be accepted.
    async onRequest(request, reply) {
      const principal = await enter(mounting, endpoint, request, reply)
      if (principal !== undefined) doors.set(request, principal)
    },
    async handler(request, reply) {
      const principal = doors.get(request)
      const fields = mergeInput({ params: request.params, query: request.query, body: request.body })
      const parsed = parseInput(input, fields)
      const key = request.headers['idempotency-key']
      const work = (attempt?: Attempt) => answerOf(endpoint, request, mounting.log, principal, parsed, attempt)
      if (!isRepeatable || principal === undefined || typeof key !== 'string') return sendAnswer(reply, await work())
      const { method, url, body } = request
      const { repeated, ...answer } = await idempotency.once({ principal, key, method, url, body }, (attempt) =>
        orRefusal(() => work(attempt)),
      )
      if (repeated) reply.header('idempotency-replayed', 'true')
      return sendAnswer(reply, answer)
    },
  })
}

/** Lets a request in, and counts it. */
async function enter(
  { identity, gate }: Mounting,
  limits: Pick<Endpoint, 'access' | 'rate' | 'url'> & { readonly method?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal | undefined> {
  const principal = await admit(identity, limits, request).catch(async (error: unknown) => {
    await gate?.countStranger(request, reply)
    throw error
  })
  await gate?.count(limits, principal, request, reply)
  return principal
}

async function answerOf(
  endpoint: Endpoint,
  request: FastifyRequest,
  log: Logger,
  principal: Principal | undefined,
  input: unknown,
  attempt: Attempt | undefined,
): Promise<Answered> {
  let status = endpoint.status
  const own = { requestId: request.id, log, status: (code: number) => (status = code), ...attempt }
  const answer = await endpoint.handle(input, callOf(own, principal))
  if (status === 204) return { status, headers: {}, body: '' }
  const result = endpoint.output.safeParse(answer)
  if (!result.success) {
    const where = `${endpoint.method} ${endpoint.url}`
    throw new PlatformError('RESPONSE_INVALID', `${where} answered something its output does not allow`, {
      cause: result.error,
    })
  }
  const location = isAccepted(answer) ? { location: `/api/v1/runs/${answer.runId}` } : {}
  return { status, headers: { 'content-type': JSON_TYPE, ...location }, body: JSON.stringify(result.data) }
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

function sendAnswer(reply: FastifyReply, { status, headers, body }: Answered): FastifyReply {
  reply.code(status).headers(headers)
  return status === 204 ? reply.send() : reply.send(body)
}

/** Serves a document. */
export function mountDocument(server: FastifyInstance, route: DocumentRoute, mounting: Mounting): void {
  server.get(route.url, async (request, reply) => {
    const principal = await enter(mounting, route, request, reply)
    const document = await route.handle({
      principal,
      path: request.url.split('?')[0] ?? '/',
      query: textFields(request.query),
      language: request.headers['accept-language'] ?? '',
    })
    return reply
      .code(document.status ?? 200)
      .headers(document.headers ?? {})
      .type(document.type)
      .send(document.body)
  })
}

function textFields(query: unknown): Readonly<Record<string, string>> {
  const fields = typeof query === 'object' && query !== null ? Object.entries(query) : []
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  )
}
