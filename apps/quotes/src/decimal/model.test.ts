import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideHalfUp, formatDecimal, parseDecimal } from './model.ts'

describe('decimals', () => {
  it('reads text and numbers exactly', () => {
    expect(parseDecimal('12.5', 4)).toBe(125_000)
    expect(parseDecimal(0.597, 4)).toBe(5970)
    expect(parseDecimal('-3', 2)).toBe(-300)
    expect(Object.is(parseDecimal('-0', 2), 0)).toBe(true)
  })

  it.each(['1,5', '1e3', '', '.5', '0x1', '1.23456', 'abc', 1e21, 0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not guess what %j may mean',
    (value) => {
      expect(parseDecimal(value, 4)).toBeUndefined()
    },
  )

  it('refuses what leaves the safe integers', () => {
    expect(parseDecimal('999999999999999', 4)).toBeUndefined()
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 6 }), (value, places) => {
        const read = parseDecimal(formatDecimal(value, places), places)
        expect(read === undefined || read === value).toBe(true)
        expect(Math.abs(value) > 1e15 || read === value).toBe(true)
      }),
    )
  })

  it('rounds halves up and everything else to the nearest', () => {
    expect(divideHalfUp(5n, 10n)).toBe(1n)
    expect(divideHalfUp(4n, 10n)).toBe(0n)
    expect(divideHalfUp(15n, 10n)).toBe(2n)
    expect(divideHalfUp(0n, 7n)).toBe(0n)
  })
})
