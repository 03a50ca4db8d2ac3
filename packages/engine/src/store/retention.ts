import type { ForgetRuns } from '../engine-api.ts'
import { forgetSignals } from './signals.ts'
import { type Db, isPostgres, parseOptions, type Tx } from './tables.ts'

// Small enough not to hold SQLite's only writer for long: 4 ms there, 11 ms on PostgreSQL.
const SLICE = 1_000

/** How far a walk through the history has come. */
export interface RetentionStep {
  /** Where the next step begins. */
  readonly after: number
  readonly forgotten: number
  /** True when nothing further on can be old enough. */
  readonly finished: boolean
}

/**
 * Looks at the next 1,000 ended runs in order of age and forgets those that ended before these instants. Ids grow with
 * time, so the walk is over at the first step without an old one: what is kept is not looked at again and again. The
 * newest run always stays, because SQLite would give its number again.
 */
export async function forgetEnded(
  db: Db,
  after: number,
  endedBefore: number,
  failedBefore: number,
  onForget?: ForgetRuns,
): Promise<RetentionStep> {
  const newest = await db
    .selectFrom('engine_body')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  const rows = await db
    .selectFrom('engine_done as d')
    .innerJoin('engine_body as b', 'b.id', 'd.id')
    .select(['d.id', 'd.at', 'd.state', 'b.created_at', 'b.options'])
    .where('d.id', '>', after)
    .where('d.id', '<', newest?.id ?? 0)
    .orderBy('d.id')
    .limit(SLICE)
    .execute()
  const aged = rows.filter(({ at, state }) => at < (state === 'failed' ? failedBefore : endedBefore))
  const awaited = await awaitedAmong(db, aged)
  const old = aged.flatMap(({ id }) => (awaited.has(id) ? [] : [id]))
  if (old.length > 0) await forgetRuns(db, old, onForget)
  const last = rows.at(-1)
  // Whatever was enqueued later cannot have ended before.
  const finished = rows.length < SLICE || last === undefined || last.created_at >= endedBefore
  return { after: last?.id ?? after, forgotten: old.length, finished }
}

/** Which of these are part of a batch that has not ended: whoever waits for it will ask what became of them. */
export async function awaitedAmong(
  db: Db,
  runs: readonly { readonly id: number; readonly options: string | null }[],
): Promise<ReadonlySet<number>> {
  const batches = new Map(runs.map(({ id, options }) => [id, parseOptions(options).b]))
  const ids = [...new Set([...batches.values()].flatMap((batch) => batch ?? []))]
  if (ids.length === 0) return new Set()
  const open = await db
    .selectFrom('engine_batch')
    .select('id')
    .where('id', 'in', ids)
    .where('finished_at', 'is', null)
    .execute()
  const unfinished = new Set(open.map(({ id }) => id))
  return new Set(runs.flatMap(({ id }) => (unfinished.has(batches.get(id) ?? -1) ? [id] : [])))
}

/** Forgets these ended runs and all that stands beside them. */
export async function forgetRuns(db: Db, ids: readonly number[], onForget: ForgetRuns | undefined): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Its tables are in the same database.
    await onForget?.(tx as never, ids)
    await tx.deleteFrom('engine_done').where('id', 'in', ids).execute()
    await tx.deleteFrom('engine_attempt').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_progress').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_tag').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_timer').where('id', 'in', ids).execute()
    await tx.deleteFrom('engine_cancel').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_blob').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_step').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_workflow').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_body').where('id', 'in', ids).execute()
  })
}

/** Forgets slots handled, batches finished and unique periods over before these instants. */
export async function forgetBeside(db: Db, before: number, now: number): Promise<void> {
  await db.deleteFrom('engine_slot').where('handled_at', '<', before).execute()
  await db.deleteFrom('engine_slot_org').where('handled_at', '<', before).execute()
  await db.deleteFrom('engine_batch').where('finished_at', '<', before).execute()
  await db.deleteFrom('engine_unique').where('until', '<=', now).execute()
  await forgetSignals(db, before)
  await db.transaction().execute((tx) => forgetGates(tx, now))
}

/** Gates that nobody holds, waits at or has reserved: a limit by customer would otherwise leave one for each for ever. */
async function forgetGates(tx: Tx, now: number): Promise<void> {
  const idle = await tx
    .selectFrom('engine_gate')
    .select('key')
    .where('arrival', '<', now)
    .where('started', '<', now)
    .limit(SLICE)
    .$if(isPostgres(tx), (query) => query.forUpdate().skipLocked())
    .execute()
  if (idle.length === 0) return
  await tx
    .deleteFrom('engine_gate')
    .where(
      'key',
      'in',
      idle.map(({ key }) => key),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('engine_hold as h').select('h.run').whereRef('h.key', '=', 'engine_gate.key'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('engine_blocked as b').select('b.id').whereRef('b.gate', '=', 'engine_gate.key'))),
    )
    .execute()
}
