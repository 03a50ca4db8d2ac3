import type { AlertRecord } from './record.ts'

/** A way to reach people: Discord today. */
export interface AlertChannel {
  readonly name: string
  /** Delivers or throws; `signal` gives up. */
  send(alert: AlertRecord, signal: AbortSignal): Promise<void>
}
