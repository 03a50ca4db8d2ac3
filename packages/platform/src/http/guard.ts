import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopbackName } from '../config/settings.ts'
import { PlatformError } from '../errors.ts'

const HOST = /^[\w.[\]:-]+$/
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-permitted-cross-domain-policies': 'none',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
}

/** How people reach the server. */
export interface Reach {
  /** Such as `https://regie.example.com`. With https, browsers are told to keep to it. */
  readonly publicUrl?: string
  /** Other sites whose pages may change things, as exact origins. Default: none. */
  readonly corsOrigins?: readonly string[]
}

// Two years, as the lists of browsers want it; other names below this one are their owners' affair.
const KEEP_HTTPS = { 'strict-transport-security': 'max-age=63072000' }

/**
 * Until there is sign-in, whoever reaches the server may do anything; so only this machine's own programs may: another
 * site's page must neither rebind a name to 127.0.0.1 (Host) nor post from afar (Origin).
 */
export function guardRequests(server: FastifyInstance, { publicUrl, corsOrigins = [] }: Reach): void {
  const headers = { ...HEADERS, ...(publicUrl?.startsWith('https:') === true && KEEP_HTTPS) }
  const origins = new Set(corsOrigins)
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('x-request-id', request.id)
    refuseForeignHost(request)
    if (!SAFE_METHODS.has(request.method)) refuseForeignOrigin(request, origins)
  })
}

function refuseForeignHost(request: FastifyRequest): void {
  const host = request.headers.host ?? ''
  // `http://evil.example/` as the target would count more than Host; only proxies are asked like that.
  const isOwnTarget = request.raw.url?.startsWith('/') === true
  if (
    isOwnTarget &&
    HOST.test(host) &&
    URL.canParse(`http://${host}`) &&
    isLoopbackName(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ''))
  )
    return
  throw new PlatformError(
    'HOST_REFUSED',
    'This server answers to localhost, 127.0.0.1 and [::1] only: until there is sign-in it serves its own machine.',
    { status: 421 },
  )
}

/** Programs send no Origin; browsers send one with every unsafe request. */
function refuseForeignOrigin(request: FastifyRequest, origins: ReadonlySet<string>): void {
  const { origin, host } = request.headers
  if (origin !== undefined && origins.has(origin)) return
  const site = request.headers['sec-fetch-site']
  const isOwn =
    origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : origin === `http://${host}`
  if (isOwn) return
  throw new PlatformError(
    'ORIGIN_REFUSED',
    'This request comes from another site, and nothing may be changed from there.',
    {
      status: 403,
    },
  )
}
