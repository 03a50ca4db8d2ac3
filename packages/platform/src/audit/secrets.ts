import type { Scrubber } from '../observe/scrub.ts'

const HIDDEN = '[hidden]'
const SECRET_NAME =
  /passw(or)?d|passphrase|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key|webhook|signature|^(otp|totp|pin|cvc|cvv|code|backup[-_]?codes?|recovery[-_]?codes?|verifier|assertion)$/i

// An entry tells what changed; it is no second copy of everything.
const LONGEST_TEXT = 2_000
const MOST_ITEMS = 200
const DEEPEST = 12
const LARGEST_BYTES = 65_536

/**
 * A copy of `value` as plain JSON without secrets: fields named like one are hidden whatever they hold, texts shaped like
 * one by `scrub`. Texts over 2,000 characters and lists over 200 items are cut; beyond 64 KiB only the size is kept.
 */
export function withoutSecrets(value: unknown, scrub: Scrubber): unknown {
  const copy = copyOf(value, scrub, 0)
  const bytes = Buffer.byteLength(JSON.stringify(copy) ?? '')
  return bytes > LARGEST_BYTES ? { tooLarge: true, bytes } : copy
}

function copyOf(value: unknown, scrub: Scrubber, depth: number): unknown {
  if (typeof value === 'string') return shorten(keepable(scrub(value)))
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (typeof value !== 'object') return undefined
  if (depth >= DEEPEST) return '[too deep]'
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => copyOf(item, scrub, depth + 1) ?? null)
    return value.length > MOST_ITEMS ? [...items, `… (${value.length} items)`] : items
  }
  const fields = Object.entries(value).map(([name, inner]) => {
    const hidden = SECRET_NAME.test(name) && inner !== null && inner !== undefined
    return [keepable(scrub(name)), hidden ? HIDDEN : copyOf(inner, scrub, depth + 1)] as const
  })
  return Object.fromEntries(fields)
}

/** PostgreSQL refuses NUL, and half of a surrogate pair comes back as another character. */
function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '�')
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT
    ? text
    : `${text.slice(0, LONGEST_TEXT).toWellFormed()}… (${text.length} characters)`
}
