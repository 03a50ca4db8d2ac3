import type { Browser, BrowserContext } from 'playwright-core'
import type { ServerProcess } from './server-process.ts'

/** One figure beside what it should be. */
export interface Figure {
  readonly title: string
  readonly value: number
  readonly unit: 'ms' | 'kB' | 'MB' | 'lines' | 'frames' | 'points'
  readonly target: number
  /** Whether more is better, such as points. Default: less is. */
  readonly atLeast?: true
  /** How it came about, or which part was slowest. */
  readonly remark?: string
}

/** What the rows measure on. */
export interface Ground {
  readonly browser: Browser
  /** The port on which the browser can be commanded. */
  readonly port: number
  readonly server: ServerProcess
  /** Of who has signed in. */
  readonly session: Awaited<ReturnType<BrowserContext['storageState']>>
}

/** A measurement of its own, which `--only` chooses. */
export interface Row {
  readonly name: string
  /** What it may take, in seconds, before it is given up. */
  readonly seconds: number
  measure(ground: Ground): Promise<readonly Figure[]>
}

/** Whether it is within its target. */
export function isMet({ value, target, atLeast }: Figure): boolean {
  return atLeast === true ? value >= target : value < target
}

/** The value below which a share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
