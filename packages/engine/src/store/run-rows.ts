import { sql } from 'kysely'
import type { Attempt, Replay, Run, RunState } from '../job/run.ts'
import { AT_ITS_PLACE } from './ready.ts'
import { priorityName } from './schema.ts'
import { chunks, type Db, parseOptions } from './tables.ts'

/** Where a run stands follows from the table it is in; `job:` gates are those of parked runs. */
export const STATE = sql<RunState>`
  case
    when d.id is not null then d.state
    when r.id is not null then 'queued'
    when t.id is not null then 'scheduled'
    when w.run is not null then 'waiting'
    when k.id is not null then case when k.gate like 'job:%' then 'parked' else 'blocked' end
    else 'running'
  end`

/** True of a workflow's run `b`: its options say with which version of the code it began. */
export const IS_WORKFLOW = sql<boolean>`coalesce(b.options, '') like '%"v":%'`

/** What was enqueued, of every run. */
export function selectBodies(db: Db) {
  return db.selectFrom('engine_body as b')
}

/** The places a run can be in, for {@link STATE}. Each costs something for every run that is looked at. */
export function joinPlaces(bodies: ReturnType<typeof selectBodies>) {
  return bodies
    .leftJoin('engine_done as d', 'd.id', 'b.id')
    .leftJoin('engine_timer as t', (join) => join.onRef('t.id', '=', 'b.id').on('t.kind', '=', 'run'))
    .leftJoin('engine_workflow as w', (join) => join.onRef('w.run', '=', 'b.id').on('w.waiting', '=', 1))
    .leftJoin('engine_blocked as k', 'k.id', 'b.id')
    .leftJoin('engine_ready as r', (join) => join.on(AT_ITS_PLACE))
}

/** Every run with everything that operators see of it. */
export function selectRuns(db: Db) {
  return joinPlaces(selectBodies(db))
    .leftJoin('engine_timer as i', (join) => join.onRef('i.id', '=', 'b.id').on('i.kind', '=', 'wake'))
    .leftJoin('engine_cancel as c', 'c.run', 'b.id')
    .leftJoin('engine_progress as p', 'p.run', 'b.id')
    .leftJoin('engine_estimate as e', 'e.job', 'b.job')
    .select([...RUN_COLUMNS, STATE.as('state'), ATTEMPT.as('attempt'), LAST_ERROR.as('last_error')])
}

/** The columns {@link toRun} reads. */
const RUN_COLUMNS = [
  'b.id',
  'b.org',
  'b.queue',
  'b.job',
  'b.priority',
  'b.payload',
  'b.options',
  'b.created_at',
  'd.at as ended_at',
  'd.duration_ms',
  'd.error',
  't.due',
  'i.due as wake_due',
  'p.percent',
  'p.message',
  'p.at as progress_at',
  'e.mean_ms',
  'c.run as cancel_run',
] as const

/** One row of {@link selectRuns}. */
export interface RunRow {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: number
  readonly payload: string
  readonly options: string | null
  readonly created_at: number
  readonly ended_at: number | null
  readonly duration_ms: number | null
  readonly error: string | null
  readonly last_error: string | null
  readonly due: number | null
  readonly wake_due: number | null
  readonly percent: number | null
  readonly message: string | null
  readonly progress_at: number | null
  readonly mean_ms: number | null
  readonly cancel_run: number | null
  readonly state: RunState
  readonly attempt: number | null
}

/** The attempt of a waiting or ended run; a running one's is in its lease. */
const ATTEMPT = sql<number | null>`coalesce(d.attempt, r.attempt, t.attempt, k.attempt)`

/** Why the last try of a run failed that waits for the next one. */
const LAST_ERROR = sql<string | null>`
  case when t.attempt > 1 then (select a.error from engine_attempt a where a.run = b.id order by a.ended_at desc limit 1) end`

/** When a run was replayed, and by whom. */
export function replaysOf(options: string | null): readonly Replay[] {
  const { h = [] } = parseOptions(options)
  return h.map(([at, by, input]) => ({ at, ...(by === null ? {} : { by }), newInput: input === 1 }))
}

/** What only the lease of a running run knows. */
export interface Leased {
  readonly attempt: number
  readonly claimedAt: number
}

/** As operators see it. `leased` is what their leases know of running runs, by id. */
export function toRun(row: RunRow, leased: ReadonlyMap<number, Leased>): Run {
  const lease = row.state === 'running' ? leased.get(row.id) : undefined
  const { p, b, t = [], tr, v } = parseOptions(row.options)
  const error = row.error ?? row.last_error
  return {
    id: row.id,
    org: row.org,
    queue: row.queue,
    job: row.job,
    priority: priorityName(row.priority),
    state: row.state,
    attempt: row.attempt ?? lease?.attempt ?? 1,
    input: JSON.parse(row.payload),
    tags: t,
    createdAt: row.created_at,
    ...(lease === undefined ? {} : { startedAt: lease.claimedAt }),
    ...dueAt(row.due ?? row.wake_due),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
    ...(error === null ? {} : { error: JSON.parse(error) }),
    ...(row.progress_at === null
      ? {}
      : { progress: { percent: row.percent ?? 0, message: row.message ?? '', at: row.progress_at } }),
    ...(row.mean_ms === null ? {} : { estimatedMs: Math.round(row.mean_ms) }),
    ...(row.cancel_run === null ? {} : { cancelRequested: true }),
    ...(v === undefined ? {} : { workflow: true }),
    ...(p === undefined ? {} : { parentId: p }),
    ...(b === undefined ? {} : { batchId: b }),
    ...(tr === undefined ? {} : { traceId: tr }),
  }
}

function dueAt(instant: number | null): Pick<Run, 'dueAt'> {
  return instant === null ? {} : { dueAt: instant }
}

/** Failed and interrupted attempts of a run, oldest first. */
export async function readAttempts(db: Db, run: number): Promise<readonly Attempt[]> {
  const rows = await db
    .selectFrom('engine_attempt')
    .selectAll()
    .where('run', '=', run)
    .orderBy('ended_at')
    .orderBy('attempt')
    .execute()
  return rows.map((row) => ({
    attempt: row.attempt,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: JSON.parse(row.error),
    ...(row.input === null ? {} : { input: JSON.parse(row.input) }),
  }))
}

/** What runs returned, by id; those that have not, or returned nothing, are not in it. */
export async function readResults(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, unknown>> {
  const results = new Map<number, unknown>()
  for (const slice of chunks(ids)) {
    const rows = await db
      .selectFrom('engine_done as d')
      .leftJoin('engine_blob as x', 'x.run', 'd.id')
      .select(['d.id', 'd.result', 'x.content'])
      .where('d.id', 'in', slice)
      .where('d.state', '=', 'succeeded')
      .execute()
    for (const { id, result, content } of rows) {
      const text = content ?? result
      if (text !== null) results.set(id, JSON.parse(text))
    }
  }
  return results
}

/** Keeps how far a run says it is. */
export async function writeProgress(db: Db, run: number, percent: number, message: string, now: number): Promise<void> {
  await db
    .insertInto('engine_progress')
    .values({ run, percent, message, at: now })
    .onConflict((conflict) =>
      conflict.column('run').doUpdateSet((eb) => ({
        percent: eb.ref('excluded.percent'),
        message: eb.ref('excluded.message'),
        at: eb.ref('excluded.at'),
      })),
    )
    .execute()
}
