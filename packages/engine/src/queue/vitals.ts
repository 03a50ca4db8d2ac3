import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a worker process tells of itself every ten seconds or so. */
export interface WorkerVitals {
  /** Of the code it runs, as `createEngine` was told. */
  readonly version?: string
  /** Of Node. */
  readonly node: string
  readonly pid: number
  /** What it holds of the machine's memory. */
  readonly rssBytes: number
  readonly heapBytes: number
  /** How late timers fired since it last told, at the 99th percentile, in milliseconds. */
  readonly loopDelayMs: number
  /** When it told. */
  readonly at: number
}

const RESOLUTION_MS = 20

/** Measures this process from now on. */
export function measureVitals(version: string | undefined): {
  read(now: number): WorkerVitals
  stop(): void
} {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  return {
    read(now) {
      // The histogram has the whole interval between two looks: what it was set to is not late.
      const late = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS)
      delay.reset()
      const { rss, heapUsed } = process.memoryUsage()
      return {
        ...(version !== undefined && { version }),
        node: process.versions.node,
        pid: process.pid,
        rssBytes: rss,
        heapBytes: heapUsed,
        loopDelayMs: Math.round((Number.isFinite(late) ? late : 0) * 10) / 10,
        at: now,
      }
    },
    stop: () => void delay.disable(),
  }
}
