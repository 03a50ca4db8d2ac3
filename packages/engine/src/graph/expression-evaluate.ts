import { isDeepStrictEqual } from 'node:util'
import { EngineError } from '../errors.ts'
import type { Comparison, Expression } from './expression.ts'
import { EXPRESSION_FUNCTIONS } from './expression-functions.ts'
import { boundText, showValue } from './expression-values.ts'

/** What the roots of paths stand for. */
export type Scope = Readonly<Record<string, unknown>>

/**
 * The value of an expression; what is not there is null. Throws `EXPRESSION_INVALID` for values that cannot be compared, or
 * that a function does not take.
 */
export function evaluate(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'path':
      return expression.keys.reduce<unknown>(
        (value, key) => member(value, evaluate(key, scope)),
        member(scope, expression.root),
      )
    case 'call':
      return boundText(
        EXPRESSION_FUNCTIONS.get(expression.name)?.run(...expression.given.map((given) => evaluate(given, scope))),
      )
    case 'not':
      return !isTrue(evaluate(expression.of, scope))
    case 'and':
      return isTrue(evaluate(expression.left, scope)) && isTrue(evaluate(expression.right, scope))
    case 'or':
      return isTrue(evaluate(expression.left, scope)) || isTrue(evaluate(expression.right, scope))
    case 'compare':
      return compare(expression.sign, evaluate(expression.left, scope), evaluate(expression.right, scope))
  }
}

/** False are `false`, `null`, 0, the empty text and the empty list; everything else is true. */
export function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

/** Own members only: what an object inherits is the language's, not the data's. */
function member(of: unknown, key: unknown): unknown {
  if (typeof of !== 'object' || of === null) return null
  if (typeof key !== 'string' && typeof key !== 'number') return null
  if (Array.isArray(of)) return typeof key === 'number' ? (of.at(key) ?? null) : null
  return Object.hasOwn(of, key) ? ((of as Readonly<Record<string, unknown>>)[key] ?? null) : null
}

function compare(sign: Comparison, left: unknown, right: unknown): boolean {
  if (sign === '==') return isDeepStrictEqual(left, right)
  if (sign === '!=') return !isDeepStrictEqual(left, right)
  const order = orderOf(sign, left, right)
  if (sign === '<') return order < 0
  if (sign === '<=') return order <= 0
  return sign === '>' ? order > 0 : order >= 0
}

function orderOf(sign: string, left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right)
  throw new EngineError(
    'EXPRESSION_INVALID',
    `${showValue(left)} ${sign} ${showValue(right)} cannot be decided: compare two numbers or two texts`,
  )
}
