import { isBodiless } from '../http/endpoint.ts'
import type { Described } from './operation.ts'

/** A header as the reference shows it. */
interface Header {
  readonly description: string
  readonly schema: { readonly type: 'string' }
  readonly example: string
}

function header(description: string, example: string): Header {
  return { description, schema: { type: 'string' }, example }
}

/** Headers of answers, by their names. */
export const HEADERS: Readonly<Record<string, Header>> = {
  Deprecation: header('Since when the address is deprecated, as `@` and seconds (RFC 9745).', '@1767312000'),
  'Idempotency-Replayed': header('`true` when this is the answer of an earlier request with the same key.', 'true'),
  Link: header('What takes its place: `rel="successor-version"`.', '</api/v2/orders>; rel="successor-version"'),
  Location: header(
    'Where what was accepted or made can be looked at, or where the browser goes on.',
    '/api/v1/runs/42',
  ),
  RateLimit: header('How many more may come at once, and in how many seconds all may again.', '"default";r=2999;t=1'),
  'RateLimit-Policy': header(
    'How many requests may come at once, and in each of so many seconds.',
    '"default";q=3000;w=60',
  ),
  'Retry-After': header('Seconds to wait.', '1'),
  Sunset: header('When the address stops to answer (RFC 8594).', 'Sat, 02 Jan 2027 00:00:00 GMT'),
  'X-Request-Id': header('Under which the log speaks of this request.', '01939f5c-6a00-7000-8000-000000000001'),
}

/** The key under which an unsafe request may be sent again without being done twice. */
export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Of your choice, such as a UUID: the same request within 24 h is answered the same, and done once.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
} as const

/** Whether {@link IDEMPOTENCY_KEY} means something there: keys belong to who is signed in. */
export function isRepeatable({ method, access, isServedApart }: Described): boolean {
  return method !== 'GET' && access !== 'public' && isServedApart !== true
}

/** The headers of a success, as `headers` of its response. */
export function successHeaders(endpoint: Described, status: number): object {
  const { deprecated, access, rate } = endpoint
  const isCounted = access !== 'public' || rate !== undefined
  return refer([
    ...(status === 202 || (isBodiless(status) && status !== 204) ? ['Location'] : []),
    ...(deprecated === undefined ? [] : ['Deprecation']),
    ...(deprecated?.sunset === undefined ? [] : ['Sunset']),
    ...(deprecated?.successor === undefined ? [] : ['Link']),
    ...(isCounted ? ['RateLimit', 'RateLimit-Policy'] : []),
    ...(isRepeatable(endpoint) ? ['Idempotency-Replayed'] : []),
    'X-Request-Id',
  ])
}

/** The headers of a refusal: when to come back, where that is known. */
export function refusalHeaders(status: number): object {
  const limits = status === 429 ? ['RateLimit', 'RateLimit-Policy'] : []
  return refer([...([409, 429, 503].includes(status) ? ['Retry-After'] : []), ...limits, 'X-Request-Id'])
}

function refer(names: readonly string[]): object {
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }
}
