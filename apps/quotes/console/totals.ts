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

/** The totals while somebody types: lines rounded half up one by one, VAT once per rate, as the server does. */
export function totalsOf(typed: readonly TypedLine[]): Totals {
  const bases = new Map<bigint, bigint>()
  const lines = typed.map((line) => {
    const [quantity, price] = [scaled(line.quantity, 4), scaled(line.unitPrice, 4)]
    const [discount, rate] = [scaled(line.discount, 2), scaled(line.vatRate, 2)]
    if (quantity === undefined || price === undefined || discount === undefined || rate === undefined) return undefined
    if (discount > BP) return undefined
    const net = halfUp(quantity * price * (BP - discount), LINE_SCALE)
    bases.set(rate, (bases.get(rate) ?? 0n) + net)
    return Number(net)
  })
  const netCents = Number([...bases.values()].reduce((sum, base) => sum + base, 0n))
  const vatCents = Number([...bases].reduce((sum, [rate, base]) => sum + halfUp(base * rate, BP), 0n))
  return { lines, netCents, vatCents, grossCents: netCents + vatCents }
}

/** A typed decimal as the API takes it. */
export function decimalText(text: string): string {
  return text.trim().replace(',', '.')
}

function scaled(text: string, places: number): bigint | undefined {
  const [, whole = '', rest = ''] = /^(\d{1,9})(?:\.(\d*))?$/.exec(decimalText(text)) ?? []
  if (whole === '' || rest.length > places) return undefined
  return BigInt(whole + rest.padEnd(places, '0'))
}

function halfUp(value: bigint, by: bigint): bigint {
  return (2n * value + by) / (2n * by)
}
