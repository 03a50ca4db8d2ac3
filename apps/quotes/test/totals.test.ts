import { expect, test } from 'vitest'
import { decimalText, totalsOf, wrongFigures } from '../console/totals.ts'
import { lineInput, lineNetCents, quoteAmounts } from '../src/line/model.ts'

const LINES = [
  { description: 'a', quantity: '1.5', unitPrice: '99.99', discount: '0', vatRate: '20' },
  { description: 'b', quantity: '0.3333', unitPrice: '0.015', discount: '12.5', vatRate: '5.5' },
  { description: 'c', quantity: '7', unitPrice: '1249.9999', discount: '33.33', vatRate: '20' },
  { description: 'd', quantity: '1', unitPrice: '0.005', discount: '0', vatRate: '0' },
]

test('the totals shown while typing are those the server works out', () => {
  const lines = LINES.map((line) => lineInput.parse(line))
  const { netCents, vatCents, grossCents } = quoteAmounts(lines)
  expect(totalsOf(LINES, 'en')).toEqual({ lines: lines.map(lineNetCents), netCents, vatCents, grossCents })
})

test('a decimal comma is a point, and a line that lacks a figure counts for nothing', () => {
  const [line] = LINES
  const typed = { description: '', quantity: '1,5', unitPrice: '99,99', discount: '0', vatRate: '20' }
  expect(totalsOf([typed, { ...typed, quantity: 'many' }], 'fr')).toEqual({
    ...totalsOf(line ? [line] : [], 'fr'),
    lines: [14_999, undefined],
  })
})

test.each([
  ['1 234,50', 'fr', '1234.50'],
  ['1\u202f234,50', 'fr', '1234.50'],
  ['12\u00a0345', 'en', '12345'],
  ['1.234,50', 'fr', '1234.50'],
  ['1.234,50', 'en', '1234.50'],
  ['1,234.50', 'en', '1234.50'],
  ['1,234.50', 'fr', '1234.50'],
  ['1,234', 'en', '1234'],
  ['1,234', 'fr', '1.234'],
  ['1,234,567', 'fr', '1234567'],
  ['0,125', 'en', '0.125'],
  ['1.5', 'fr', '1.5'],
  ['12 34', 'fr', '12 34'],
] as const)('%s typed in %s is %s', (text, language, decimal) => {
  expect(decimalText(text, language)).toBe(decimal)
})

test.each([
  [
    { quantity: '', unitPrice: '-5', discount: '150', vatRate: '5,5' },
    { unitPrice: 'negative', discount: 'large' },
  ],
  [
    { quantity: '0', unitPrice: '999999999999999' },
    { quantity: 'zero', unitPrice: 'large' },
  ],
  [
    { quantity: 'deux', unitPrice: '1,23456' },
    { quantity: 'form', unitPrice: 'places' },
  ],
  [{ quantity: '1000000', unitPrice: '100000' }, { unitPrice: 'line' }],
  [{ quantity: '1000000', unitPrice: '0', discount: '100' }, {}],
])('of %j each figure that cannot be is named with why, and an empty one is not yet wrong', (figures, faults) => {
  const line = { description: 'a', quantity: '1', unitPrice: '1', discount: '0', vatRate: '20' }
  expect(Object.fromEntries(wrongFigures({ ...line, ...figures }, 'fr'))).toEqual(faults)
})
