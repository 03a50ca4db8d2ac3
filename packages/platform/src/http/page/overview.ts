import type { Engine, QueueStatus, Run, ScheduleStatus } from '@regie/engine'
import type { AlertBook } from '../../alert/book.ts'
import type { AlertRecord } from '../../alert/record.ts'

/** One kind of backup, as the page sums it up. */
export interface BackupSummary {
  readonly kind: string
  readonly count: number
  readonly bytes: number
  /** Milliseconds UTC. */
  readonly newestAt: number
}

/** Everything the page shows, at one moment. */
export interface Overview {
  readonly now: number
  readonly queues: readonly QueueStatus[]
  readonly runs: readonly Run[]
  readonly schedules: readonly ScheduleStatus[]
  readonly alerts: readonly AlertRecord[]
  readonly backups: readonly BackupSummary[]
}

/** Where the page looks. */
export interface OverviewSources {
  readonly engine: Pick<Engine, 'queues' | 'runs' | 'schedules' | 'clock'>
  readonly alerts: Pick<AlertBook, 'list'>
  readonly backups: () => Promise<readonly BackupSummary[]>
}

const RUNS = 12
const ALERTS = 10

/** Looks once at everything. */
export async function lookAround({ engine, alerts, backups }: OverviewSources): Promise<Overview> {
  const [queues, { runs }, schedules, open, kept] = await Promise.all([
    engine.queues.list(),
    engine.runs.search({}, { limit: RUNS }),
    engine.schedules.list(),
    alerts.list({ open: true }, { limit: ALERTS }),
    backups(),
  ])
  return { now: engine.clock.now(), queues, runs, schedules: schedules.toSorted(byNextSlot), alerts: open.alerts, backups: kept }
}

function byNextSlot(a: ScheduleStatus, b: ScheduleStatus): number {
  return (a.nextSlot ?? Number.POSITIVE_INFINITY) - (b.nextSlot ?? Number.POSITIVE_INFINITY) || a.name.localeCompare(b.name)
}
