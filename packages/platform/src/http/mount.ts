import type { Logger } from '@regie/engine'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { PlatformError } from '../errors.ts'
import type { Call, DocumentRoute, Endpoint } from './endpoint.ts'
import { checkInput, mergeInput, strict } from './input.ts'

/** Serves an endpoint: its input checked before, its output after; fields it does not declare are stripped. */
export function mountEndpoint(server: FastifyInstance, endpoint: Endpoint, log: Logger): void {
  const input = strict(endpoint.input)
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    async handler(request, reply) {
      const fields = mergeInput({ params: request.params, query: request.query, body: request.body })
      checkInput(input, fields)
      let status = endpoint.status
      const call: Call = { requestId: request.id, log, status: (code) => (status = code) }
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
export function mountDocument(server: FastifyInstance, route: DocumentRoute): void {
  server.get(route.url, async (request, reply) => {
    const document = await route.handle({
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
