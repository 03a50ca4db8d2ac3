import { EngineError } from '../errors.ts'
import { type Expression, parseExpression } from './expression.ts'
import { evaluate, type Scope } from './expression-evaluate.ts'
import { boundText, textOf } from './expression-values.ts'

/** A piece of text with places to fill in. */
export type Template = readonly (string | Expression)[]

// Looking for places in text that is nothing but opened quotes takes the square of its length.
const MAX_TEMPLATE = 20_000
// Quoted text inside may hold braces.
const PLACE = /\{\{((?:[^'"{}]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*)\}\}/g

/** Reads `Hello {{ input.name }}`. Throws `EXPRESSION_INVALID`, also for `{{` without its end. */
function parseTemplate(source: string): Template {
  if (source.length > MAX_TEMPLATE && source.includes('{{'))
    throw new EngineError('EXPRESSION_INVALID', `a template has at most ${MAX_TEMPLATE} characters: split it up`)
  const parts: (string | Expression)[] = []
  let end = 0
  for (const match of source.matchAll(PLACE)) {
    parts.push(literal(source, end, match.index), parseExpression(match[1] ?? ''))
    end = match.index + match[0].length
  }
  return [...parts, literal(source, end, source.length)].filter((part) => part !== '')
}

function literal(source: string, from: number, to: number): string {
  const text = source.slice(from, to)
  if (text.includes('{{'))
    throw new EngineError(
      'EXPRESSION_INVALID',
      `'{{' without its '}}' in ${JSON.stringify(source.slice(0, 120))}: write {{ "{{" }} for the braces themselves`,
    )
  return text
}

/** A value of JSON in which each text may be a template. One that is nothing but `{{ … }}` keeps its value's type. */
export function fillValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return fillTemplate(parseTemplate(value), scope)
  if (Array.isArray(value)) return value.map((each) => fillValue(each, scope))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillValue(each, scope)]))
}

/** As {@link fillValue}, and the result is text. */
export function fillText(source: string, scope: Scope): string {
  return textOf(fillTemplate(parseTemplate(source), scope))
}

function fillTemplate(template: Template, scope: Scope): unknown {
  const [only] = template
  if (template.length === 1 && only !== undefined && typeof only !== 'string') return evaluate(only, scope)
  return boundText(template.map((part) => (typeof part === 'string' ? part : textOf(evaluate(part, scope)))).join(''))
}

/** Each expression in a value of JSON, with its path in the value. Throws `EXPRESSION_INVALID` through `problem`. */
export function expressionsIn(
  value: unknown,
  path: readonly (string | number)[],
  found: (expression: Expression, path: readonly (string | number)[]) => void,
  problem: (error: unknown, path: readonly (string | number)[]) => void,
): void {
  if (typeof value === 'string') {
    try {
      for (const part of parseTemplate(value)) if (typeof part !== 'string') found(part, path)
    } catch (error) {
      problem(error, path)
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  for (const [key, each] of entries) expressionsIn(each, [...path, key], found, problem)
}
