import { saveEstimates } from '../store/estimates.ts'
import type { Db } from '../store/tables.ts'

/** Collects how long jobs take; written down now and then, because an estimate need not be exact. */
export interface Estimates {
  add(job: string, durationMs: number): void
  save(now: number): Promise<void>
}

/** Keeps sums in memory until `save`. */
export function createEstimates(db: Db): Estimates {
  let sums = new Map<string, { runs: number; totalMs: number }>()
  return {
    add(job, durationMs) {
      const sum = sums.get(job)
      if (sum === undefined) sums.set(job, { runs: 1, totalMs: durationMs })
      if (sum === undefined) return
      sum.runs++
      sum.totalMs += durationMs
    },
    async save(now) {
      if (sums.size === 0) return
      const saved = sums
      sums = new Map()
      await saveEstimates(
        db,
        [...saved].map(([job, sum]) => ({ job, ...sum })),
        now,
      )
    },
  }
}
