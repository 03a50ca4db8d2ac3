/** `numerator / denominator` rounded to the nearest integer, halves up. Both must be positive, or zero for the numerator. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator * 2n + denominator) / (denominator * 2n)
}

/**
 * The integer number of `10^-places` that a decimal says, exactly: `parseDecimal('12.5', 4)` is 125000. Undefined when it
 * is no plain decimal number, has more decimals, or leaves the safe integers. A JSON number is read by its shortest spelling.
 */
export function parseDecimal(decimal: string | number, places: number): number | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(String(decimal).trim())
  const [, sign, whole = '', fraction = ''] = match ?? []
  if (match === null || fraction.length > places) return undefined
  const value = Number(`${sign}${whole}${fraction.padEnd(places, '0')}`)
  return Number.isSafeInteger(value) ? value + 0 : undefined
}

/** The shortest decimal for an integer number of `10^-places`: `formatDecimal(125000, 4)` is `'12.5'`. */
export function formatDecimal(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0')
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  const whole = `${value < 0 ? '-' : ''}${digits.slice(0, digits.length - places)}`
  return fraction === '' ? whole : `${whole}.${fraction}`
}
