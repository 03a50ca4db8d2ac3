import type { RatePolicy, RateVerdict } from './gcra.ts'

/** Where counts are kept: in this process, or where all processes see them. */
export interface RateCounts extends AsyncDisposable {
  /** Counts one request of `key` at an instant (microseconds UTC), at once where nobody has to be asked. Rejects when it cannot be counted. */
  take(key: string, policy: RatePolicy, nowUs: number): Promise<RateVerdict> | RateVerdict
}
