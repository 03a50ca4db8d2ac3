import type { Generated } from 'kysely'
import type { Priority } from '../job/job.ts'

/** The engine's tables as Kysely sees them on either store; docs/decisions/0003-engine-tables.md says why they look like this. */
export interface EngineTables {
  engine_body: BodyTable
  engine_ready: ReadyTable
  engine_timer: { due: number; id: number; kind: TimerKind; attempt: number }
  engine_blocked: { gate: string; priority: number; vtime: number; id: number; attempt: number }
  engine_worker: { epoch: Generated<number>; name: string; queues: string; started_at: number; beat_at: number }
  /** `ids` and `attempts` are JSON text on SQLite and arrays on PostgreSQL: read and written through store/leases.ts only. */
  engine_lease: {
    id: Generated<number>
    worker: number
    queue: string
    claimed_at: number
    ids: string
    attempts: string
  }
  engine_done: DoneTable
  engine_attempt: { run: number; ended_at: number; attempt: number; started_at: number; error: string }
  engine_progress: { run: number; percent: number; message: string; at: number }
  engine_tag: { tag: string; run: number }
  /** `until` null: held until the run ends; otherwise the end of the period. */
  engine_unique: { key: string; run: number; until: number | null }
  /** `slots`: the concurrency last asked for; `arrival` and `started`: see store/admit.ts. */
  engine_gate: { key: string; slots: number | null; arrival: number; started: Generated<number> }
  /** `starts_at` null: the run occupies a slot of the gate; otherwise the start the rate has reserved for it. */
  engine_hold: { run: number; key: string; starts_at: number | null }
  engine_cancel: { run: number; reason: string; at: number }
  engine_batch: BatchTable
  engine_queue: { name: string; paused_at: number | null; reason: string | null; vtime: Generated<number> }
  engine_share: { queue: string; org: string; finish: number }
  engine_schedule: ScheduleTable
  engine_slot: { schedule: string; slot: number; outcome: string; run: number | null; handled_at: number }
  engine_estimate: { job: string; runs: number; mean_ms: number; updated_at: number }
  engine_blob: { run: number; content: string }
}

/** What a timer does when it is due: makes the run ready, or ends it if it has not started. */
export type TimerKind = 'run' | 'expire'

interface BodyTable {
  id: Generated<number>
  org: string
  queue: string
  priority: number
  vtime: number
  job: string
  payload: string
  options: string | null
  created_at: number
}

interface ReadyTable {
  queue: string
  priority: number
  vtime: number
  id: number
  attempt: number
}

/** How a run can end. */
export type EndState = 'succeeded' | 'failed' | 'cancelled' | 'expired'

interface DoneTable {
  id: number
  state: EndState
  attempt: number
  at: number
  duration_ms: number
  result: string | null
  error: string | null
  fingerprint: string | null
}

interface BatchTable {
  id: Generated<number>
  org: string
  total: number
  pending: number
  failed: number
  callback: string | null
  callback_run: number | null
  created_at: number
  finished_at: number | null
}

interface ScheduleTable {
  name: string
  org: string
  job: string
  spec: string
  payload: string
  declared: number
  paused_at: number | null
  next_slot: number | null
  last_slot: number | null
  last_run: number | null
  created_at: number
}

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const satisfies readonly Priority[]

/** The number under which a priority is stored: smaller starts first. */
export function priorityNumber(priority: Priority): number {
  return PRIORITIES.indexOf(priority)
}

/** The priority stored under a number. */
export function priorityName(number: number): Priority {
  return PRIORITIES[number] ?? 'normal'
}

/** How many priorities there are: claims look at each in turn. */
export const PRIORITY_COUNT = PRIORITIES.length

/** What the `options` column of a run holds, when anything; short names because they are stored with each run. */
export interface StoredOptions {
  /** Unique key. */
  readonly u?: string
  /** The unique key is given back at the start instead of at the end. */
  readonly us?: true
  /** Limits: key, concurrency (0 for none), milliseconds between starts (0 for none), burst. */
  readonly l?: readonly (readonly [key: string, slots: number, intervalMs: number, burst: number])[]
  /** Latest start, and latest end (milliseconds UTC). */
  readonly e?: number
  readonly d?: number
  readonly t?: readonly string[]
  /** The batch whose end this run was enqueued for. */
  readonly cb?: number
  /** Parent run and batch. */
  readonly p?: number
  readonly b?: number
  /** Schedule. */
  readonly s?: string
}
