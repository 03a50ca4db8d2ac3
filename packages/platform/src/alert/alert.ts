/** How much an alert matters: `critical` wants somebody now, `warning` today, `info` is a notice. */
export type Severity = 'info' | 'warning' | 'critical'

/** Something a person should hear of. */
export interface AlertInput {
  /** Equal keys that are still open are one alert, counted: `job:backup.daily`. */
  readonly key: string
  readonly severity: Severity
  readonly title: string
  /** What happened and what to do next, in plain text. */
  readonly detail: string
  readonly org?: string
}

/** Raises alerts: always to the log and the alerts table, and to the channels that are configured. */
export interface Alerts {
  raise(alert: AlertInput): Promise<void>
}
