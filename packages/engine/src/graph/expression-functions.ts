import { EngineError } from '../errors.ts'
import { boundLength, showValue, textOf } from './expression-values.ts'

/** A function of the expression language: how many values it takes (least, most), and what it does with them. */
export interface ExpressionFunction {
  readonly takes: readonly [least: number, most: number]
  readonly run: (...given: readonly unknown[]) => unknown
}

const MANY = 50

/** Everything an expression can call. Each is pure: the same values, the same answer. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ['length', { takes: [1, 1], run: lengthOf }],
  ['lower', { takes: [1, 1], run: (text) => asText('lower', text).toLowerCase() }],
  ['upper', { takes: [1, 1], run: (text) => asText('upper', text).toUpperCase() }],
  ['trim', { takes: [1, 1], run: (text) => asText('trim', text).trim() }],
  ['contains', { takes: [2, 2], run: contains }],
  [
    'startsWith',
    { takes: [2, 2], run: (text, part) => asText('startsWith', text).startsWith(asText('startsWith', part)) },
  ],
  ['endsWith', { takes: [2, 2], run: (text, part) => asText('endsWith', text).endsWith(asText('endsWith', part)) }],
  ['concat', { takes: [1, MANY], run: (...parts) => parts.map(textOf).join('') }],
  ['join', { takes: [2, 2], run: join }],
  ['split', { takes: [2, 2], run: (text, between) => asText('split', text).split(asText('split', between)) }],
  ['first', { takes: [1, 1], run: (list) => asList('first', list).at(0) ?? null }],
  ['last', { takes: [1, 1], run: (list) => asList('last', list).at(-1) ?? null }],
  ['keys', { takes: [1, 1], run: (object) => Object.keys(asObject('keys', object)) }],
  ['default', { takes: [2, MANY], run: (...values) => values.find((value) => value != null) ?? null }],
  ['text', { takes: [1, 1], run: (value) => textOf(value) }],
  ['number', { takes: [1, 1], run: toNumber }],
  [
    'add',
    {
      takes: [2, MANY],
      run: (...values) =>
        finite(
          'add',
          numbers('add', values).reduce((a, b) => a + b),
        ),
    },
  ],
  [
    'subtract',
    {
      takes: [2, 2],
      run: (...values) =>
        finite(
          'subtract',
          numbers('subtract', values).reduce((a, b) => a - b),
        ),
    },
  ],
  [
    'multiply',
    {
      takes: [2, MANY],
      run: (...values) =>
        finite(
          'multiply',
          numbers('multiply', values).reduce((a, b) => a * b),
        ),
    },
  ],
  [
    'divide',
    {
      takes: [2, 2],
      run: (...values) =>
        finite(
          'divide',
          numbers('divide', values).reduce((a, b) => a / b),
        ),
    },
  ],
  ['round', { takes: [1, 2], run: round }],
  [
    'sum',
    {
      takes: [1, 1],
      run: (list) =>
        finite(
          'sum',
          numbers('sum', asList('sum', list)).reduce((a, b) => a + b, 0),
        ),
    },
  ],
  ['min', { takes: [1, MANY], run: (...values) => some('min', values).reduce((a, b) => Math.min(a, b)) }],
  ['max', { takes: [1, MANY], run: (...values) => some('max', values).reduce((a, b) => Math.max(a, b)) }],
])

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return Object.keys(asObject('length', value)).length
}

function contains(whole: unknown, part: unknown): boolean {
  if (typeof whole === 'string') return whole.includes(asText('contains', part))
  return asList('contains', whole).includes(part)
}

function join(given: unknown, separator: unknown): string {
  const parts = asList('join', given).map(textOf)
  const between = asText('join', separator)
  boundLength(parts.reduce((length, part) => length + part.length + between.length, 0))
  return parts.join(between)
}

function toNumber(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return asNumber('number', number)
}

function round(value: unknown, digits: unknown = 0): number {
  const places = asNumber('round', digits)
  if (!Number.isInteger(places) || places < 0 || places > 10) throw wrong('round', '0 to 10 digits', digits)
  return Number(asNumber('round', value).toFixed(places))
}

/** Several values, or one list of them; at least one. */
function some(name: string, values: readonly unknown[]): readonly number[] {
  const [only] = values
  const all = values.length === 1 && Array.isArray(only) ? only : values
  if (all.length === 0) throw wrong(name, 'at least one number', all)
  return numbers(name, all)
}

function numbers(name: string, values: readonly unknown[]): readonly number[] {
  return values.map((value) => asNumber(name, value))
}

function asNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw wrong(name, 'a number', value)
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new EngineError('EXPRESSION_INVALID', `${name} gives no finite number: it may divide by 0`)
}

function asText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw wrong(name, 'text', value)
}

function asList(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrong(name, 'a list', value)
}

function asObject(name: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw wrong(name, name === 'length' ? 'text, a list or an object' : 'an object', value)
}

function wrong(name: string, wanted: string, value: unknown): EngineError {
  return new EngineError('EXPRESSION_INVALID', `${name} needs ${wanted}, not ${showValue(value)}`)
}
