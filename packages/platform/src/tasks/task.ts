import type { AlertBook } from '../alert/book.ts'
import type { AnyApp } from '../app/app.ts'
import type { GuardedJob } from '../app/by-hand.ts'
import type { DescribedSchedule } from '../app/schedule.ts'
import type { Services } from '../app/services.ts'
import type { AuditLog } from '../audit/log.ts'
import type { Bulks } from '../bulk/bulks.ts'
import type { Config } from '../config/config.ts'
import type { Faults } from '../fault/faults.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { RunLogs } from '../run-log/run-logs.ts'

/** What the platform's own tasks work with. */
export interface TaskOptions {
  readonly config: Pick<Config, 'dataDir' | 'keep' | 'org' | 'appsOff' | 'program'>
  /** Also those that are switched off: their personal data is purged all the same. */
  readonly apps: readonly AnyApp[]
  readonly alerts: Pick<AlertBook, 'prune' | 'raise' | 'silences'>
  readonly faults: Pick<Faults, 'prune'>
  readonly inbox: Pick<Inbox, 'prune'>
  readonly audit: Pick<AuditLog, 'prune' | 'record' | 'verifyByNight'>
  readonly services: Services
  readonly bulks: Pick<Bulks, 'tidy'>
  readonly runLogs: Pick<RunLogs, 'carryOut' | 'prune'>
  /** The ids of all organisations that are not closed. */
  organisations(): Promise<readonly string[]>
  /** Removes sessions and links that have ended; answers how many sessions. */
  sweepSessions(): Promise<number>
}

/** Jobs and when they run. */
export interface Tasks {
  readonly jobs: readonly GuardedJob[]
  readonly schedules: readonly DescribedSchedule[]
}
