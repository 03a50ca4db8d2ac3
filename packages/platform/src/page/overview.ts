import type { Database, Engine, QueueStatus, Run, RunState, ScheduleStatus } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import type { AlertRecord } from '../alert/record.ts'
import { type IndexedBackup, readIndex } from '../backup/store/backup-index.ts'
import type { CheckResult } from '../http/health.ts'

/** One kind of backup, as the page sums it up. */
export interface BackupSummary {
  readonly kind: string
  readonly count: number
  readonly bytes: number
  /** Milliseconds UTC. */
  readonly newestAt: number
  /** How many are of no use. */
  readonly damaged: number
}

/** A schedule, and what became of the run of its last slot as far as it is known here. */
export interface ScheduleView extends ScheduleStatus {
  readonly lastState?: RunState
}

/** Everything the page shows, at one moment. */
export interface Overview {
  readonly now: number
  /** What keeps this process from being ready. */
  readonly failing: readonly CheckResult[]
  readonly queues: readonly QueueStatus[]
  readonly runs: readonly Run[]
  readonly schedules: readonly ScheduleView[]
  readonly alerts: readonly AlertRecord[]
  readonly backups: readonly BackupSummary[]
}

/** Where the page looks. */
export interface OverviewSources {
  readonly engine: Pick<Engine, 'runs' | 'schedules' | 'clock'>
  readonly queues: () => Promise<readonly QueueStatus[]>
  /** What `/ready` looks at. */
  readonly checks: () => Promise<readonly CheckResult[]>
  readonly alerts: Pick<AlertBook, 'list'>
  /** Holds the index of the backups. */
  readonly database: Database
}

const RUNS_SHOWN = 12
const RUNS_KNOWN = 100
const ALERTS = 10

/** Looks once at everything. */
export async function lookAround({
  engine,
  queues: look,
  checks,
  alerts,
  database,
}: OverviewSources): Promise<Overview> {
  const [queues, results, { runs }, schedules, open, backups] = await Promise.all([
    look(),
    checks(),
    engine.runs.search({}, { limit: RUNS_KNOWN }),
    engine.schedules.list(),
    alerts.list({ open: true }, { limit: ALERTS }),
    readIndex(database),
  ])
  return {
    now: engine.clock.now(),
    // A projection that has stopped has raised an alert of its own.
    failing: results.filter(({ ok, advisory }) => !ok && advisory !== true),
    queues,
    runs: runs.slice(0, RUNS_SHOWN),
    schedules: schedules.map((schedule) => withLastState(schedule, runs, open.alerts)).toSorted(byNextSlot),
    alerts: open.alerts,
    backups: sumUp(backups),
  }
}

/** From the latest runs at hand, else from an open alert; asking for each run would be a query a schedule. */
function withLastState(schedule: ScheduleStatus, runs: readonly Run[], alerts: readonly AlertRecord[]): ScheduleView {
  const { lastSlot, job } = schedule
  if (lastSlot?.runId === undefined) return schedule
  const state = runs.find(({ id }) => id === lastSlot.runId)?.state
  if (state !== undefined) return { ...schedule, lastState: state }
  const hasFailed = alerts.some(({ key, lastAt }) => key === `job:${job}` && lastAt >= lastSlot.handledAt)
  return hasFailed ? { ...schedule, lastState: 'failed' } : schedule
}

function byNextSlot(a: ScheduleStatus, b: ScheduleStatus): number {
  return (
    (a.nextSlot ?? Number.POSITIVE_INFINITY) - (b.nextSlot ?? Number.POSITIVE_INFINITY) || a.name.localeCompare(b.name)
  )
}

function sumUp(backups: readonly IndexedBackup[]): readonly BackupSummary[] {
  return [...Map.groupBy(backups, ({ kind }) => kind)].map(([kind, list]) => ({
    kind,
    count: list.length,
    bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
    newestAt: Math.max(...list.map(({ created_at }) => created_at)),
    damaged: list.filter(({ problem }) => problem !== null).length,
  }))
}
