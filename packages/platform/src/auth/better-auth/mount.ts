import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../identity.ts'
import { checkShape } from '../shape.ts'
import { AUTH_PATH, CLIENT_ADDRESS_HEADER } from './options.ts'
import { type AuthPath, authPaths } from './paths.ts'

/** What stands behind the addresses of better-auth. */
export interface MountedAuth extends Identity {
  /** Answers as better-auth does. */
  handle(request: Request, requestId?: string): Promise<Response>
  /** A refusal of better-auth's, in our words. */
  refusal(status: number, body: unknown): Error
  /** Throws unless who asks may use an address that is for those who are signed in. */
  requireOneself(request: FastifyRequest): Promise<void>
  /** Counts a request before it is read. */
  count(at: AuthPath, request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/** Serves the addresses of {@link authPaths} in a scope of their own: there bodies arrive as they were sent, also those of forms. */
export function mountAuth(server: FastifyInstance, auth: MountedAuth): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const path of authPaths) {
      scope.route({
        method: path.method,
        url: `${AUTH_PATH}${path.path}`,
        onRequest: (request, reply) => auth.count(path, request, reply),
        async handler(request, reply) {
          // better-auth knows neither our ends of sessions nor who looks through whose eyes.
          if (path.access === 'signed-in') await auth.requireOneself(request)
          if (path.method === 'POST') checkShape(path.input, request.body)
          return answer(reply, await auth.handle(asWebRequest(request), request.id), auth)
        },
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

async function answer(reply: FastifyReply, response: Response, auth: MountedAuth): Promise<FastifyReply> {
  const retryAfter = response.headers.get('retry-after')
  if (retryAfter !== null) reply.header('retry-after', retryAfter)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  if (response.status >= 400) throw auth.refusal(response.status, await response.json().catch(() => undefined))
  reply.code(response.status)
  for (const [name, value] of response.headers)
    if (name !== 'set-cookie' && name !== 'content-length') reply.header(name, value)
  return reply.send(withoutToken(await response.text()))
}

/** The token of a session is for the cookie alone, which no script reads: better-auth tells it in the body too. */
function withoutToken(body: string): string {
  return JSON.stringify(JSON.parse(body), (name, value) => (name === 'token' ? undefined : value))
}
