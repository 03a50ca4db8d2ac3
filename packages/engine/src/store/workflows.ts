import { sql } from 'kysely'
import { makeReady } from './gates.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** What is known of a workflow besides its steps. */
export interface WorkflowRow {
  readonly run: number
  readonly waiting: number
  /** Grows with everything that happens to it from outside. */
  readonly wakes: number
  readonly generation: number
  readonly state: string | null
  /** How it ends, as JSON, once everything is undone; null while it goes forward. */
  readonly ending: string | null
  readonly pausedAt: number | null
  readonly pauseReason: string | null
}

/** The rows of these runs; a workflow that has never waited has none. */
export async function readWorkflows(db: Db, runs: readonly number[]): Promise<ReadonlyMap<number, WorkflowRow>> {
  const found = new Map<number, WorkflowRow>()
  for (const slice of chunks(runs)) {
    const rows = await db.selectFrom('engine_workflow').selectAll().where('run', 'in', slice).execute()
    for (const { paused_at: pausedAt, pause_reason: pauseReason, ...row } of rows)
      found.set(row.run, { ...row, pausedAt, pauseReason })
  }
  return found
}

/** A workflow that has nothing to do now. */
export interface Suspension {
  readonly id: number
  /** What `wakes` was when its record was read: if it is more by now, something has happened that it has not seen. */
  readonly wakes: number
  /** When it goes on by itself; null when only something from outside lets it. */
  readonly due: number | null
}

/** Puts workflows where they wait; those to which something has happened meanwhile go back into their queues at once. */
async function suspendWorkflows(tx: Tx, suspensions: readonly Suspension[]): Promise<void> {
  if (suspensions.length === 0) return
  const { rows } = await sql<{ run: number }>`
    insert into engine_workflow (run, waiting, wakes)
    select s.id, 1, s.wakes from (${listOf(tx, suspensions)}) as s order by s.id
    on conflict (run) do update set waiting = 1 where engine_workflow.wakes = excluded.wakes
    returning run`.execute(tx)
  const waiting = new Set(rows.map(({ run }) => run))
  const timers = suspensions.flatMap(({ id, due }) =>
    due === null || !waiting.has(id) ? [] : [{ id, due, kind: 'wake' as const, attempt: 1 }],
  )
  for (const slice of chunks(timers)) await tx.insertInto('engine_timer').values(slice).execute()
  await makeReady(
    tx,
    suspensions.filter(({ id }) => !waiting.has(id)).map(({ id }) => ({ id, attempt: 1 })),
  )
}

/**
 * Something has happened to these workflows: those that wait go back into their queues, the others hear of it when they
 * want to wait. Answers which went back.
 */
export async function wakeWorkflows(tx: Tx, runs: readonly number[]): Promise<readonly number[]> {
  if (runs.length === 0) return []
  const ordered = [...new Set(runs)].toSorted((a, b) => a - b)
  const { rows } = await sql<{ run: number; waiting: number; paused_at: number | null }>`
    insert into engine_workflow (run, wakes)
    select s.id, 1 from (${listOf(
      tx,
      ordered.map((id) => ({ id, wakes: 1 })),
    )}) as s order by s.id
    on conflict (run) do update set wakes = engine_workflow.wakes + 1
    returning run, waiting, paused_at`.execute(tx)
  const woken = rows.filter(({ waiting, paused_at }) => waiting === 1 && paused_at === null).map(({ run }) => run)
  await leaveWaiting(tx, woken)
  return woken
}

/** Everything that one transaction does with workflows, so that two of them never wait for each other in a circle. */
export async function moveWorkflows(
  tx: Tx,
  {
    woken,
    suspended,
    continued,
  }: {
    readonly woken: readonly number[]
    readonly suspended: readonly Suspension[]
    readonly continued: readonly Continuation[]
  },
): Promise<void> {
  // What belongs to workflows comes before their own rows, as with whoever closes a step and then wakes its workflow.
  await forgetHistory(
    tx,
    continued.map(({ id }) => id),
  )
  const groups = [woken, suspended.map(({ id }) => id), continued.map(({ id }) => id)]
  // One statement locks its rows in order by itself.
  if (groups.filter((group) => group.length > 0).length > 1) await lockWorkflows(tx, groups.flat())
  await wakeWorkflows(tx, woken)
  await suspendWorkflows(tx, suspended)
  await continueWorkflows(tx, continued)
}

async function forgetHistory(tx: Tx, runs: readonly number[]): Promise<void> {
  if (runs.length === 0) return
  await dropWaits(tx, runs)
  await tx.deleteFrom('engine_step').where('run', 'in', runs).execute()
}

/** Locks the rows of these workflows, in order, whether they are there already or not. */
async function lockWorkflows(tx: Tx, runs: readonly number[]): Promise<void> {
  if (!isPostgres(tx)) return
  const rows = [...new Set(runs)].map((id) => ({ id, wakes: 0 }))
  await sql`
    insert into engine_workflow (run) select s.id from (${listOf(tx, rows)}) as s order by s.id
    on conflict (run) do update set wakes = engine_workflow.wakes`.execute(tx)
}

/** Wakes the workflows whose instant has come, at most `limit`. Answers how many instants that were. */
export async function wakeDueWorkflows(tx: Tx, now: number, limit: number): Promise<number> {
  // Their own rows before their timers, as everybody does; those that somebody else is just moving come next time.
  const due = await tx
    .selectFrom('engine_timer as t')
    .innerJoin('engine_workflow as w', 'w.run', 't.id')
    .select('t.id')
    .where('t.kind', '=', 'wake')
    .where('t.due', '<=', now)
    .orderBy('t.due')
    .limit(limit)
    .$if(isPostgres(tx), (query) => query.forUpdate('w').skipLocked())
    .execute()
  if (due.length === 0) return 0
  const ids = due.map(({ id }) => id)
  await wakeWorkflows(tx, ids)
  // What is left are the timers of paused ones.
  await tx
    .deleteFrom('engine_timer')
    .where('kind', '=', 'wake')
    .where('due', '<=', now)
    .where('id', 'in', ids)
    .execute()
  return due.length
}

/** Lets paused workflows go on, and wakes others to which something has happened. */
export async function resumeWorkflows(tx: Tx, runs: readonly number[], others: readonly number[] = []): Promise<void> {
  if (runs.length > 0) await lockWorkflows(tx, [...runs, ...others])
  for (const slice of chunks(runs))
    await tx
      .updateTable('engine_workflow')
      .set({ paused_at: null, pause_reason: null })
      .where('run', 'in', slice)
      .execute()
  await wakeWorkflows(tx, [...runs, ...others])
}

async function leaveWaiting(tx: Tx, runs: readonly number[]): Promise<void> {
  for (const slice of chunks(runs)) {
    await tx.updateTable('engine_workflow').set({ waiting: 0 }).where('run', 'in', slice).execute()
    await tx.deleteFrom('engine_timer').where('kind', '=', 'wake').where('id', 'in', slice).execute()
  }
  await makeReady(
    tx,
    runs.map((id) => ({ id, attempt: 1 })),
  )
}

/** Which of these runs are workflows that have recorded something: they must not end without undoing it. */
export async function begunAmong(db: Db, runs: readonly number[]): Promise<ReadonlySet<number>> {
  const begun = new Set<number>()
  for (const slice of chunks(runs)) {
    const rows = await db
      .selectFrom('engine_step')
      .select('run')
      .distinct()
      .where('run', 'in', slice)
      .union(db.selectFrom('engine_workflow').select('run').where('run', 'in', slice))
      .execute()
    for (const { run } of rows) begun.add(run)
  }
  return begun
}

/** Which of these are workflows that only end: they undo what they did, or wait for children that were told to stop. */
export async function endingAmong(db: Db, runs: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('engine_workflow')
    .select('run')
    .where('run', 'in', runs)
    .where('ending', 'is not', null)
    .execute()
  return new Set(rows.map(({ run }) => run))
}

/** Which of these workflows somebody has paused. */
export async function readPaused(db: Db, runs: readonly number[]): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('engine_workflow')
    .select('run')
    .where('run', 'in', runs)
    .where('paused_at', 'is not', null)
    .execute()
  return rows.map(({ run }) => run)
}

/** Says how a workflow will end: from now on it only undoes. The first who says so is right. */
export async function writeEnding(tx: Tx, run: number, ending: string): Promise<void> {
  await tx
    .insertInto('engine_workflow')
    .values({ run, ending, state: null, paused_at: null })
    .onConflict((conflict) =>
      conflict.column('run').doUpdateSet({ ending, paused_at: null }).where('engine_workflow.ending', 'is', null),
    )
    .execute()
}

/** Forgets what a workflow waits for: it waits no more. */
export async function dropWaits(tx: Tx, runs: readonly number[]): Promise<void> {
  for (const slice of chunks(runs)) await tx.deleteFrom('engine_wait').where('run', 'in', slice).execute()
}

/** A workflow that begins anew. */
export interface Continuation {
  readonly id: number
  readonly payload: string
  readonly options: string | null
}

/** Replaces the history of runs by a new input and puts them back into their queues. */
async function continueWorkflows(tx: Tx, continuations: readonly Continuation[]): Promise<void> {
  const ids = continuations.map(({ id }) => id)
  if (ids.length === 0) return
  for (const { id, payload, options } of continuations)
    await tx.updateTable('engine_body').set({ payload, options }).where('id', '=', id).execute()
  await sql`
    insert into engine_workflow (run, generation)
    select b.id, 1 from engine_body b where b.id in (${sql.join(ids)}) order by b.id
    on conflict (run) do update set generation = engine_workflow.generation + 1`.execute(tx)
  await makeReady(
    tx,
    ids.map((id) => ({ id, attempt: 1 })),
  )
}

function listOf(db: Db, rows: readonly { readonly id: number; readonly wakes: number }[]) {
  const list = JSON.stringify(rows.map(({ id, wakes }) => [id, wakes]))
  return isPostgres(db)
    ? sql`select (r ->> 0)::bigint as id, (r ->> 1)::integer as wakes from jsonb_array_elements(${list}::jsonb) as r`
    : sql`select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as wakes from json_each(${list}) where true`
}
