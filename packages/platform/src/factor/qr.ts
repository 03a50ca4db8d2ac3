/** A QR code to be drawn: one SVG path in a square of `size` units, its quiet zone included. */
export interface QrCode {
  readonly size: number
  readonly path: string
}

// What the standard wants to be empty around it.
const QUIET = 4

/** The QR code of a text, drawn here: what an authenticator reads is secret, and no other service may see it. */
export async function qrCodeOf(text: string): Promise<QrCode> {
  const { encode } = await import('uqr')
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  return { size, path: data.map(lineOf).join('') }
}

/** One row, as a box for each run of dark modules. */
function lineOf(row: readonly boolean[], y: number): string {
  const marks = row.map((dark) => (dark ? '#' : ' ')).join('')
  return [...marks.matchAll(/#+/g)]
    .map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`)
    .join('')
}
