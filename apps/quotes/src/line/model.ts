import { z } from 'zod'
import { divideHalfUp, parseDecimal } from '../decimal/model.ts'
import { longText, shortText } from '../text/model.ts'

const PLACES = 4
const PERCENT_PLACES = 2
// A form says it in its own language.
const FIGURE = { code: 'figure' }
// 500 lines of it, with VAT, stay far below 2^53 cents.
const MAX_LINE_CENTS = 1_000_000_000_000

/** What a line's amount is made of. */
export interface Priced {
  /** Ten-thousandths, not negative. */
  readonly quantity: number
  /** Ten-thousandths of the currency's unit, not negative. */
  readonly unitPrice: number
  /** Basis points taken off, 0 to 10000. */
  readonly discountBp: number
  /** Basis points: 2000 is 20 %. */
  readonly vatBp: number
}

/** The VAT at one rate. */
export interface VatShare {
  readonly vatBp: number
  readonly baseCents: number
  readonly vatCents: number
}

/** A quote's amounts in cents; lines in the order given, VAT by rising rate. */
export interface Amounts {
  readonly lineNetCents: readonly number[]
  readonly vat: readonly VatShare[]
  readonly netCents: number
  readonly vatCents: number
  readonly grossCents: number
}

const BP = 10_000n
// Quantity, unit price and discount are each in ten-thousandths; the result is in hundredths.
const LINE_SCALE = (10_000n * 10_000n * BP) / 100n

/** A line's amount without VAT in cents, its discount taken off, rounded half up once. */
function lineNetCents({ quantity, unitPrice, discountBp }: Omit<Priced, 'vatBp'>): number {
  return Number(divideHalfUp(BigInt(quantity) * BigInt(unitPrice) * (BP - BigInt(discountBp)), LINE_SCALE))
}

/** All amounts of a quote: lines rounded one by one, VAT once per rate on the sum of its bases, totals as sums of those. */
export function quoteAmounts(lines: readonly Priced[]): Amounts {
  const priced = lines.map((line) => ({ vatBp: line.vatBp, netCents: lineNetCents(line) }))
  const rates = [...new Set(priced.map(({ vatBp }) => vatBp))].toSorted((a, b) => a - b)
  const vat = rates.map((vatBp) => {
    const baseCents = sum(priced.filter((line) => line.vatBp === vatBp).map((line) => line.netCents))
    return { vatBp, baseCents, vatCents: Number(divideHalfUp(BigInt(baseCents) * BigInt(vatBp), BP)) }
  })
  const netCents = sum(vat.map((share) => share.baseCents))
  const vatCents = sum(vat.map((share) => share.vatCents))
  return { lineNetCents: priced.map((line) => line.netCents), vat, netCents, vatCents, grossCents: netCents + vatCents }
}

/** A line as the seller writes it: decimals as JSON numbers or, better, as text. */
export const lineInput = z
  .strictObject({
    description: longText('description', 2000),
    unit: shortText('unit', 20).default('u'),
    quantity: decimal('quantity', PLACES, { above: 0, max: 1_000_000 }),
    unitPrice: decimal('unitPrice', PLACES, { min: 0, max: 100_000_000 }),
    /** Percent taken off. */
    discount: decimal('discount', PERCENT_PLACES, { min: 0, max: 100 }).default('0'),
    /** Percent. */
    vatRate: decimal('vatRate', PERCENT_PLACES, { min: 0, max: 100 }).default('20'),
  })
  .refine((line) => lineNetCents(pricedLine(line)) <= MAX_LINE_CENTS, {
    error: 'quantity × unitPrice is more than 10,000,000,000.00: split the line',
    path: ['unitPrice'],
    params: { code: 'line-large' },
  })

interface LineFigures {
  readonly quantity: string | number
  readonly unitPrice: string | number
  readonly discount: string | number
  readonly vatRate: string | number
}

/** The figures of a checked line as integers. */
export function pricedLine(line: LineFigures): Priced {
  return {
    quantity: parseDecimal(line.quantity, PLACES) ?? 0,
    unitPrice: parseDecimal(line.unitPrice, PLACES) ?? 0,
    discountBp: parseDecimal(line.discount, PERCENT_PLACES) ?? 0,
    vatBp: parseDecimal(line.vatRate, PERCENT_PLACES) ?? 0,
  }
}

interface Bounds {
  /** Exclusive. */
  readonly above?: number
  readonly min?: number
  readonly max: number
}

// Not turned into an integer here: input is parsed once by HTTP and again by the route, so parsing must not change it.
function decimal(name: string, places: number, { above, min, max }: Bounds) {
  return z
    .union([z.string(), z.number()], `${name} must be a number such as 1.5`)
    .refine((value) => parseDecimal(value, places) !== undefined, {
      error: `${name} must be a plain number with at most ${places} decimals, such as 1.5`,
      params: FIGURE,
      abort: true,
    })
    .refine((value) => min === undefined || Number(value) >= min, {
      error: `${name} must be at least ${min}`,
      params: FIGURE,
    })
    .refine((value) => above === undefined || Number(value) > above, {
      error: `${name} must be more than ${above}`,
      params: FIGURE,
    })
    .refine((value) => Number(value) <= max, { error: `${name} must be at most ${max}`, params: FIGURE })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
