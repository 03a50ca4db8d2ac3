import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AUTH_PATH, CLIENT_ADDRESS_HEADER } from './options.ts'
import { authPaths } from './paths.ts'

/** Answers one request as better-auth does. */
export type AuthHandler = (request: Request) => Promise<Response>

/** Serves the addresses of {@link authPaths} in a scope of their own: there bodies arrive as they were sent, also those of forms. */
export function mountAuth(server: FastifyInstance, handler: AuthHandler): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const [method, path] of authPaths) {
      scope.route({
        method,
        url: `${AUTH_PATH}${path}`,
        handler: async (request, reply) => answer(reply, await handler(asWebRequest(request))),
      })
    }
  })
}

function asWebRequest(request: FastifyRequest): Request {
  const { method, body } = request
  const headers = headersOf(request.headers)
  // Whatever the client says of its address, the connection and the trusted proxies know better.
  headers.set(CLIENT_ADDRESS_HEADER, request.ip)
  const url = `${request.protocol}://${request.headers.host}${request.url}`
  return new Request(url, { method, headers, ...(Buffer.isBuffer(body) && { body: new Uint8Array(body) }) })
}

function headersOf(incoming: IncomingHttpHeaders): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming)) {
    // Each of these would be believed by somebody further down.
    if (name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'x-real-ip') continue
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  return headers
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status)
  for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  return reply.send(Buffer.from(await response.arrayBuffer()))
}
