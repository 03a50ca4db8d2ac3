import type { Clock } from '@regie/engine'
import type { AlertRecord } from '../alert/record.ts'
import { viewAlert } from '../api/alerts.ts'
import type { Publisher } from '../realtime/realtime.ts'
import { alertsTopic } from './topics.ts'

const QUIET_MS = 1_000
const MOST_REMEMBERED = 1_000

/** Tells of alerts; give the answer to the alert book as `onChange`. */
export function tellAlerts(publisher: () => Publisher, clock: Clock): (record: AlertRecord) => void {
  const toldAt = new Map<string, number>()
  return (record) => {
    const now = clock.now()
    const isRepeated = record.count > 1 && record.resolvedAt === undefined
    if (isRepeated && now - (toldAt.get(record.id) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    if (toldAt.size > MOST_REMEMBERED) toldAt.clear()
    toldAt.set(record.id, now)
    // An alert that cannot be told live is in the table, and was logged.
    void publisher()
      .publish(alertsTopic, {}, viewAlert(record), { org: record.org })
      .catch(() => {})
  }
}
