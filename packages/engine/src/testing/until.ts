/** How patient {@link until} is. */
export interface UntilOptions {
  /** Longest wait in milliseconds of real time. Default 30,000: to wait for a busy machine is no fault. */
  readonly timeoutMs?: number
  /** Milliseconds between two looks. Default 2. */
  readonly everyMs?: number
}

/**
 * Looks at real state again and again until `look` answers something else than `false` or `undefined`, and answers that.
 * Rejects after `timeoutMs`, naming `what` it waited for and the last fault of `look`.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 2 }: UntilOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (seen !== false && seen !== undefined) return seen as Exclude<T, false | undefined>
    if (performance.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms for nothing: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
