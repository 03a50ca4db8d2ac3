import type { Clock, Database, Logger } from '@regie/engine'
import { addWaits, deleteWaits, selectWaits, type WaitCount } from './store.ts'

/** How long the runs of a queue waited before they started, in the last hour. */
export interface QueueWaits {
  readonly runs: number
  /** Half of them waited no longer than this, and 95 of 100 no longer than that (milliseconds, within a tenth). */
  readonly p50Ms: number
  readonly p95Ms: number
  /** The 95th percentile of each five minutes, the present ones last; 0 where nothing started. */
  readonly recent: readonly number[]
}

/** Counts waits in this process, writes them down, and reads those of all. */
export interface WaitBook {
  /** One run waited so long before it started. Quick, never throws. */
  count(queue: string, waitMs: number): void
  /** Of every queue in which something started in the last hour. */
  read(): Promise<ReadonlyMap<string, QueueWaits>>
  start(): void
  /** Writes down what is left. */
  stop(): Promise<void>
}

/** What it is made of. */
export interface WaitBookOptions {
  readonly database: Database
  readonly clock: () => Clock
  readonly log: Logger
}

// Buckets grow by a tenth: that is how far a percentile may be off. 100 hours fall into the 208th.
const GROWTH = 1.1
const FLUSH_MS = 2_000
const MINUTE_MS = 60_000
const STEP = 5
const STEPS = 12
const KEPT_MINUTES = 24 * 60

/** The waits of a database. They outlive a restart, and those of all processes count together. */
export function createWaitBook({ database, clock, log }: WaitBookOptions): WaitBook {
  let counted = new Map<string, WaitCount>()
  let prunedAt = 0
  let stopTimer: (() => void) | undefined
  let flushing: Promise<void> | undefined
  let stopped = false
  const flush = async (): Promise<void> => {
    const counts = [...counted.values()]
    counted = new Map()
    try {
      await addWaits(database, counts)
      const minute = Math.floor(clock().now() / MINUTE_MS)
      if (minute - prunedAt < 60) return
      prunedAt = minute
      await deleteWaits(database, minute - KEPT_MINUTES)
    } catch (err) {
      log.debug({ err }, 'how long runs waited could not be written down')
    }
  }
  const arm = (): void => {
    if (stopped) return
    stopTimer = clock().setTimer(() => {
      if (counted.size === 0) arm()
      else flushing = flush().finally(arm)
    }, FLUSH_MS)
  }
  return {
    count(queue, waitMs) {
      const minute = Math.floor(clock().now() / MINUTE_MS)
      const bucket = bucketOf(waitMs)
      const key = `${minute} ${bucket} ${queue}`
      const before = counted.get(key)
      counted.set(key, { queue, minute, bucket, runs: (before?.runs ?? 0) + 1 })
    },
    async read() {
      const now = Math.floor(clock().now() / MINUTE_MS)
      const since = (Math.floor(now / STEP) - STEPS + 1) * STEP
      return summarise(await selectWaits(database, since, STEP))
    },
    start() {
      if (stopTimer === undefined) arm()
    },
    async stop() {
      stopped = true
      stopTimer?.()
      await flushing
      if (counted.size > 0) await flush()
    },
  }
}

function summarise(counts: readonly WaitCount[]): ReadonlyMap<string, QueueWaits> {
  const byQueue = Map.groupBy(counts, ({ queue }) => queue)
  return new Map(
    [...byQueue].map(([queue, own]) => [
      queue,
      {
        runs: own.reduce((sum, { runs }) => sum + runs, 0),
        p50Ms: percentile(own, 0.5),
        p95Ms: percentile(own, 0.95),
        recent: Array.from({ length: STEPS }, (_, step) =>
          percentile(
            own.filter(({ minute }) => minute === step),
            0.95,
          ),
        ),
      },
    ]),
  )
}

/** The upper edge of the bucket in which that share of all is reached; 0 of nothing. */
function percentile(counts: readonly WaitCount[], share: number): number {
  const wanted = counts.reduce((sum, { runs }) => sum + runs, 0) * share
  let seen = 0
  for (const { bucket, runs } of counts.toSorted((a, b) => a.bucket - b.bucket)) {
    seen += runs
    if (seen >= wanted) return Math.round(GROWTH ** bucket - 1)
  }
  return 0
}

function bucketOf(waitMs: number): number {
  return Math.ceil(Math.log(Math.max(0, waitMs) + 1) / Math.log(GROWTH))
}
