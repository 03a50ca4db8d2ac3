import { createHmac } from 'node:crypto'

/** Seconds for which one code stands. */
export const STEP_SECONDS = 30
/** How long a code is. */
export const DIGITS = 6

/** The number of the step at an instant in milliseconds. */
export function stepAt(now: number): number {
  return Math.floor(now / 1_000 / STEP_SECONDS)
}

/** The code of a step: RFC 6238 with SHA-1, as every authenticator app reads it. `digits`: default 6. */
export function codeOf(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}
