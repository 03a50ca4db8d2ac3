import type { FastifyInstance } from 'fastify'
import { PlatformError, type PlatformErrorCode } from '../errors.ts'

/** Deeper JSON is refused: code that walks it recursively would overflow. */
const DEEPEST_JSON = 64

/** Takes JSON bodies only: UTF-8, not compressed, 64 levels, no key that reaches a prototype; an empty body is no body. */
export function acceptJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') return done(refusal(415, 'MEDIA_TYPE_UNSUPPORTED', 'Send the body uncompressed.'))
    if (!isUtf8(request.headers['content-type']))
      return done(refusal(415, 'MEDIA_TYPE_UNSUPPORTED', 'Send the body in UTF-8: JSON has no other charset.'))
    const text = decode(body)
    if (text === undefined) return done(refusal(400, 'JSON_INVALID', 'The body is not valid UTF-8.'))
    if (text.trim() === '') return done(null, undefined)
    if (jsonDepth(text) > DEEPEST_JSON) {
      return done(refusal(400, 'JSON_TOO_DEEP', `The body is nested deeper than ${DEEPEST_JSON} levels.`))
    }
    return parse(request, text, (error, value) => done(error !== null && isJson(text) ? poisoned() : error, value))
  })
}

function refusal(status: number, code: PlatformErrorCode, message: string): PlatformError {
  return new PlatformError(code, message, { status })
}

function poisoned(): PlatformError {
  const message = 'The body has a field __proto__ or constructor.prototype, which no address takes: leave it out.'
  return refusal(400, 'JSON_INVALID', message)
}

/** JSON has no parameters, but many clients name this one. */
function isUtf8(type: string | undefined): boolean {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type ?? '') ?? []
  return /^utf-?8$/i.test(charset)
}

/** What the parser that refuses some fields has refused may be valid all the same. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Undefined for bytes that are no text: reading them leniently would keep something else than what was sent. */
function decode(body: string | Buffer): string | undefined {
  try {
    return typeof body === 'string' ? body : utf8.decode(body)
  } catch {
    return undefined
  }
}

/** How deep brackets and braces are nested, without parsing: strings are skipped, anything malformed is left to the parser. */
function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (inString) {
      if (character === '\\') index += 1
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      depth += 1
      deepest = Math.max(deepest, depth)
    } else if (character === '}' || character === ']') depth -= 1
  }
  return deepest
}
