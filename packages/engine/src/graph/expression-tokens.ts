import { EngineError } from '../errors.ts'

/** One word of an expression. `at` counts characters from 0. */
export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'name'; readonly value: string; readonly at: number }
  | { readonly kind: 'sign'; readonly value: string; readonly at: number }
  | { readonly kind: 'end'; readonly value: ''; readonly at: number }

/** Longest expression, in characters. */
const MAX_EXPRESSION = 2_000

const SPACE = /\s+/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y
// A dash joins words, because there is no subtraction: node ids may have one.
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/y
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y
const SIGN = /==|!=|<=|>=|&&|\|\||[<>!()[\].,]/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** Takes an expression apart. Throws `EXPRESSION_INVALID` with the place of what is no word. */
export function tokens(source: string): readonly Token[] {
  if (source.length > MAX_EXPRESSION)
    throw new EngineError('EXPRESSION_INVALID', `an expression has at most ${MAX_EXPRESSION} characters: split it up`)
  const found: Token[] = []
  for (let at = 0; at < source.length; ) {
    const space = match(SPACE, source, at)
    if (space !== null) {
      at += space[0].length
      continue
    }
    const token = tokenAt(source, at)
    found.push(token.token)
    at += token.length
  }
  return [...found, { kind: 'end', value: '', at: source.length }]
}

function tokenAt(source: string, at: number): { readonly token: Token; readonly length: number } {
  const name = match(NAME, source, at)
  if (name !== null) return { token: { kind: 'name', value: name[0], at }, length: name[0].length }
  const number = match(NUMBER, source, at)
  if (number !== null) return { token: { kind: 'number', value: Number(number[0]), at }, length: number[0].length }
  const text = match(TEXT, source, at)
  if (text !== null)
    return { token: { kind: 'text', value: unescaped(text[1] ?? text[2] ?? ''), at }, length: text[0].length }
  const sign = match(SIGN, source, at)
  if (sign !== null) return { token: { kind: 'sign', value: sign[0], at }, length: sign[0].length }
  throw syntaxError(source, at, `${JSON.stringify(source.slice(at, at + 12))} is no word of an expression`)
}

/** Names the place, for a person who looks at the text. */
export function syntaxError(source: string, at: number, problem: string): EngineError {
  return new EngineError('EXPRESSION_INVALID', `${problem}, at character ${at + 1} of ${JSON.stringify(clip(source))}`)
}

function clip(source: string): string {
  return source.length <= 120 ? source : `${source.slice(0, 119)}…`
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}
