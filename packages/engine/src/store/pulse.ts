import { sql } from 'kysely'
import { fingerprint } from '../job/errors.ts'
import type { StoredError } from '../job/run.ts'
import { endRuns, takeWaiting } from './finish.ts'
import type { HotStore } from './hot.ts'
import { type Db, isPostgres, parseOptions, type Tx } from './tables.ts'
import { begunAmong, wakeWorkflows } from './workflows.ts'

/** What upkeep has to know, in one query: the whole cost of an idle process besides its heartbeat. */
export interface Pulse {
  /** The next instant at which some timer is due. */
  readonly due: number | null
  /** True when something is queued, or waits at a gate. */
  readonly ready: boolean
  readonly blocked: boolean
  /** When the most silent worker's row was last written; null without workers. */
  readonly beat: number | null
  /** True when some worker is to take nothing new. */
  readonly draining: boolean
  /** Changes with every event that becomes visible. */
  readonly head: string
  /** True when there is a generation of a projection that nobody drives, or one to be built anew. */
  readonly loose: boolean
}

interface Row {
  readonly due: number | null
  readonly ready: number
  readonly blocked: number
  readonly beat: number | null
  readonly draining: number
  readonly head: string | number | null
  readonly loose: number
}

/** Looks at the hot tables' ends only: a few microseconds whatever is stored. */
export async function readPulse(db: Db): Promise<Pulse> {
  const head = isPostgres(db)
    ? sql`(select tx || '/' || position from engine_event order by tx desc, position desc limit 1)`
    : sql`(select max(position) from engine_event)`
  const { rows } = await sql<Row>`
    select
      (select min(due) from engine_timer) as due,
      (select min(beat_at) from engine_worker) as beat,
      (select count(*) from engine_worker where draining_at is not null) as draining,
      (select count(*) from (select 1 from engine_ready limit 1) as r) as ready,
      (select count(*) from (select 1 from engine_blocked limit 1) as b) as blocked,
      ${head} as head,
      (select count(*) from (
        select 1 from engine_projection_generation g join engine_projection p on p.name = g.projection
        where (p.mode = 'async' or p.serving is null or p.serving <> g.generation)
          and not exists (select 1 from engine_worker w where w.epoch = g.owner)
        limit 1
      ) as l) + (select count(*) from (select 1 from engine_projection_stale limit 1) as s) as loose`.execute(db)
  const [row] = rows
  return {
    due: row?.due ?? null,
    ready: Number(row?.ready) > 0,
    blocked: Number(row?.blocked) > 0,
    beat: row?.beat ?? null,
    draining: Number(row?.draining) > 0,
    head: String(row?.head ?? ''),
    loose: Number(row?.loose) > 0,
  }
}

/** A run that was ended because it had waited too long. */
export interface ExpiredRun {
  readonly id: number
  readonly org: string
  readonly job: string
  readonly error: StoredError
}

/** Ends what has waited too long: `expired`, or `failed` when its deadline has passed. Answers what it ended. */
export async function expireWaiting(tx: Tx, hot: HotStore, now: number, limit: number): Promise<readonly ExpiredRun[]> {
  const due = await tx
    .selectFrom('engine_timer as t')
    .leftJoin('engine_body as b', 'b.id', 't.id')
    .select(['t.id', 't.due', 'b.options', 'b.org', 'b.job'])
    .where('t.kind', '=', 'expire')
    .where('t.due', '<=', now)
    .orderBy('t.due')
    .limit(limit)
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  await tx.deleteFrom('engine_timer').where('kind', '=', 'expire').where('id', 'in', ids).execute()
  // A workflow that has begun sees its deadline itself: it may have to undo something.
  const begun = await begunAmong(tx, ids)
  const taken = await takeWaiting(
    tx,
    (await neverStarted(tx, due, now)).filter((id) => !begun.has(id)),
  )
  await awaitDeadlines(
    tx,
    due.filter(({ id }) => !taken.has(id)),
    now,
  )
  const ended = due.flatMap(({ id, org, job, options: text }) => {
    const waiting = taken.get(id)
    if (waiting === undefined || org === null || job === null) return []
    const options = parseOptions(text)
    const late = options.d !== undefined && options.d <= now
    const error = late
      ? { code: 'DEADLINE_EXCEEDED', message: 'its deadline passed while it was waiting' }
      : { code: 'EXPIRED', message: 'it was not started in time' }
    return [
      {
        id,
        org,
        job,
        error,
        options,
        attempt: waiting.attempt,
        state: late ? ('failed' as const) : ('expired' as const),
      },
    ]
  })
  const { parents } = await endRuns(
    tx,
    hot,
    ended.map(({ id, state, attempt, error, job, options }) => {
      return {
        id,
        state,
        attempt,
        at: now,
        durationMs: 0,
        result: null,
        error: JSON.stringify(error),
        fingerprint: fingerprint(job, error),
        options,
      }
    }),
  )
  await wakeWorkflows(tx, [...begun, ...parents])
  return ended
}

/** A run has one timer for both instants: the later one is set when the first has passed. */
async function awaitDeadlines(
  tx: Tx,
  runs: readonly { readonly id: number; readonly options: string | null }[],
  now: number,
): Promise<void> {
  const timers = runs.flatMap(({ id, options }) => {
    const { d } = parseOptions(options)
    return d === undefined || d <= now ? [] : [{ id, due: d, kind: 'expire' as const, attempt: 1 }]
  })
  if (timers.length > 0) await tx.insertInto('engine_timer').values(timers).execute()
}

/** `expires` is about the first start only; a deadline ends a waiting retry too. */
async function neverStarted(
  tx: Tx,
  due: readonly { readonly id: number; readonly options: string | null }[],
  now: number,
): Promise<readonly number[]> {
  const attempted = await tx
    .selectFrom('engine_attempt')
    .select('run')
    .distinct()
    .where(
      'run',
      'in',
      due.map(({ id }) => id),
    )
    .execute()
  const started = new Set(attempted.map(({ run }) => run))
  return due.flatMap(({ id, options }) => {
    const { d } = parseOptions(options)
    return !started.has(id) || (d !== undefined && d <= now) ? [id] : []
  })
}
