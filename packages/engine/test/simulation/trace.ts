/** What happened in a simulated world, step by step: a fingerprint of all of it, and its last lines. */
export class Trace {
  readonly #lines: string[] = []
  readonly #kept: number
  #at = 0
  #count = 0
  #high = 0x811c9dc5
  #low = 0x01000193

  /** Keeps this many of the last lines. */
  constructor(kept = 120) {
    this.#kept = kept
  }

  /** Writes a line down. */
  note(line: string): void {
    this.#count++
    this.#lines[this.#at] = line
    this.#at = (this.#at + 1) % this.#kept
    this.#mix(line)
  }

  /** Equal for equal histories (FNV-1a, twice). */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }

  get count(): number {
    return this.#count
  }

  /** The last lines, oldest first. */
  get tail(): readonly string[] {
    return [...this.#lines.slice(this.#at), ...this.#lines.slice(0, this.#at)]
  }

  #mix(line: string): void {
    for (let index = 0; index < line.length; index++) {
      const code = line.charCodeAt(index)
      this.#high = Math.imul(this.#high ^ code, 0x01000193)
      this.#low = Math.imul(this.#low ^ (code + index), 0x85ebca6b)
    }
  }
}
