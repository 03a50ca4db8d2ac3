/** A piece of a longer text. */
export interface Part {
  readonly isLast: boolean
  readonly text: string
}

/** Cuts a text into parts of at most so many bytes, between characters. */
export function* partsOf(text: string, most: number): Generator<Part> {
  const bytes = Buffer.from(text)
  for (let from = 0, to = 0; to < bytes.length; from = to) {
    to = Math.min(from + most, bytes.length)
    // A byte of the form 10… goes on with the character before it.
    while (to < bytes.length && ((bytes[to] ?? 0) & 0xc0) === 0x80) to -= 1
    yield { isLast: to === bytes.length, text: bytes.toString('utf8', from, to) }
  }
}

// More than one sender may have been cut off in the middle; what it had begun is forgotten in time.
const MOST_SENDERS = 100
const LONGEST = 2_000_000

/** Puts the parts of each sender together again; answers the whole text with its last part. */
export function joinParts(): (sender: string, part: Part) => string | undefined {
  const begun = new Map<string, string>()
  return (sender, { isLast, text }) => {
    const whole = (begun.get(sender) ?? '') + text
    begun.delete(sender)
    if (isLast) return whole
    if (whole.length < LONGEST) begun.set(sender, whole)
    const [oldest] = begun.keys()
    if (begun.size > MOST_SENDERS && oldest !== undefined) begun.delete(oldest)
    return undefined
  }
}
