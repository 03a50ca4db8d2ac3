import { sql } from 'kysely'
import { type FailedAttempt, recordAttempts } from './attempts.ts'
import { lockAgainstCancel, requestCancel } from './cancels.ts'
import { endRuns, takeWaiting } from './finish.ts'
import { makeReady, releaseHolds } from './gates.ts'
import type { HotStore } from './hot.ts'
import { leaveLeases } from './leases.ts'
import { IS_WORKFLOW } from './run-rows.ts'
import type { StoredOptions } from './schema.ts'
import { type Db, isPostgres, parseOptions, type Tx } from './tables.ts'
import { reopenWorkflows } from './workflow-retry.ts'
import { begunAmong, resumeWorkflows } from './workflows.ts'

/** Ends those that wait, asks those that run to stop. Answers which were which; the rest had ended already. */
export async function cancelRuns(tx: Tx, hot: HotStore, ids: readonly number[], reason: string, now: number) {
  await lockAgainstCancel(tx, ids, 'canceller')
  // What a workflow has done must be undone, by a worker that knows how.
  const begun = await begunAmong(tx, ids)
  const waiting = await takeWaiting(
    tx,
    ids.filter((id) => !begun.has(id)),
  )
  const bodies = await tx.selectFrom('engine_body').select(['id', 'options']).where('id', 'in', ids).execute()
  const error = JSON.stringify({ code: 'ABORTED', message: reason })
  const cancelled = bodies.filter(({ id }) => waiting.has(id))
  const { parents } = await endRuns(
    tx,
    hot,
    cancelled.map(({ id, options }) => {
      const attempt = waiting.get(id)?.attempt ?? 1
      return {
        id,
        state: 'cancelled',
        attempt,
        at: now,
        durationMs: 0,
        result: null,
        error,
        fingerprint: null,
        options: parseOptions(options),
      }
    }),
  )
  const others = bodies.filter(({ id }) => !waiting.has(id)).map(({ id }) => id)
  const ended = new Set(await endedAmong(tx, others))
  const running = others.filter((id) => !ended.has(id))
  for (const id of running) await requestCancel(tx, id, reason, now)
  await resumeWorkflows(
    tx,
    running.filter((id) => begun.has(id)),
    parents,
  )
  return { cancelled: cancelled.map(({ id }) => id), requested: running }
}

async function endedAmong(db: Db, ids: readonly number[]): Promise<readonly number[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('engine_done').select('id').where('id', 'in', ids).execute()
  return rows.map(({ id }) => id)
}

/** How runs are replayed. */
export interface Replaying {
  readonly now: number
  readonly due?: number | null
  /** With another input. */
  readonly afresh?: boolean
  /** Whoever wants it, as an id. */
  readonly by?: string | undefined
}

// What an operator looks at is how it came to where it is, not what was tried a year ago.
const REPLAYS_KEPT = 20

/**
 * Gives ended runs a fresh set of attempts, and on demand those that wait for their next try: see {@link replayWaiting}. Their deadline, latest start and batch belonged to the first life and are
 * dropped. A workflow goes on where it failed, unless it is to begin `afresh`; one that succeeded has nowhere to go on.
 * Answers which runs go on; `due` delays them. How long they wait counts from now, or from when they are due.
 */
export async function replayRuns(
  tx: Tx,
  ids: readonly number[],
  replaying: Replaying,
  which: 'ended' | 'waiting too' = 'ended',
): Promise<readonly number[]> {
  const { now, due, afresh = false, by } = replaying
  // First: what ends meanwhile is met there.
  const waiting = which === 'ended' ? [] : await replayWaiting(tx, ids, replaying)
  const ended = await tx
    .deleteFrom('engine_done')
    .where('id', 'in', ids)
    .$if(!afresh, (query) =>
      query.where(({ or, eb, not, exists, selectFrom }) =>
        or([
          eb('engine_done.state', '<>', 'succeeded'),
          not(
            exists(
              selectFrom('engine_body as b').select('b.id').whereRef('b.id', '=', 'engine_done.id').where(IS_WORKFLOW),
            ),
          ),
        ]),
      ),
    )
    .returning(['id', 'state', 'attempt', 'at', 'duration_ms', 'error'])
    .execute()
  await recordAttempts(tx, ended.filter(({ state }) => state === 'succeeded').map(lastLife))
  if (!afresh) await reopenWorkflows(tx, ended)
  const again = ended.map(({ id }) => id)
  if (again.length === 0) return waiting
  await tx.deleteFrom('engine_blob').where('run', 'in', again).execute()
  await tx.deleteFrom('engine_progress').where('run', 'in', again).execute()
  await tx.deleteFrom('engine_cancel').where('run', 'in', again).execute()
  await leaveLeases(tx, again)
  await renewTerms(tx, again, { since: due ?? now, replay: [now, by ?? null, afresh ? 1 : 0], isOver: true })
  await beginAgain(tx, again, due)
  return [...waiting, ...again]
}

/**
 * Gives runs that wait for their next try a fresh set of attempts instead. Their life goes on: deadline, batch and unique
 * key stay. A workflow is left alone: its tries are those of its steps. Answers which runs waited.
 */
async function replayWaiting(
  tx: Tx,
  ids: readonly number[],
  { now, due, afresh = false, by }: Replaying,
): Promise<readonly number[]> {
  await lockAgainstCancel(tx, ids, 'mover')
  const waiting = await tx
    .deleteFrom('engine_timer')
    .where('id', 'in', ids)
    .where('kind', '=', 'run')
    .where('attempt', '>', 1)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('engine_body as b').select('b.id').whereRef('b.id', '=', 'engine_timer.id').where(IS_WORKFLOW),
        ),
      ),
    )
    .returning('id')
    .execute()
  const again = waiting.map(({ id }) => id)
  if (again.length === 0) return []
  // What its rate has reserved was for the start that no longer comes.
  await releaseHolds(tx, again)
  await renewTerms(tx, again, { since: due ?? now, replay: [now, by ?? null, afresh ? 1 : 0], isOver: false })
  await beginAgain(tx, again, due)
  return again
}

async function beginAgain(tx: Tx, ids: readonly number[], due: number | null | undefined): Promise<void> {
  if (due == null) {
    const ready = ids.map((id) => ({ id, attempt: 1 }))
    await makeReady(tx, ready)
    return
  }
  const timers = ids.map((id) => ({ id, due, kind: 'run' as const, attempt: 1 }))
  await tx.insertInto('engine_timer').values(timers).execute()
}

/** A success among the attempts of its run: it would otherwise leave no trace of itself. */
function lastLife(row: { id: number; attempt: number; at: number; duration_ms: number }): FailedAttempt {
  const error = JSON.stringify({ code: 'REPLAYED', message: 'succeeded, and was replayed later' })
  return { run: row.id, attempt: row.attempt, startedAt: row.at - row.duration_ms, endedAt: row.at, error }
}

/** What belonged to a life that is over goes, its wait is counted anew, and that it was replayed is kept. */
async function renewTerms(
  tx: Tx,
  ids: readonly number[],
  {
    since,
    replay,
    isOver,
  }: { readonly since: number; readonly replay: NonNullable<StoredOptions['h']>[number]; readonly isOver: boolean },
): Promise<void> {
  const rows = await tx
    .selectFrom('engine_body')
    .select(['id', 'options'])
    .where('id', 'in', ids)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
  const list = rows.map(({ id, options: text }) => {
    const before = parseOptions(text)
    const { d: _d, e: _e, b: _b, u: _u, us: _us, ur: _ur, ...lasting } = before
    const { h = [], ...kept } = isOver ? lasting : before
    const options: StoredOptions = { ...kept, r: since, h: [...h, replay].slice(-REPLAYS_KEPT) }
    return { id, options: JSON.stringify(options) }
  })
  const source = isPostgres(tx)
    ? sql`select (r ->> 'id')::bigint as id, r ->> 'options' as options from jsonb_array_elements(${JSON.stringify(list)}::jsonb) as r`
    : sql`select json_extract(value, '$.id') as id, json_extract(value, '$.options') as options from json_each(${JSON.stringify(list)})`
  await sql`update engine_body set options = n.options from (${source}) as n where engine_body.id = n.id`.execute(tx)
}

/** Replaces the stored input of runs that begin anew. */
export async function writePayload(tx: Tx, ids: readonly number[], payload: string): Promise<void> {
  // What was tried with the input until now keeps it, to be compared.
  await tx
    .updateTable('engine_attempt')
    .set(({ selectFrom }) => ({
      input: selectFrom('engine_body').select('payload').whereRef('engine_body.id', '=', 'engine_attempt.run'),
    }))
    .where('run', 'in', ids)
    .where('input', 'is', null)
    .execute()
  await tx.updateTable('engine_body').set({ payload }).where('id', 'in', ids).execute()
}

/** Moves a waiting run within its queue; false when it does not wait any more. */
export async function reprioritise(tx: Tx, id: number, priority: number): Promise<boolean> {
  const body = await tx
    .selectFrom('engine_body')
    .select(['queue', 'priority', 'vtime'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (body === undefined) return false
  const removed = await tx
    .deleteFrom('engine_ready')
    .where('queue', '=', body.queue)
    .where('priority', '=', body.priority)
    .where('vtime', '=', body.vtime)
    .where('id', '=', id)
    .returning(['id', 'attempt'])
    .execute()
  const blocked = await tx
    .updateTable('engine_blocked')
    .set({ priority })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  const timer = await tx
    .selectFrom('engine_timer')
    .select('id')
    .where('id', '=', id)
    .where('kind', '=', 'run')
    .executeTakeFirst()
  if (removed.length === 0 && blocked === undefined && timer === undefined) return false
  await tx.updateTable('engine_body').set({ priority }).where('id', '=', id).execute()
  await makeReady(tx, removed)
  return true
}
