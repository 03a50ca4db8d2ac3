import type { About } from '../errors.ts'

/** How much an alert matters: `critical` wants somebody now, `warning` today, `info` is a notice. */
export type Severity = 'info' | 'warning' | 'critical'

/**
 * What alerts of the platform are about. The console has words and a runbook for each, in both languages; a test compares the lists.
 */
export const ALERT_CODES = [
  'audit-forged',
  'audit-tampered',
  'database-silent',
  'exception-uncaught',
  'job-failed',
  'projection-stopped',
  'rejection-unhandled',
  'schedule-failed',
  'slot-missed',
  'workflows-misfit',
] as const

/** What an alert of the platform is about. */
export type AlertCode = (typeof ALERT_CODES)[number]

/** Where the console says what an alert means and what to do. */
export function runbookOf(code: string): string {
  return `/alerts/help/${code}`
}

/** Something a person should hear of. */
export interface AlertInput {
  /** Equal keys that are still open are one alert, counted: `job:backup.daily`. */
  readonly key: string
  readonly severity: Severity
  readonly title: string
  /** What happened and what to do next, in plain text. */
  readonly detail: string
  /** What kind of alert it is, when it is one of the platform's: the console then says it in the language of its reader. */
  readonly code?: AlertCode
  /** What the sentences name: the job, the run, the error. Nothing secret. */
  readonly about?: About
  /** Where in the console one acts, such as `/runs/42`. */
  readonly link?: string
  readonly org?: string
}

/** Raises alerts: always to the log and the alerts table, and to the channels that are configured. */
export interface Alerts {
  raise(alert: AlertInput): Promise<void>
}
