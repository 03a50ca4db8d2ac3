import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopbackName } from '../config/kinds.ts'
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
  /** Such as `https://regie.example.com`. */
  readonly publicUrl?: string
  /** Other sites whose pages may change things, as exact origins. Default: none. */
  readonly corsOrigins?: readonly string[]
}

/**
 * Only those who mean this server are served: another site's page must neither rebind a name to it (Host) nor change
 * anything with the cookies of somebody who is signed in (Origin).
 */
export function guardRequests(server: FastifyInstance, { publicUrl, corsOrigins = [] }: Reach): void {
  const origins = new Set(corsOrigins)
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host
  const isSafe = publicUrl?.startsWith('https:') === true
  const headers = isSafe ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : HEADERS
  // No async function: a promise for each request is dearer than the checks.
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done(
      refusalOfHost(request, publicHost) ??
        (SAFE_METHODS.has(request.method) || takesForeignPosts(request) || origins.has(request.headers.origin ?? '')
          ? undefined
          : refusalOfOrigin(request, publicUrl)),
    )
  })
}

/** The answers of SAML providers are posted from their pages; nothing is changed by them with anybody's cookies. */
function takesForeignPosts({ routeOptions }: FastifyRequest): boolean {
  return 'takesForeignPosts' in routeOptions.config && routeOptions.config.takesForeignPosts === true
}

function refusalOfHost(request: FastifyRequest, publicHost: string | undefined): PlatformError | undefined {
  const host = request.headers.host ?? ''
  // `http://evil.example/` as the target would count more than Host; only proxies are asked like that.
  const isOwnTarget = request.raw.url?.startsWith('/') === true
  if (isOwnTarget && (host.toLowerCase() === publicHost || isLoopbackHost(host))) return undefined
  const names = `localhost, 127.0.0.1 and [::1]${publicHost === undefined ? '' : `, and to ${publicHost}`}`
  return new PlatformError(
    'HOST_REFUSED',
    `This server answers to ${names} only: set REGIE_PUBLIC_URL to how people reach it.`,
    { status: 421 },
  )
}

// `localhost:7070` comes with each request: it is parsed as an address once.
let latestLoopback = ''

function isLoopbackHost(host: string): boolean {
  if (host === latestLoopback && host !== '') return true
  if (!parsesAsLoopback(host)) return false
  latestLoopback = host
  return true
}

function parsesAsLoopback(host: string): boolean {
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return false
  return isLoopbackName(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ''))
}

/** Programs send no Origin; browsers send one with every unsafe request. */
function refusalOfOrigin(request: FastifyRequest, publicUrl: string | undefined): PlatformError | undefined {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const isOwn =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : origin === (isLoopbackHost(host ?? '') ? `http://${host}` : publicUrl)
  if (isOwn) return undefined
  return new PlatformError(
    'ORIGIN_REFUSED',
    'This request comes from another site, and nothing may be changed from there.',
    {
      status: 403,
    },
  )
}
