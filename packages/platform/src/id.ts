import { freshBytes } from './security/fresh-bytes.ts'

/** A new UUIDv7: unique everywhere, and in order of `now` (milliseconds UTC) as text. */
export function newId(now: number): string {
  return uuid(now, freshBytes(2).readUInt16BE())
}

/** Makes ids as `newId` does, each greater than the one before, also within a millisecond and when the clock goes back. */
export function orderedIds(): (now: number) => string {
  let at = 0
  let count = 0
  return (now) => {
    count = now > at ? 0 : count + 1
    // Twelve bits hold the count; beyond, the next millisecond is borrowed.
    at = Math.max(now, at) + (count > 0xfff ? 1 : 0)
    count &= 0xfff
    return uuid(at, count)
  }
}

function uuid(now: number, low: number): string {
  const bytes = freshBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt16BE(0x7000 | (low & 0x0fff), 6)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
