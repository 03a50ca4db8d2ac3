import { sql } from 'kysely'
import { STEP_COLUMNS } from './step-columns.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/**
 * Where each run is cut when it is forked from a step: at that step, and at whatever was undone. Worked out once for each run,
 * and not once for each of its steps: of 20,000 that would be 400 million comparisons in one transaction.
 */
function cuts(from: string) {
  return sql`(
    select c.run, min(c.seq) as seq, min(c.ended_at) as ended_at from engine_step c
    where c.run in (select source from f) and (c.name = ${from} or c.state in ('undone', 'undoing')) group by c.run)`
}

/** What was called before the first cut, and had not begun after one had ended. */
const BEFORE_CUTS = sql`s.seq < k.seq and (k.ended_at is null or s.started_at <= k.ended_at)`

/** What is copied. */
const COPYABLE = sql`s.state in ('done', 'failed', 'again') and ${BEFORE_CUTS}`

/** Which of these runs have something to copy when they are forked from this step. */
export async function copyableAmong(db: Db, runs: readonly number[], from: string): Promise<ReadonlySet<number>> {
  const some = new Set<number>()
  for (const slice of chunks(runs)) {
    const { rows } = await sql<{ run: number }>`
      with f as (${sourcesOf(
        db,
        slice.map((run) => ({ id: run, source: run })),
      )}), k as ${cuts(from)}
      select distinct s.run from k join engine_step s on s.run = k.run where ${COPYABLE}`.execute(db)
    for (const { run } of rows) some.add(run)
  }
  return some
}

/** The steps of a run in the order of their calls, and whether a fork from this one takes them over as they are. */
export async function readForkPlan(
  db: Db,
  run: number,
  from: string,
): Promise<readonly { readonly name: string; readonly kept: boolean }[]> {
  const { rows } = await sql<{ name: string; kept: number }>`
    with f as (${sourcesOf(db, [{ id: run, source: run }])}), k as ${cuts(from)}
    select s.name, case when s.state = 'done' and ${BEFORE_CUTS} then 1 else 0 end as kept
    from k join engine_step s on s.run = k.run order by s.seq`.execute(db)
  return rows.map(({ name, kept }) => ({ name, kept: kept === 1 }))
}

/** A run and the one it was forked from. */
export interface Fork {
  readonly id: number
  readonly source: number
}

const COPIED = STEP_COLUMNS.map((column) => {
  if (column === 'run') return 'f.id'
  // Whether the code went on from a failure shows when it runs again.
  return column === 'state' ? `case when s.state = 'failed' then 'again' else s.state end` : `s.${column}`
}).join(', ')

/** Gives new runs what their sources had done before they came to a step. */
export async function copySteps(tx: Tx, forks: readonly Fork[], from: string): Promise<void> {
  await sql`
    insert into engine_step (${sql.raw(STEP_COLUMNS.join(', '))})
    with f as (${sourcesOf(tx, forks)}), k as ${cuts(from)}
    select ${sql.raw(COPIED)} from f join k on k.run = f.source join engine_step s on s.run = f.source
    where ${COPYABLE}`.execute(tx)
  await sql`
    insert into engine_workflow (run, generation)
    select f.id, w.generation from (${sourcesOf(tx, forks)}) as f join engine_workflow w on w.run = f.source
    where w.generation > 0`.execute(tx)
}

function sourcesOf(db: Db | Tx, forks: readonly Fork[]) {
  const list = JSON.stringify(forks.map(({ id, source }) => [id, source]))
  return isPostgres(db)
    ? sql`select (p ->> 0)::bigint as id, (p ->> 1)::bigint as source from jsonb_array_elements(${list}::jsonb) as p`
    : sql`select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as source from json_each(${list})`
}
