import type { FastifyInstance, FastifyRequest } from 'fastify'
import { PlatformError } from '../errors.ts'

const MOST_HEADERS = 100

// A proxy and this server could each believe another one of two.
const SINGLE = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'origin',
  'transfer-encoding',
  'x-request-id',
])

/** Refuses requests with more than 100 headers (431), and with two of a kind of which only one can be meant (400). */
export function checkHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => done(refusalOf(request)))
}

function refusalOf(request: FastifyRequest): PlatformError | undefined {
  if (request.raw.rawHeaders.length > MOST_HEADERS * 2) {
    return new PlatformError('REQUEST_INVALID', `There are more than ${MOST_HEADERS} headers.`, { status: 431 })
  }
  const twice = repeatedName(request)
  if (twice === undefined) return undefined
  return new PlatformError('REQUEST_INVALID', `The header ${twice} stands twice: send it once.`, { status: 400 })
}

function repeatedName({ raw }: FastifyRequest): string | undefined {
  const seen = new Set<string>()
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index]?.toLowerCase() ?? ''
    if (!SINGLE.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}
