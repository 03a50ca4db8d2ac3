/** A rate per second. */
export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1_000
}

/** Three percentiles of some values. */
export function percentiles(values: readonly number[]): {
  readonly p50: number
  readonly p95: number
  readonly p99: number
} {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
