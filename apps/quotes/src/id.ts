/**
 * A UUIDv7: 48 bits of `now` (milliseconds UTC), then 74 bits of `random`. Ids sort by the instant they were made at, to
 * the millisecond, so new rows go to the end of an index and newest first needs no other column.
 */
export function newId(now: number, random: () => number): string {
  const time = now.toString(16).padStart(12, '0')
  const word = (bits: number): number => Math.floor(random() * 2 ** bits)
  const version = hex(0x7000 + word(12), 4)
  const variant = hex(0x8000 + word(14), 4)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${hex(word(24), 6)}${hex(word(24), 6)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
