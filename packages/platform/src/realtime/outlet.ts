/** What an outlet sends through, and how much may wait for it. */
export interface OutletOptions {
  /** Sends lines; resolves once they were taken. What cannot be sent is lost, and said to be. */
  send(batch: string): Promise<void>
  /** Bytes that may wait. Default 1 MiB. */
  readonly mostBytes?: number
}

/** Said in place of lines that were left out. */
const LOST = '{"lost":true}'

// What waits goes together, but not more than a reader can take in one turn. A line alone may be longer.
const BATCH_BYTES = 262_144

/**
 * Sends lines in order, one batch after the other. Whoever is slow takes larger batches, and then loses lines: those that
 * do not fit are not kept. JSON has no line breaks, so that is what is sent.
 */
export class Outlet {
  readonly #options: OutletOptions
  readonly #lines: { readonly text: string; readonly bytes: number }[] = []
  #bytes = 0
  #lossIsSaid = false
  #isClosed = false
  #sending: Promise<void> | undefined

  constructor(options: OutletOptions) {
    this.#options = options
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#bytes
  }

  /** False when it was left out. */
  say(text: string): boolean {
    if (this.#isClosed) return false
    const bytes = Buffer.byteLength(text)
    const fits = this.#bytes + bytes <= (this.#options.mostBytes ?? 1_048_576)
    if (fits) this.#put(text, bytes)
    else this.#sayLoss()
    return fits
  }

  /** Forgets what waits; resolves once what was being sent has been. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#forget()
    await this.#sending
  }

  #put(text: string, bytes: number): void {
    this.#lines.push({ text, bytes })
    this.#bytes += bytes
    this.#sending ??= this.#sendAll()
  }

  #forget(): void {
    this.#lines.length = 0
    this.#bytes = 0
    this.#lossIsSaid = false
  }

  // Where the gap is, so that what comes after it is not taken for all there was.
  #sayLoss(): void {
    if (this.#lossIsSaid) return
    this.#lossIsSaid = true
    this.#put(LOST, LOST.length)
  }

  async #sendAll(): Promise<void> {
    // What is said in one turn goes together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#lines.length > 0) {
      try {
        await this.#options.send(this.#take())
      } catch {
        this.#forget()
        // Said with the next line: trying again at once would go on as long as the way is closed.
        if (!this.#isClosed) this.#sayLoss()
        break
      }
    }
    this.#sending = undefined
  }

  #take(): string {
    let size = 0
    const count = this.#lines.findIndex(({ bytes }, index) => {
      size += bytes
      return index > 0 && size > BATCH_BYTES
    })
    const batch = this.#lines.splice(0, count === -1 ? this.#lines.length : count)
    for (const { text, bytes } of batch) {
      this.#bytes -= bytes
      if (text === LOST) this.#lossIsSaid = false
    }
    return batch.map(({ text }) => text).join('\n')
  }
}
