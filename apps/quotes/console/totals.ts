/** A line as it is typed: decimals as text, a comma or a point between. */
export interface TypedLine {
  readonly description: string
  readonly quantity: string
  readonly unitPrice: string
  /** Percent taken off. */
  readonly discount: string
  /** Percent. */
  readonly vatRate: string
}

/** What a draft comes to, in cents; the server works it out again and has the last word. */
export interface Totals {
  /** By line; undefined where a figure is missing or wrong. */
  readonly lines: readonly (number | undefined)[]
  readonly netCents: number
  readonly vatCents: number
  readonly grossCents: number
}

const LINE_SCALE = 10_000n * 10_000n * 100n
const BP = 10_000n

/** What is wrong with a figure: it is none, has too many decimals, is below zero, nothing, too much, or makes the line too much. */
export type Fault = 'form' | 'places' | 'negative' | 'zero' | 'large' | 'line'

/** Which figures of a line cannot be, and why; not those that are still empty. `language`: in English the comma of 1,234 parts thousands. */
export function wrongFigures(line: TypedLine, language: string): ReadonlyMap<Figure, Fault> {
  const faults = FIGURES.flatMap((name) => {
    const read = line[name].trim() === '' ? 0n : figureOf(name, line[name], language)
    return typeof read === 'bigint' ? [] : [[name, read] as const]
  })
  const [net = 0] = faults.length === 0 ? totalsOf([line], language).lines : []
  return new Map(net > MOST_CENTS ? [['unitPrice', 'line']] : faults)
}

/** The figures of a line. */
export const FIGURES = ['quantity', 'unitPrice', 'discount', 'vatRate'] as const

/** One of them. */
export type Figure = (typeof FIGURES)[number]

/** Decimals of each, at most. */
export const PLACES: Readonly<Record<Figure, number>> = { quantity: 4, unitPrice: 4, discount: 2, vatRate: 2 }

/** The most that each may be. The server has the same bounds, and the last word. */
export const MOST: Readonly<Record<Figure, number>> = {
  quantity: 1_000_000,
  unitPrice: 100_000_000,
  discount: 100,
  vatRate: 100,
}
const MOST_CENTS = 1_000_000_000_000

/** In its smallest part, ten-thousandths or hundredths of a percent; or why it cannot be. */
function figureOf(name: Figure, text: string, language: string): bigint | Fault {
  const [, minus, whole = '', rest = ''] = /^([-−]?)(\d+)(?:\.(\d*))?$/.exec(decimalText(text, language)) ?? []
  if (whole === '') return 'form'
  if (rest.length > PLACES[name]) return 'places'
  const value = BigInt(whole + rest.padEnd(PLACES[name], '0'))
  if (minus !== '' && value > 0n) return 'negative'
  if (name === 'quantity' && value === 0n) return 'zero'
  return value > BigInt(MOST[name]) * 10n ** BigInt(PLACES[name]) ? 'large' : value
}

/** The totals while somebody types: lines rounded half up one by one, VAT once per rate, as the server does. */
export function totalsOf(typed: readonly TypedLine[], language: string): Totals {
  const bases = new Map<bigint, bigint>()
  const lines = typed.map((line) => {
    const figure = (name: Figure) => figureOf(name, line[name], language)
    const [quantity, price] = [figure('quantity'), figure('unitPrice')]
    const [discount, rate] = [figure('discount'), figure('vatRate')]
    if (typeof quantity !== 'bigint' || typeof price !== 'bigint') return undefined
    if (typeof discount !== 'bigint' || typeof rate !== 'bigint') return undefined
    const net = halfUp(quantity * price * (BP - discount), LINE_SCALE)
    bases.set(rate, (bases.get(rate) ?? 0n) + net)
    return Number(net)
  })
  const netCents = Number([...bases.values()].reduce((sum, base) => sum + base, 0n))
  const vatCents = Number([...bases].reduce((sum, [rate, base]) => sum + halfUp(base * rate, BP), 0n))
  return { lines, netCents, vatCents, grossCents: netCents + vatCents }
}

// Thousands: parted by any space, an apostrophe, or the sign that is not the decimal one.
const PARTED = /^[1-9]\d{0,2}(?:[\s'’]\d{3})+(?=[.,]|$)/
const COMMAS = /^[1-9]\d{0,2}(?:,\d{3})+(?=\.|$)/
const POINTS = /^[1-9]\d{0,2}(?:\.\d{3})+(?=,)|^[1-9]\d{0,2}(?:\.\d{3}){2,}$/

/** A typed decimal as the API takes it: `1 234,50`, `1.234,50` and, in English, `1,234.50` are 1234.50. */
export function decimalText(text: string, language: string): string {
  const trimmed = text.trim().replace(PARTED, (whole) => whole.replace(/\D/g, ''))
  const isEnglish = /,.*[.,]/.test(trimmed) || (language === 'en' && !/\..*,/.test(trimmed))
  const plain = trimmed.replace(isEnglish ? COMMAS : POINTS, (whole) => whole.replace(/\D/g, ''))
  return plain.replace(',', '.')
}

function halfUp(value: bigint, by: bigint): bigint {
  return (2n * value + by) / (2n * by)
}
