import type { FastifyInstance } from 'fastify'

// Chromium keeps a preflight no longer.
const PREFLIGHT_SECONDS = 7_200
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const TAKEN = 'Authorization, Content-Type, Idempotency-Key, X-Request-Id'
const GIVEN =
  'Deprecation, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-Id'

/** Lets pages of other sites use the API: those of exactly these origins, with credentials. No origin, no headers. */
export function allowOrigins(server: FastifyInstance, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return
  server.addHook('onRequest', async (request, reply) => {
    // Caches must not give the answer for one origin to another.
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !origins.has(origin)) return
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': GIVEN,
    })
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers
    if (!isPreflight) return
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': TAKEN,
        'access-control-max-age': String(PREFLIGHT_SECONDS),
      })
      .send()
  })
}
