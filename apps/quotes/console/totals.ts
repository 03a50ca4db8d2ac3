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

/** Which figures of a line are none; not those that are still empty. `language`: in English the comma of 1,234 parts thousands. */
export function wrongFigures(line: TypedLine, language: string): ReadonlySet<Figure> {
  return new Set(
    FIGURES.filter((name) => line[name].trim() !== '' && figureOf(name, line[name], language) === undefined),
  )
}

/** The figures of a line. */
export const FIGURES = ['quantity', 'unitPrice', 'discount', 'vatRate'] as const

/** One of them. */
export type Figure = (typeof FIGURES)[number]

// Ten-thousandths, and hundredths of a percent.
const PLACES: Readonly<Record<Figure, number>> = { quantity: 4, unitPrice: 4, discount: 2, vatRate: 2 }

function figureOf(name: Figure, text: string, language: string): bigint | undefined {
  const value = scaled(decimalText(text, language), PLACES[name])
  return name === 'discount' && value !== undefined && value > BP ? undefined : value
}

/** The totals while somebody types: lines rounded half up one by one, VAT once per rate, as the server does. */
export function totalsOf(typed: readonly TypedLine[], language: string): Totals {
  const bases = new Map<bigint, bigint>()
  const lines = typed.map((line) => {
    const figure = (name: Figure) => figureOf(name, line[name], language)
    const [quantity, price] = [figure('quantity'), figure('unitPrice')]
    const [discount, rate] = [figure('discount'), figure('vatRate')]
    if (quantity === undefined || price === undefined || discount === undefined || rate === undefined) return undefined
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

function scaled(text: string, places: number): bigint | undefined {
  const [, whole = '', rest = ''] = /^(\d{1,9})(?:\.(\d*))?$/.exec(text) ?? []
  if (whole === '' || rest.length > places) return undefined
  return BigInt(whole + rest.padEnd(places, '0'))
}

function halfUp(value: bigint, by: bigint): bigint {
  return (2n * value + by) / (2n * by)
}
