import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineInput, lineNetCents, type Priced, quoteAmounts } from './model.ts'

const RATES = [0, 90, 105, 175, 210, 550, 850, 1000, 1300, 2000]

const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 10_000_000 }),
  unitPrice: fc.integer({ min: 0, max: 1_000_000_000 }),
  discountBp: fc.integer({ min: 0, max: 10_000 }),
  vatBp: fc.constantFrom(...RATES),
})
const anyLines = fc.array(anyLine, { minLength: 1, maxLength: 40 })

/** A fraction, computed apart from the code under test: no shared rounding, no shared scale. */
type Fraction = readonly [numerator: bigint, denominator: bigint]

const times = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]]

function roundHalfUp([numerator, denominator]: Fraction): bigint {
  const whole = numerator / denominator
  const rest = numerator % denominator
  return rest * 2n >= denominator ? whole + 1n : whole
}

function exactNetCents({ quantity, unitPrice, discountBp }: Priced): bigint {
  const price = times([BigInt(quantity), 10_000n], [BigInt(unitPrice), 10_000n])
  return roundHalfUp(times(times(price, [10_000n - BigInt(discountBp), 10_000n]), [100n, 1n]))
}

describe('amounts', () => {
  it('rounds a line half up once, its discount taken off', () => {
    expect(lineNetCents({ quantity: 10_000, unitPrice: 50, discountBp: 0 })).toBe(1)
    expect(lineNetCents({ quantity: 10_000, unitPrice: 49, discountBp: 0 })).toBe(0)
    expect(lineNetCents({ quantity: 30_000, unitPrice: 333_333, discountBp: 1000 })).toBe(9000)
    expect(lineNetCents({ quantity: 20_000, unitPrice: 1_000_000, discountBp: 10_000 })).toBe(0)
  })

  it('rounds VAT once per rate on the sum of bases, not per line', () => {
    const cent = { quantity: 10_000, unitPrice: 200, discountBp: 0, vatBp: 2000 }
    // Line by line, 20 % of two cents would be 0.4 → 0, twenty times.
    const amounts = quoteAmounts(Array.from({ length: 20 }, () => cent))
    expect(amounts).toMatchObject({ netCents: 40, vatCents: 8, grossCents: 48 })
  })

  it('equals exact rational arithmetic', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        const amounts = quoteAmounts(lines)
        expect(lines.map(lineNetCents).map(BigInt)).toEqual(lines.map(exactNetCents))
        const rates = [...new Set(lines.map((line) => line.vatBp))]
        const exactVat = rates.map((rate) => {
          const base = lines.filter((line) => line.vatBp === rate).reduce((sum, line) => sum + exactNetCents(line), 0n)
          return roundHalfUp(times([base, 1n], [BigInt(rate), 10_000n]))
        })
        expect(BigInt(amounts.vatCents)).toBe(exactVat.reduce((sum, vat) => sum + vat, 0n))
      }),
      { numRuns: 500 },
    )
  })

  it('adds up: lines to the net total, rates to VAT, both to the gross total', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        const { vat, netCents, vatCents, grossCents } = quoteAmounts(lines)
        expect(lines.reduce((sum, line) => sum + lineNetCents(line), 0)).toBe(netCents)
        expect(vat.reduce((sum, share) => sum + share.baseCents, 0)).toBe(netCents)
        expect(vat.reduce((sum, share) => sum + share.vatCents, 0)).toBe(vatCents)
        expect(netCents + vatCents).toBe(grossCents)
        expect([netCents, vatCents, grossCents].every(Number.isSafeInteger)).toBe(true)
      }),
    )
  })

  it('does not depend on the order of lines', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        expect(quoteAmounts(lines.toReversed())).toEqual(quoteAmounts(lines))
      }),
    )
  })

  it('has no drift where floats have one', () => {
    const line = (quantity: number, unitPrice: number) => lineInput.parse({ description: 'x', quantity, unitPrice })
    expect(quoteAmounts(Array.from({ length: 500 }, () => line(0.1, 0.7))).netCents).toBe(3500)
    expect(lineNetCents(line(1.005, 100))).toBe(10_050)
  })
})

describe('a line as it is written', () => {
  const good = { description: 'Pose', quantity: '2.5', unitPrice: 46.5 }

  it('defaults to 20 % of VAT, no discount and the unit "u"', () => {
    expect(lineInput.parse(good)).toEqual({
      description: 'Pose',
      unit: 'u',
      quantity: 25_000,
      unitPrice: 465_000,
      discountBp: 0,
      vatBp: 2000,
    })
  })

  it('has its description without outer spaces, and line breaks of one kind', () => {
    expect(lineInput.parse({ ...good, description: '  Pose\r\net dépose ' }).description).toBe('Pose\net dépose')
  })

  it.each([
    [{ quantity: -1 }, 'quantity must be more than 0'],
    [{ quantity: 0 }, 'quantity must be more than 0'],
    [{ quantity: '1.23456' }, 'quantity must be a plain number with at most 4 decimals, such as 1.5'],
    [{ quantity: null }, 'quantity must be a number such as 1.5'],
    [{ quantity: 1_000_001 }, 'quantity must be at most 1000000'],
    [{ unitPrice: '12,50' }, 'unitPrice must be a plain number with at most 4 decimals, such as 1.5'],
    [{ unitPrice: -0.01 }, 'unitPrice must be at least 0'],
    [{ discount: 101 }, 'discount must be at most 100'],
    [{ vatRate: '5.555' }, 'vatRate must be a plain number with at most 2 decimals, such as 1.5'],
    [{ description: ' ' }, 'description must not be empty'],
    [{ description: 7 }, 'description must be text'],
    [{ description: 'a\u0000b' }, 'description must not hold control characters'],
    [{ unit: 'm\n2' }, 'unit must be one line without control characters'],
    [
      { quantity: 1_000_000, unitPrice: 100_000_000 },
      'quantity × unitPrice is more than 10,000,000,000.00: split the line',
    ],
  ])('is refused with a clear sentence: %j', (wrong, message) => {
    const { error } = lineInput.safeParse({ ...good, ...wrong })
    expect(error?.issues.map((issue) => issue.message)).toEqual([message])
  })
})
