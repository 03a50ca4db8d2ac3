import { sql } from 'kysely'
import type { StepKind, StepState } from './schema.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** One step as it is recorded. Instants are milliseconds UTC; `result` and `error` are JSON text. */
export interface StepRow {
  readonly run: number
  readonly name: string
  readonly seq: number
  readonly kind: StepKind
  readonly state: StepState
  readonly alone: boolean
  readonly attempt: number
  readonly due: number | null
  readonly child: number | null
  readonly startedAt: number
  readonly endedAt: number | null
  readonly result: string | null
  readonly error: string | null
}

/** The recorded steps of these runs, in the order in which they were called. */
export async function readSteps(db: Db, runs: readonly number[]): Promise<ReadonlyMap<number, readonly StepRow[]>> {
  const steps = new Map<number, StepRow[]>(runs.map((run) => [run, []]))
  for (const slice of chunks(runs)) {
    const rows = await db.selectFrom('engine_step').selectAll().where('run', 'in', slice).orderBy('seq').execute()
    for (const { started_at: startedAt, ended_at: endedAt, alone, ...row } of rows)
      steps.get(row.run)?.push({ ...row, alone: alone === 1, startedAt, endedAt })
  }
  return steps
}

/** Which part of a run's steps to read. */
export interface StepQuery {
  readonly limit: number
  /** After this place in the order of the calls. */
  readonly after?: number
  /** Only this one, with its result. */
  readonly name?: string
}

/** Steps of one run in the order of their calls; without results, which may be large, unless one is asked for by name. */
export async function readStepPage(
  db: Db,
  run: number,
  { limit, after = -1, name }: StepQuery,
): Promise<readonly StepRow[]> {
  // While many children run, their ids are in the place of the result.
  const result = sql<string | null>`case when ${sql.lit(name !== undefined)} or kind = 'many' then result end`
  const rows = await db
    .selectFrom('engine_step')
    .select([
      'run',
      'name',
      'seq',
      'kind',
      'state',
      'alone',
      'attempt',
      'due',
      'child',
      'started_at',
      'ended_at',
      'error',
    ])
    .select(result.as('result'))
    .where('run', '=', run)
    .where('seq', '>', after)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(({ started_at: startedAt, ended_at: endedAt, alone, ...row }) => {
    return { ...row, alone: alone === 1, startedAt, endedAt }
  })
}

/** A child that ended, as the step of its parent remembers it. */
export interface EndedChild {
  readonly run: number
  readonly step: string
  readonly child: number
  readonly state: 'done' | 'failed' | 'ended'
  readonly at: number
  readonly result: string | null
  readonly error: string | null
}

/**
 * Closes the steps that wait for these children. A step that does not wait any more (its run was continued, repaired or
 * forked meanwhile) is left as it is. Answers the runs whose steps were closed.
 */
export async function endSteps(tx: Tx, children: readonly EndedChild[]): Promise<readonly number[]> {
  if (children.length === 0) return []
  const list = JSON.stringify(children)
  const source = isPostgres(tx)
    ? sql`select * from jsonb_to_recordset(${list}::jsonb)
        as e(run bigint, step text, child bigint, state text, at bigint, result text, error text)`
    : sql`select json_extract(value, '$.run') as run, json_extract(value, '$.step') as step,
        json_extract(value, '$.child') as child, json_extract(value, '$.state') as state,
        json_extract(value, '$.at') as at, json_extract(value, '$.result') as result,
        json_extract(value, '$.error') as error from json_each(${list})`
  // What a pending step of several children has as its result are their ids: they stay until the outcomes are read.
  const { rows } = await sql<{ run: number }>`
    update engine_step set state = e.state, ended_at = e.at,
      result = case when e.state = 'ended' then engine_step.result else e.result end, error = e.error
    from (${source}) as e
    where engine_step.run = e.run and engine_step.name = e.step and engine_step.child = e.child
      and engine_step.state = 'pending'
    returning engine_step.run`.execute(tx)
  return [...new Set(rows.map(({ run }) => run))].toSorted((a, b) => a - b)
}

/** How children ended, by their ids; those that have not are absent. */
export async function readOutcomes(
  db: Db,
  ids: readonly number[],
): Promise<
  ReadonlyMap<number, { readonly state: string; readonly result: string | null; readonly error: string | null }>
> {
  const outcomes = new Map<number, { state: string; result: string | null; error: string | null }>()
  for (const slice of chunks(ids)) {
    const rows = await db
      .selectFrom('engine_done as d')
      .leftJoin('engine_blob as x', 'x.run', 'd.id')
      .select(['d.id', 'd.state', 'd.result', 'd.error', 'x.content'])
      .where('d.id', 'in', slice)
      .execute()
    for (const { id, content, ...row } of rows) outcomes.set(id, { ...row, result: content ?? row.result })
  }
  return outcomes
}
