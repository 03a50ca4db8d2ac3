import { EXPRESSION_FUNCTIONS } from './expression-functions.ts'
import { syntaxError, type Token, tokens } from './expression-tokens.ts'

/** An expression as a tree. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** `input.lines[0].price`: a root, then keys. */
  | { readonly kind: 'path'; readonly root: string; readonly keys: readonly Expression[]; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly sign: Comparison; readonly left: Expression; readonly right: Expression }

/** How two values are compared. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not'])
const MAX_DEPTH = 32

/**
 * Reads an expression: paths (`input.total`, `nodes.fetch.lines[0]`), text, numbers, `true`, `false`, `null`, the six
 * comparisons, `and`, `or`, `not` (or `&&`, `||`, `!`), parentheses, and the functions of the list. Nothing else: it can
 * neither assign, nor loop, nor reach anything that it is not given. Throws `EXPRESSION_INVALID` with the place.
 */
export function parseExpression(source: string): Expression {
  return new Parser(source).whole()
}

/** Precedence climbs: or, and, not, comparison, value. Its life is one expression. */
class Parser {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #place = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokens(source)
  }

  whole(): Expression {
    const expression = this.#or()
    if (this.#next.kind !== 'end') throw this.#error(`${JSON.stringify(String(this.#next.value))} is not expected`)
    return expression
  }

  get #next(): Token {
    return this.#tokens[this.#place] ?? { kind: 'end', value: '', at: this.#source.length }
  }

  #error(problem: string, at = this.#next.at): Error {
    return syntaxError(this.#source, at, problem)
  }

  /** Takes the next token when it is this sign or word. */
  #takes(...words: readonly string[]): string | undefined {
    const { kind, value } = this.#next
    if ((kind !== 'sign' && kind !== 'name') || !words.includes(value)) return undefined
    this.#place++
    return value
  }

  #expect(sign: string): void {
    if (this.#takes(sign) === undefined) throw this.#error(`'${sign}' is missing`)
  }

  #or(): Expression {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`more than ${MAX_DEPTH} levels are too deep`)
    let left = this.#and()
    while (this.#takes('or', '||') !== undefined) left = { kind: 'or', left, right: this.#and() }
    this.#depth--
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#takes('and', '&&') !== undefined) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Expression {
    if (this.#takes('not', '!') === undefined) return this.#comparison()
    if (++this.#depth > MAX_DEPTH) throw this.#error(`more than ${MAX_DEPTH} levels are too deep`)
    const of = this.#not()
    this.#depth--
    return { kind: 'not', of }
  }

  #comparison(): Expression {
    const left = this.#value()
    const sign = this.#takes(...COMPARISONS)
    return sign === undefined ? left : { kind: 'compare', sign: sign as Comparison, left, right: this.#value() }
  }

  #value(): Expression {
    const token = this.#next
    if (token.kind === 'number' || token.kind === 'text') {
      this.#place++
      return { kind: 'literal', value: token.value }
    }
    if (this.#takes('(') !== undefined) {
      const inner = this.#or()
      this.#expect(')')
      return inner
    }
    if (token.kind !== 'name' || RESERVED.has(token.value)) throw this.#error('a value is missing')
    this.#place++
    const word = WORDS.get(token.value)
    if (word !== undefined) return { kind: 'literal', value: word }
    return this.#takes('(') === undefined ? this.#path(token.value, token.at) : this.#call(token.value, token.at)
  }

  #path(root: string, at: number): Expression {
    const keys: Expression[] = []
    for (;;) {
      if (this.#takes('[') !== undefined) {
        keys.push(this.#or())
        this.#expect(']')
        continue
      }
      if (this.#takes('.') === undefined) return { kind: 'path', root, keys, at }
      const { kind, value } = this.#next
      if (kind !== 'name') throw this.#error("a name is missing after '.': write [0] for a place in a list")
      this.#place++
      keys.push({ kind: 'literal', value })
    }
  }

  #call(name: string, at: number): Expression {
    const known = EXPRESSION_FUNCTIONS.get(name)
    if (known === undefined)
      throw this.#error(`there is no function ${name} (known: ${[...EXPRESSION_FUNCTIONS.keys()].join(', ')})`, at)
    const given: Expression[] = []
    if (this.#takes(')') === undefined) {
      do given.push(this.#or())
      while (this.#takes(',') !== undefined)
      this.#expect(')')
    }
    const [least, most] = known.takes
    if (given.length < least || given.length > most)
      throw this.#error(
        `${name} takes ${least === most ? least : `${least} to ${most}`} values, not ${given.length}`,
        at,
      )
    return { kind: 'call', name, given }
  }
}
