/** A regular expression as a tree; what takes no character (anchors, look-arounds) is nothing. */
export type Node =
  | { readonly kind: 'nothing' }
  /** A bit for each of {@link CHARACTERS} that it takes. */
  | { readonly kind: 'character'; readonly takes: bigint }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'either'; readonly parts: readonly Node[] }
  | Repeated

/** So many of the same, one after the other. */
export interface Repeated {
  readonly kind: 'repeated'
  readonly part: Node
  readonly least: number
  /** Infinity when there is no limit. */
  readonly most: number
}

/** One of each kind of character that patterns tell apart. */
const CHARACTERS: readonly string[] = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...['\u0085', '\u00a0', 'é', 'ß', '\u0301', '€', '\u2028', '中', '\u{1f600}'],
]

interface Reader {
  readonly source: string
  readonly flags: string
  at: number
}

const NOTHING: Node = { kind: 'nothing' }

/** Reads a pattern of JavaScript. Throws a SyntaxError for references back, which are no regular language. */
export function parsePattern(source: string, flags: string): Node {
  const reader = { source, flags: flags.replace(/[gy]/g, ''), at: 0 }
  const node = either(reader)
  if (reader.at < source.length) throw new SyntaxError(`cannot read /${source}/ from ${reader.at} on`)
  return node
}

function either(reader: Reader): Node {
  const parts = [sequence(reader)]
  while (reader.source[reader.at] === '|') {
    reader.at += 1
    parts.push(sequence(reader))
  }
  return parts.length === 1 ? (parts[0] ?? NOTHING) : { kind: 'either', parts }
}

function sequence(reader: Reader): Node {
  const parts: Node[] = []
  while (reader.at < reader.source.length && !/[|)]/.test(reader.source.charAt(reader.at))) {
    parts.push(quantified(reader, atom(reader)))
  }
  return { kind: 'sequence', parts }
}

function quantified(reader: Reader, part: Node): Node {
  const match = /^(?:([*+?])|\{(\d+)(,)?(\d*)\})\??/.exec(reader.source.slice(reader.at))
  if (match === null) return part
  reader.at += match[0].length
  const [, sign, least = '', comma, most = ''] = match
  if (sign !== undefined)
    return { kind: 'repeated', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity }
  const upper = most === '' ? (comma === undefined ? Number(least) : Infinity) : Number(most)
  return { kind: 'repeated', part, least: Number(least), most: upper }
}

function atom(reader: Reader): Node {
  const rest = reader.source.slice(reader.at)
  if (rest.startsWith('(')) return group(reader, rest)
  const [text = ''] =
    /^(?:\[(?:\\[\s\S]|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\c[a-z]|\\[\s\S]|[\s\S])/iu.exec(
      rest,
    ) ?? []
  reader.at += text.length
  if (/^\\(?:[1-9]|k)/.test(text)) throw new SyntaxError(`/${reader.source}/ refers back`)
  if (text === '^' || text === '$' || /^\\b$/i.test(text)) return NOTHING
  return { kind: 'character', takes: takesOf(text, reader.flags) }
}

function group(reader: Reader, rest: string): Node {
  const [opening = '('] = /^\((?:\?(?:<?[=!]|:|<\w+>|[a-z]*(?:-[a-z]+)?:))?/.exec(rest) ?? []
  reader.at += opening.length
  const inner = either(reader)
  reader.at += 1
  return /[=!]$/.test(opening) ? NOTHING : inner
}

function takesOf(text: string, flags: string): bigint {
  const pattern = new RegExp(`^(?:${text})$`, flags)
  return CHARACTERS.reduce(
    (bits, character, index) => (pattern.test(character) ? bits | (1n << BigInt(index)) : bits),
    0n,
  )
}
