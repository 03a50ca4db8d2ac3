import { expect, test } from 'vitest'
import { totalsOf } from '../console/totals.ts'
import { pricedLine, quoteAmounts } from '../src/line/model.ts'

const LINES = [
  { description: 'a', quantity: '1.5', unitPrice: '99.99', discount: '0', vatRate: '20' },
  { description: 'b', quantity: '0.3333', unitPrice: '0.015', discount: '12.5', vatRate: '5.5' },
  { description: 'c', quantity: '7', unitPrice: '1249.9999', discount: '33.33', vatRate: '20' },
  { description: 'd', quantity: '1', unitPrice: '0.005', discount: '0', vatRate: '0' },
]

test('the totals shown while typing are those the server works out', () => {
  const { lineNetCents, netCents, vatCents, grossCents } = quoteAmounts(LINES.map(pricedLine))
  expect(totalsOf(LINES)).toEqual({ lines: lineNetCents, netCents, vatCents, grossCents })
})

test('a decimal comma is a point, and a line that lacks a figure counts for nothing', () => {
  const [line] = LINES
  const typed = { description: '', quantity: '1,5', unitPrice: '99,99', discount: '0', vatRate: '20' }
  expect(totalsOf([typed, { ...typed, quantity: 'many' }])).toEqual({
    ...totalsOf(line ? [line] : []),
    lines: [14_999, undefined],
  })
})
