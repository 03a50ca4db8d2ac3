import type { Clock } from '@regie/engine'

/** How long an answer is good. */
export interface RecentlyOptions {
  /** In milliseconds. */
  readonly forMs: number
  readonly clock: Pick<Clock, 'now'>
}

/** The same reading, asked for at most once in `forMs`: callers meanwhile share one answer. A failure is not kept. */
export function recently<Value>(read: () => Promise<Value>, { forMs, clock }: RecentlyOptions): () => Promise<Value> {
  let last: { readonly at: number; readonly value: Promise<Value> } | undefined
  return () => {
    const now = clock.now()
    // A clock set back must not make an answer good for hours.
    if (last !== undefined && now >= last.at && now < last.at + forMs) return last.value
    const asked = { at: now, value: read() }
    last = asked
    asked.value.catch(() => {
      if (last === asked) last = undefined
    })
    return asked.value
  }
}
