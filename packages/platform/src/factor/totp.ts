import { timingSafeEqual } from 'node:crypto'
import { codeOf, DIGITS, STEP_SECONDS, stepAt } from './code.ts'

// A code typed as its time runs out, or on a clock half a minute off, still counts.
const WINDOW_STEPS = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The latest step, of the one at `now` and its neighbours, whose code this is. */
export function stepOfCode(secret: Uint8Array, code: string, now: number): number | undefined {
  const here = stepAt(now)
  const steps = [here + WINDOW_STEPS, here, here - WINDOW_STEPS]
  // All are computed whatever comes first, so that the time tells nothing.
  return steps.filter((step) => sameText(codeOf(secret, step), code))[0]
}

/** The address that an authenticator app reads from a QR code. */
export function authenticatorUri(secret: Uint8Array, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`
}

/** RFC 4648 without padding. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
