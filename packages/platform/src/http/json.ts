import type { FastifyInstance } from 'fastify'
import { PlatformError } from '../errors.ts'

/** Deeper JSON is refused: code that walks it recursively would overflow. */
export const DEEPEST_JSON = 64

/** Takes JSON bodies only: 64 levels, no key that reaches a prototype; an empty body is no body. */
export function acceptJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body)
    if (text.trim() === '') return done(null, undefined)
    if (jsonDepth(text) > DEEPEST_JSON) {
      return done(
        new PlatformError('JSON_TOO_DEEP', `The body is nested deeper than ${DEEPEST_JSON} levels.`, { status: 400 }),
      )
    }
    return parse(request, text, done)
  })
}

/** How deep brackets and braces are nested, without parsing: strings are skipped, anything malformed is left to the parser. */
export function jsonDepth(text: string): number {
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
