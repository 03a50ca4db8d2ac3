import type { RateCounts } from './counts.ts'
import { spend, verdictOf } from './gcra.ts'

// About 20 MB when full.
const MOST_KEYS = 100_000

/**
 * Counts of this process alone. At most `mostKeys` (default 100,000) are kept, the least recently seen goes first: to be
 * forgotten, an address would have to wait until so many others have come.
 */
export function memoryCounts(mostKeys = MOST_KEYS): RateCounts & { readonly size: () => number } {
  const accounts = new Map<string, number>()
  return {
    size: () => accounts.size,
    take(key, policy, nowUs) {
      const before = accounts.get(key) ?? 0
      const after = spend(policy, before, nowUs)
      // A Map keeps the order of insertion: taken out and put in again, a key is the latest.
      accounts.delete(key)
      accounts.set(key, after ?? before)
      if (accounts.size > mostKeys) for (const [oldest] of accounts.entries().take(1)) accounts.delete(oldest)
      return verdictOf(policy, after !== undefined, after ?? before, nowUs)
    },
    async [Symbol.asyncDispose]() {
      accounts.clear()
    },
  }
}
