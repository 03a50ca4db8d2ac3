import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEngineError } from '../errors.ts'
import { parseExpression } from './expression.ts'
import { evaluate } from './expression-evaluate.ts'
import { EXPRESSION_FUNCTIONS } from './expression-functions.ts'
import { fillText, fillValue } from './template.ts'

const scope = {
  input: { total: 120, name: 'Ada', lines: [{ price: 3 }, { price: 4 }], empty: [], nothing: null, 'a b': 1 },
  nodes: { 'node-1': { status: 200 } },
}

function value(source: string): unknown {
  return evaluate(parseExpression(source), scope)
}

function fault(source: string): string {
  try {
    value(source)
  } catch (error) {
    if (isEngineError(error, 'EXPRESSION_INVALID')) return error.message
    throw error
  }
  return 'none'
}

describe('an expression', () => {
  it.each([
    ['input.total > 100 and input.name == "Ada"', true],
    ['input.total > 200 or not (input.name != "Ada")', true],
    ['input.total>100&&!(input.total>=121)', true],
    ['input.lines[1].price', 4],
    ['input.lines[-1].price', 4],
    ['input["a b"]', 1],
    ['nodes.node-1.status == 200', true],
    ['nodes["node-1"].status', 200],
    ["'it\\'s' == \"it's\"", true],
    ['1 < 2 and 2 <= 2 and 3 >= 3', true],
    ['-1.5e1', -15],
    ['input.lines == input.lines', true],
    ['true or input.total > input.name', true],
    ['false and input.total > input.name', false],
    ['length(input.lines) + 0 == 2', 'EXPRESSION_INVALID'],
    ['default(input.nothing, input.missing, 7)', 7],
    ['concat(upper(input.name), "-", input.total)', 'ADA-120'],
    ['sum(split("", "x"))', 'EXPRESSION_INVALID'],
    ['add(multiply(2, 3), divide(9, 3), subtract(1, 2))', 8],
    ['join(split("a,b,c", ","), "; ")', 'a; b; c'],
    ['contains(input.name, "da") and contains(split("a b", " "), "b")', true],
    ['round(2.345, 2)', 2.35],
    ['min(3, 1, 2) == 1 and max(split("", "z"))', 'EXPRESSION_INVALID'],
    ['number(" 12 ")', 12],
    ['first(input.empty)', null],
    ['keys(nodes)', ['node-1']],
    ['text(input.lines)', '[{"price":3},{"price":4}]'],
  ])('%s is %j', (source, expected) => {
    if (expected === 'EXPRESSION_INVALID') expect(fault(source)).not.toBe('none')
    else expect(value(source)).toEqual(expected)
  })

  it('finds null for what is not there, however deep, and never what an object inherits', () => {
    for (const source of [
      'input.missing.deeper[3].x',
      'input.constructor',
      'input.__proto__.toString',
      'input.lines.length',
      'input.name.length',
      'toString',
      'input[input.lines]',
    ])
      expect(value(source), source).toBeNull()
  })

  it.each([
    ['', 'a value is missing, at character 1'],
    ['input.', "a name is missing after '.'"],
    ['input.total >', 'a value is missing, at character 14'],
    ['1 < 2 < 3', '"<" is not expected, at character 7'],
    ['(1', "')' is missing"],
    ['input.a; 1', 'is no word of an expression, at character 8'],
    ['`x`', 'is no word'],
    ['x = 1', 'is no word'],
    ['eval("1")', 'there is no function eval (known: length,'],
    ['constructor("return 1")', 'there is no function constructor'],
    ['length(1, 2)', 'length takes 1 values, not 2'],
    ['input.name > 3', '"Ada" > 3 cannot be decided'],
    ['input.nothing < 3', 'null < 3 cannot be decided'],
    ['lower(3)', 'lower needs text, not 3'],
    ['divide(1, 0)', 'divide gives no finite number'],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, 'too deep'],
    [`${'not '.repeat(40)}1`, 'too deep'],
    ['x'.repeat(2_001), 'at most 2000 characters'],
  ])('%j is refused: %s', (source, message) => {
    expect(fault(source)).toContain(message)
  })

  it('either has a value or is refused as an expression, whatever its text', () => {
    const words = fc.constantFrom(
      ...['input', 'nodes', '.', '[', ']', '(', ')', '==', '<', 'and', 'or', 'not', '!', ',', "'a'", '1', '-2', 'null'],
      ...EXPRESSION_FUNCTIONS.keys(),
    )
    const sources = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 15 }).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(sources, (source) => {
        const why = fault(source)
        expect(typeof why).toBe('string')
      }),
      { numRuns: 2_000 },
    )
  })

  it('compares any two numbers and any two texts as JavaScript does', () => {
    const signs = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')
    const pairs = fc.oneof(fc.tuple(fc.integer(), fc.integer()), fc.tuple(fc.string(), fc.string()))
    fc.assert(
      fc.property(pairs, signs, ([left, right], sign) => {
        const expected = {
          '==': left === right,
          '!=': left !== right,
          '<': left < right,
          '<=': left <= right,
          '>': left > right,
          '>=': left >= right,
        }[sign]
        expect(evaluate(parseExpression(`input.a ${sign} input.b`), { input: { a: left, b: right } })).toBe(expected)
      }),
    )
  })

  it('does not make texts without bound', () => {
    const long = { input: { x: 'x'.repeat(600_000), many: Array.from({ length: 2_000 }, () => '') } }
    const grow = (source: string) => () => evaluate(parseExpression(source), long)
    expect(grow('concat(input.x, input.x)')).toThrow('too long')
    expect(grow('join(input.many, input.x)')).toThrow('too long')
  })
})

describe('a template', () => {
  it('keeps the type of a value that stands alone, and makes text of one within text', () => {
    const filled = fillValue({ a: '{{ input.total }}', b: ['{{input.lines}}', 'Dear {{ input.name }}!'], c: 3 }, scope)
    expect(filled).toEqual({ a: 120, b: [scope.input.lines, 'Dear Ada!'], c: 3 })
    expect(fillText('{{ input.lines }} {{ input.nothing }}', scope)).toBe('[{"price":3},{"price":4}] ')
  })

  it('leaves other text alone, and can hold braces as text', () => {
    expect(fillText('{ "a": 1 } }}', scope)).toBe('{ "a": 1 } }}')
    expect(fillText('{{ "{{" }}x}}', scope)).toBe('{{x}}')
  })

  it('is refused when a place has no end, or holds no expression', () => {
    for (const source of ['{{ input.a', 'x {{ "a }}', '{{ }}', '{{ input. }}', `${'{{'.repeat(20_000)}`])
      expect(() => fillText(source, {}), source.slice(0, 20)).toThrow()
  })

  it('gives back any text without two opening braces as it is, and any JSON value that stands alone', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => void expect(fillValue(text, {})).toBe(text),
      ),
    )
    fc.assert(fc.property(fc.jsonValue(), (json) => void expect(fillValue('{{ x }}', { x: json })).toEqual(json)))
  })
})
