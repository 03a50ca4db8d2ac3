import type { Generated } from 'kysely'
import type { Priority } from '../job/job.ts'

/** The engine's tables as Kysely sees them on either store; docs/decisions/0003-engine-tables.md says why they look like this. */
export interface EngineTables {
  engine_body: BodyTable
  engine_ready: ReadyTable
  engine_timer: { due: number; id: number; kind: TimerKind; attempt: number }
  engine_blocked: { gate: string; priority: number; vtime: number; id: number; attempt: number }
  engine_worker: {
    epoch: Generated<number>
    name: string
    queues: string
    started_at: number
    beat_at: number
    draining_at: number | null
    /** JSON of `WorkerVitals`. */
    vitals: string | null
  }
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
  /** `input` is what it was given, once the run has another. */
  engine_attempt: {
    run: number
    ended_at: number
    attempt: number
    started_at: number
    error: string
    input: string | null
    fingerprint: string | null
  }
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
  /** Of schedules that fire for each organisation. What all of them missed is in `engine_slot`. */
  engine_slot_org: {
    schedule: string
    slot: number
    org: string
    outcome: string
    run: number | null
    handled_at: number
  }
  engine_estimate: { job: string; runs: number; mean_ms: number; updated_at: number }
  engine_blob: { run: number; content: string }
  engine_projection: ProjectionTable
  engine_projection_generation: GenerationTable
  engine_projection_stale: { projection: string; at: number }
  engine_workflow: WorkflowTable
  engine_step: StepTable
  engine_signal: { id: Generated<number>; org: string; name: string; key: string; payload: string; sent_at: number }
  engine_wait: { org: string; name: string; key: string; run: number; step: string }
  engine_stream: StreamTable
  engine_event: EventTable
  engine_snapshot: {
    org: string
    stream: string
    decider: string
    state_version: number
    version: number
    state: string
  }
  engine_person_key: { id: Generated<number>; org: string; person: string; key: string }
  engine_erasure: { org: string; person: string; at: number }
}

/** What a timer does when it is due: makes the run ready, ends it if it has not started, or wakes a waiting workflow. */
export type TimerKind = 'run' | 'expire' | 'wake'

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

/** `serving`: the generation readers see complete, and its `version`; null while the first one is built. `next`: the next generation. */
export interface ProjectionTable {
  name: string
  mode: 'inline' | 'async'
  events: string
  serving: number | null
  version: number | null
  next: number
}

/** `owner`: the worker that drives it. `failed_at`: the position of the event it stumbles over. */
export interface GenerationTable {
  projection: string
  generation: number
  version: number
  tables: string
  tx: number
  position: number
  owner: number | null
  tries: number
  error: string | null
  failed_at: number | null
  retry_at: number | null
  stopped_at: number | null
  created_at: number
  moved_at: number
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

/** `waiting` 1: the run is here and nowhere else. `wakes` counts what happened to it; `ending`: how it ends once all is undone. */
interface WorkflowTable {
  run: number
  waiting: Generated<number>
  wakes: Generated<number>
  generation: Generated<number>
  state: string | null
  ending: string | null
  paused_at: number | null
  pause_reason: string | null
}

/** What a step is: code of the workflow, a child, several children, or waiting for time or a signal. */
export type StepKind = 'step' | 'call' | 'many' | 'sleep' | 'wait' | 'signal'

/**
 * Where a step stands. Open: `begun` (it has an undo, and may have done something), `retry` (waits for its next attempt),
 * `pending` (waits for time, a signal or children), `ended` (all its children have), `again` (it failed, and an operator
 * wants it tried again, unless the code went on from its failure). Closed: `done`, `failed`, and of what was done `undoing`
 * (an attempt to undo it failed) and `undone`.
 */
export type StepState = 'begun' | 'retry' | 'pending' | 'ended' | 'again' | 'done' | 'failed' | 'undoing' | 'undone'

/** `seq`: order of the calls; `alone` 1: nothing else was under way then, so the order cannot differ when the code runs again. */
interface StepTable {
  run: number
  name: string
  seq: number
  kind: StepKind
  state: StepState
  alone: number
  attempt: number
  due: number | null
  child: number | null
  started_at: number
  ended_at: number | null
  result: string | null
  error: string | null
}

interface StreamTable {
  org: string
  name: string
  version: number
  created_at: number
  updated_at: number
  closed_at: number | null
  archived_at: number | null
}

/** On PostgreSQL there is also `tx`: see store/postgres/events.ts. */
interface EventTable {
  position: Generated<number>
  org: string
  stream: string
  version: number
  type: string
  type_version: number
  data: string
  meta: string | null
  person: string | null
  sealed: string | null
  run: number | null
  at: number
}

interface ScheduleTable {
  name: string
  org: string
  job: string
  spec: string
  payload: string
  declared: number
  paused_at: number | null
  reason: string | null
  next_slot: number | null
  last_slot: number | null
  last_run: number | null
  created_at: number
}

const STARTERS_KEPT = 20

/** Those on whose behalf a run was started, with some more. */
export function startersWith(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])].slice(-STARTERS_KEPT)
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
  /** Its input may be replaced until it first starts, although it keeps its key longer. */
  readonly ur?: true
  /** Limits: key, concurrency (0 for none), milliseconds between starts (0 for none), burst. */
  readonly l?: readonly (readonly [key: string, slots: number, intervalMs: number, burst: number])[]
  /** Latest start, and latest end (milliseconds UTC). */
  readonly e?: number
  readonly d?: number
  readonly t?: readonly string[]
  /** On whose behalf it was started. */
  readonly by?: readonly string[]
  /** The batch whose end this run was enqueued for. */
  readonly cb?: number
  /** Parent run and batch. */
  readonly p?: number
  readonly b?: number
  /** Schedule. */
  readonly s?: string
  /** A workflow, begun with this version of its code. */
  readonly v?: number
  /** The step of the parent that waits for this run. */
  readonly w?: string
  /** The run it was forked from. */
  readonly f?: number
  /** The trace it was enqueued in. */
  readonly tr?: string
  /** Since when it could start, where that is not since it was enqueued; 0 where it is not known. Milliseconds UTC. */
  readonly r?: number
  /** Its latest replays: when, by whom as far as that was told, and 1 with another input. */
  readonly h?: readonly (readonly [at: number, by: string | null, input: 0 | 1])[]
}
