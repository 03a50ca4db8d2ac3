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

/** A quote's amounts in cents, VAT by rising rate. */
export interface Amounts {
  readonly vat: readonly VatShare[]
  readonly netCents: number
  readonly vatCents: number
  readonly grossCents: number
}

const BP = 10_000n
// Quantity, unit price and discount are each in ten-thousandths; the result is in hundredths.
const LINE_SCALE = (10_000n * 10_000n * BP) / 100n

/** A line's amount without VAT in cents, its discount taken off, rounded half up once. */
export function lineNetCents({ quantity, unitPrice, discountBp }: Omit<Priced, 'vatBp'>): number {
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
  return { vat, netCents, vatCents, grossCents: netCents + vatCents }
}

/** A line as the seller writes it: decimals as JSON numbers or, better, as text; read as integers. */
export const lineInput = z
  .strictObject({
    description: longText('description', 2000),
    unit: shortText('unit', 20).default('u'),
    quantity: decimal('quantity', PLACES, { above: 0, max: 1_000_000 }),
    unitPrice: decimal('unitPrice', PLACES, { min: 0, max: 100_000_000 }),
    /** Percent taken off. */
    discount: decimal('discount', PERCENT_PLACES, { min: 0, max: 100 }).prefault('0'),
    /** Percent. */
    vatRate: decimal('vatRate', PERCENT_PLACES, { min: 0, max: 100 }).prefault('20'),
  })
  .transform(({ discount, vatRate, ...line }) => ({ ...line, discountBp: discount, vatBp: vatRate }))
  .refine((line) => lineNetCents(line) <= MAX_LINE_CENTS, {
    error: 'quantity × unitPrice is more than 10,000,000,000.00: split the line',
    path: ['unitPrice'],
    params: { code: 'line-large' },
  })

interface Bounds {
  /** Exclusive. */
  readonly above?: number
  readonly min?: number
  readonly max: number
}

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
    .transform((value) => parseDecimal(value, places) ?? 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
