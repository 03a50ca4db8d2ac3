import type { About } from '../errors.ts'
import type { Severity } from './alert.ts'

/** One alert as it is kept. Instants are milliseconds since 1970 UTC. */
export interface AlertRecord {
  readonly id: string
  readonly org: string
  readonly key: string
  /** The worst that was reported while it was open. */
  readonly severity: Severity
  readonly title: string
  readonly detail: string
  /** Of the platform's alerts; absent for those of apps and of before there were codes. */
  readonly code?: string
  readonly about?: About
  /** Where in the console one acts. */
  readonly link?: string
  /** How often it was raised while it was open; of a job, how many of its runs have failed, or are tried again, and are neither muted nor resolved. */
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** Absent while it is open. */
  readonly resolvedAt?: number
}

/** A page of alerts, the latest raised first. */
export interface AlertPage {
  readonly alerts: readonly AlertRecord[]
  /** Pass it as `cursor` for the next page; absent on the last. */
  readonly next?: string
}

/** Which alerts to list. */
export interface AlertFilter {
  readonly org?: string
  readonly key?: string
  /** True for the open ones, false for the resolved. Default: both. */
  readonly open?: boolean
}
