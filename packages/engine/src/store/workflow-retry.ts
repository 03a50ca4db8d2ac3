import { type RawBuilder, sql } from 'kysely'
import type { StoredError } from '../job/run.ts'
import { readSteps } from './steps.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'
import { dropWaits, readWorkflows } from './workflows.ts'

/** A workflow that ended, and how. */
export interface EndedWorkflow {
  readonly id: number
  /** Its error, as JSON. */
  readonly error: string | null
}

/**
 * Lets ended workflows go on where they failed. What they had undone is forgotten, and with it everything that was called
 * after it, because it was done in view of what is no more. Those whose undoing was cut short go on undoing.
 */
export async function reopenWorkflows(tx: Tx, ended: readonly EndedWorkflow[]): Promise<void> {
  const rows = await readWorkflows(
    tx,
    ended.map(({ id }) => id),
  )
  const forward = ended.filter(({ id, error }) => isComplete(rows.get(id)?.ending ?? null, error)).map(({ id }) => id)
  const awake = { paused_at: null, pause_reason: null }
  for (const slice of chunks(ended.map(({ id }) => id)))
    await tx.updateTable('engine_workflow').set(awake).where('run', 'in', slice).execute()
  for (const slice of chunks(forward)) {
    await tx.updateTable('engine_workflow').set({ ending: null }).where('run', 'in', slice).execute()
    await forgetCalls(tx, slice)
    await forgetUndone(tx, slice)
    await forgetOpen(tx, slice)
    await tx
      .updateTable('engine_step')
      .set({ state: 'again' })
      .where('run', 'in', slice)
      .where('state', '=', 'failed')
      .execute()
  }
}

/** True when everything that was to be undone is: the run ended as it was to end. */
function isComplete(ending: string | null, error: string | null): boolean {
  if (ending === null) return true
  const { error: wanted }: { readonly error: StoredError } = JSON.parse(ending)
  const { code, message }: Partial<StoredError> = JSON.parse(error ?? '{}')
  return wanted.code === code && wanted.message === message
}

/** Many calls at once that were cut short, or that failed and were the last the code did: they are called anew. */
async function forgetCalls(tx: Tx, runs: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('engine_step')
    .where('run', 'in', runs)
    .where('kind', '=', 'many')
    .where(({ or, and, eb, not, exists, selectFrom }) =>
      or([
        and([eb('state', '=', 'ended'), sql<boolean>`${someChild(tx, 'ended')}`]),
        and([
          eb('state', '=', 'done'),
          sql<boolean>`${someChild(tx, 'done')}`,
          not(
            exists(
              selectFrom('engine_step as l')
                .select('l.run')
                .whereRef('l.run', '=', 'engine_step.run')
                .whereRef('l.seq', '>', 'engine_step.seq'),
            ),
          ),
        ]),
      ]),
    )
    .execute()
}

/**
 * Whether one of the children was cancelled (of `ended`, whose result is their ids), or did not succeed (of `done`, whose
 * result is what became of each). The state is asked first: another result is no list.
 */
function someChild(db: Db, state: 'ended' | 'done'): RawBuilder<unknown> {
  const elements = isPostgres(db)
    ? sql`json_array_elements(engine_step.result::json) as c(value)`
    : sql`json_each(engine_step.result) as c`
  const id = isPostgres(db) ? sql`(c.value #>> '{}')::bigint` : sql`c.value`
  const outcome = isPostgres(db) ? sql`c.value ->> 'state'` : sql`json_extract(c.value, '$.state')`
  const some =
    state === 'ended'
      ? sql`exists (select 1 from ${elements} join engine_done d on d.id = ${id} where d.state = 'cancelled')`
      : sql`exists (select 1 from ${elements} where ${outcome} <> 'succeeded')`
  return sql`case when engine_step.kind = 'many' and engine_step.state = ${state} then ${some} else false end`
}

async function forgetUndone(tx: Tx, runs: readonly number[]): Promise<void> {
  await sql`
    delete from engine_step where run in (${sql.join(runs)}) and exists (
      select 1 from engine_step u where u.run = engine_step.run and u.state in ('undone', 'undoing')
        and (engine_step.seq >= u.seq or engine_step.started_at > u.ended_at))`.execute(tx)
}

/** Waits for signals nobody keeps a place for any more, and attempts that come again from the first. */
async function forgetOpen(tx: Tx, runs: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('engine_step')
    .where('run', 'in', runs)
    .where(({ or, and, eb }) =>
      or([eb('state', '=', 'retry'), and([eb('kind', '=', 'wait'), eb('state', '=', 'pending')])]),
    )
    .execute()
}

/** Forgets everything these workflows did. Answers their children that may still run. */
export async function clearJournals(tx: Tx, runs: readonly number[]): Promise<readonly number[]> {
  const steps = [...(await readSteps(tx, runs)).values()].flat()
  for (const slice of chunks(runs)) {
    await tx.deleteFrom('engine_step').where('run', 'in', slice).execute()
    await tx.deleteFrom('engine_workflow').where('run', 'in', slice).execute()
  }
  await dropWaits(tx, runs)
  return steps.flatMap(({ kind, state, child, result }) => {
    if (state !== 'pending' || child === null) return []
    return kind === 'many' ? (JSON.parse(result ?? '[]') as readonly number[]) : kind === 'call' ? [child] : []
  })
}

/** From now on these workflows have begun with this version of their code. */
export async function writeVersion(tx: Tx, runs: readonly number[], version: number): Promise<void> {
  for (const slice of chunks(runs)) {
    const options = isPostgres(tx)
      ? sql<string>`regexp_replace(options, '"v":[0-9]+', ${`"v":${version}`})`
      : sql<string>`json_set(options, '$.v', ${version})`
    await tx.updateTable('engine_body').set({ options }).where('id', 'in', slice).execute()
  }
}
