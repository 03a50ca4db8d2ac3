/** Of one run its newest lines are kept: so many, and up to a quarter more until they are next looked through. */
export const MOST_LINES = 1_000

/** And no more than this of text. */
export const MOST_BYTES = 262_144

/** A line as it was heard. */
export interface HeardLine {
  readonly attempt: number
  /** JSON. */
  readonly text: string
}

/** Lines of one run that are to be written down. */
export interface RunLines {
  readonly run: number
  readonly org: string
  readonly lines: readonly HeardLine[]
  /** Older ones that were not kept, because newer ones of the same run fill its share. */
  readonly cut: number
  /** Newer ones that were not kept, because too much waits to be written. */
  readonly dropped: number
}

/** How much may wait. */
export interface BufferLimits {
  readonly lines: number
  readonly bytes: number
}

interface Held {
  readonly org: string
  lines: HeardLine[]
  bytes: number
  cut: number
  dropped: number
}

const LIMITS: BufferLimits = { lines: 20_000, bytes: 8 * 1_048_576 }
const MOST_RUNS = 10_000

/** Lines that wait to be written, bounded in all and for each run: a database that is away must cost neither memory nor time. */
export class LineBuffer {
  readonly #limits: BufferLimits
  readonly #runs = new Map<number, Held>()
  #lines = 0
  #bytes = 0

  constructor(limits: BufferLimits = LIMITS) {
    this.#limits = limits
  }

  get isEmpty(): boolean {
    return this.#runs.size === 0
  }

  has(run: number): boolean {
    return this.#runs.has(run)
  }

  add(run: number, org: string, line: HeardLine): void {
    const held = this.#runs.get(run) ?? this.#open(run, org)
    if (held === undefined) return
    const length = line.text.length
    if (this.#lines >= this.#limits.lines || this.#bytes + length > this.#limits.bytes) {
      held.dropped += 1
      return
    }
    held.lines.push(line)
    held.bytes += length
    this.#lines += 1
    this.#bytes += length
    // Seldom, and then by half: not for each line of a run that writes thousands.
    if (held.lines.length >= 2 * MOST_LINES || held.bytes >= 2 * MOST_BYTES) this.#cut(held)
  }

  /** Takes out what is to be written next, about so many lines. */
  take(most: number): readonly RunLines[] {
    const taken: RunLines[] = []
    let count = 0
    for (const [run, held] of this.#runs) {
      if (count >= most) break
      this.#cut(held)
      const { org, cut, dropped } = held
      const lines = held.lines.splice(0, most - count)
      taken.push({ run, org, lines, cut, dropped })
      count += lines.length
      this.#forget(held, lines)
      Object.assign(held, { cut: 0, dropped: 0 })
      if (held.lines.length === 0) this.#runs.delete(run)
    }
    return taken
  }

  #open(run: number, org: string): Held | undefined {
    if (this.#runs.size >= MOST_RUNS) return undefined
    const held = { org, lines: [], bytes: 0, cut: 0, dropped: 0 }
    this.#runs.set(run, held)
    return held
  }

  #cut(held: Held): void {
    let bytes = 0
    const kept = held.lines.findLastIndex(({ text }, index) => {
      bytes += text.length
      return held.lines.length - index > MOST_LINES || bytes > MOST_BYTES
    })
    // The newest is kept, however long.
    const gone = held.lines.splice(0, Math.min(kept + 1, held.lines.length - 1))
    held.cut += gone.length
    this.#forget(held, gone)
  }

  #forget(held: Held, lines: readonly HeardLine[]): void {
    const bytes = lines.reduce((sum, { text }) => sum + text.length, 0)
    held.bytes -= bytes
    this.#bytes -= bytes
    this.#lines -= lines.length
  }
}
