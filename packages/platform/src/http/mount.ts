import type { Logger } from '@regie/engine'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { admit } from './access.ts'
import { callOf, type Document, type DocumentRequest, type DocumentRoute, type Endpoint } from './endpoint.ts'
import { checkInput, mergeInput, strict } from './input.ts'

/** What serving needs besides the endpoint. */
export interface Mounting {
  readonly identity: Identity
  readonly log: Logger
}

/** Serves an endpoint: its access and its input checked before, its output after; fields it does not declare are stripped. */
export function mountEndpoint(server: FastifyInstance, endpoint: Endpoint, { identity, log }: Mounting): void {
  const input = strict(endpoint.input)
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    async handler(request, reply) {
      // Before the input is looked at: who may not come in learns nothing of what would be accepted.
      const principal = await admit(identity, endpoint, request)
      const fields = mergeInput({ params: request.params, query: request.query, body: request.body })
      checkInput(input, fields)
      let status = endpoint.status
      const call = callOf({ requestId: request.id, log, status: (code) => (status = code) }, principal)
      const answer = await endpoint.handle(fields, call)
      return send(reply.code(status), endpoint, answer)
    },
  })
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
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result.data))
}

/** Serves a document. */
export function mountDocument(server: FastifyInstance, route: DocumentRoute, { identity }: Mounting): void {
  server.get(route.url, async (request, reply) => {
    const principal = await admit(identity, route, request)
    return sendDocument(reply, await route.handle(documentRequest(request, principal)))
  })
}

/** Answers a document. */
export function sendDocument(reply: FastifyReply, document: Document): FastifyReply {
  return reply
    .code(document.status ?? 200)
    .headers(document.headers ?? {})
    .type(document.type)
    .send(document.body)
}

/** What a page may look at of a request. */
export function documentRequest(request: FastifyRequest, principal: Principal | undefined): DocumentRequest {
  const { 'accept-language': language = '', 'accept-encoding': encodings } = request.headers
  return {
    principal,
    path: request.url.split('?')[0] ?? '/',
    query: textFields(request.query),
    language,
    encodings: [encodings ?? ''].flat().join(', '),
  }
}

function textFields(query: unknown): Readonly<Record<string, string>> {
  const fields = typeof query === 'object' && query !== null ? Object.entries(query) : []
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  )
}
