/** `getQuote`, `postQuoteSend`, `getClients`: from the method and the address, so that it stays when the code moves. */
export function operationName(method: string, path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '')
  const words = segments.flatMap((segment, index) => {
    if (segment.startsWith(':')) return []
    return pascalCase(segments[index + 1]?.startsWith(':') === true ? one(segment) : segment)
  })
  return [method.toLowerCase(), ...words].join('')
}

/** What an address is about: `Quote` at `/quotes/:id` and for `POST /quotes`, `Quotes` for `GET /quotes`. */
export function subjectName(method: string, path: string): string {
  const isOfOne = method !== 'GET' || path.split('/').at(-1)?.startsWith(':') === true
  const name = operationName('', path)
  return isOfOne ? singular(name) : name
}

/** `request-changes` as `RequestChanges`. */
export function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}

/** One of many; of what has no plural, such as `audit`, an item. */
function one(segment: string): string {
  return singular(segment) === segment ? `${segment}-item` : singular(segment)
}

/** `entries` as `entry`, `quotes` as `quote`: English as far as addresses need it. */
export function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ss|us|is)$/.test(word)) return word
  return word.replace(/(?<=ch|sh|ss|us|x)es$|s$/, '')
}
