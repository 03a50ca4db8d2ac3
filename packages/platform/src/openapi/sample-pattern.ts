// Texts for the patterns that inputs are checked with: literals, classes, groups, alternatives and counts. Look-arounds and
// references back are left out; the caller checks what it gets anyway.

interface Cursor {
  readonly pattern: string
  at: number
}

/** A short text that a plain regular expression accepts, the same each time; undefined when it is not that plain. */
export function samplePattern(pattern: string): string | undefined {
  const cursor = { pattern, at: 0 }
  const text = alternatives(cursor)
  return cursor.at === pattern.length && text !== undefined && matches(pattern, text) ? text : undefined
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(pattern, 'u').test(text)
}

/** Takes the first alternative and skips the others. */
function alternatives(cursor: Cursor): string | undefined {
  const first = sequence(cursor)
  while (peek(cursor) === '|') {
    cursor.at += 1
    sequence(cursor)
  }
  return first
}

function sequence(cursor: Cursor): string | undefined {
  let text: string | undefined = ''
  while (cursor.at < cursor.pattern.length && peek(cursor) !== '|' && peek(cursor) !== ')') {
    const piece = atom(cursor)
    const times = count(cursor)
    text = text === undefined || piece === undefined ? undefined : text + piece.repeat(times)
  }
  return text
}

function atom(cursor: Cursor): string | undefined {
  const character = take(cursor)
  if (character === '^' || character === '$') return ''
  if (character === '.') return 'a'
  if (character === '[') return fromClass(cursor)
  if (character === '\\') return fromEscape(take(cursor))
  if (character !== '(') return character
  const isPlain = peek(cursor) !== '?' || cursor.pattern.startsWith('?:', cursor.at)
  if (cursor.pattern.startsWith('?:', cursor.at)) cursor.at += 2
  const inner = isPlain ? alternatives(cursor) : undefined
  if (peek(cursor) === ')') cursor.at += 1
  return inner
}

/** The first character of a class; for one that is negated, a letter or digit that it allows. */
function fromClass(cursor: Cursor): string | undefined {
  const start = cursor.at
  while (cursor.at < cursor.pattern.length && peek(cursor) !== ']') cursor.at += peek(cursor) === '\\' ? 2 : 1
  const inside = cursor.pattern.slice(start, cursor.at)
  cursor.at += 1
  return ['a', 'A', '1', '0', '-', '.', '_', ' ', '/', '+'].find((character) => matches(`^[${inside}]$`, character))
}

function fromEscape(character: string): string | undefined {
  return { d: '1', w: 'a', s: ' ', S: 'a', D: 'a', b: '' }[character] ?? (/\W/.test(character) ? character : undefined)
}

/** How often at least; once for what may be left out, so that the text looks like one. */
function count(cursor: Cursor): number {
  const [quantifier = '', least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(cursor.pattern.slice(cursor.at)) ?? []
  cursor.at += quantifier.length
  return least === undefined ? (quantifier === '' || quantifier.startsWith('+') ? 1 : 0) : Number(least)
}

function peek({ pattern, at }: Cursor): string {
  return pattern.charAt(at)
}

function take(cursor: Cursor): string {
  cursor.at += 1
  return cursor.pattern.charAt(cursor.at - 1)
}
