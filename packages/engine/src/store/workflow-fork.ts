import { sql } from 'kysely'
import { STEP_COLUMNS } from './step-columns.ts'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** What is copied: closed, and called before the step forked from and before anything that was undone. */
function copyable(from: string) {
  return sql<boolean>`s.state in ('done', 'failed', 'again') and not exists (
    select 1 from engine_step c where c.run = s.run and (c.name = ${from} or c.state in ('undone', 'undoing'))
      and (s.seq >= c.seq or s.started_at > c.ended_at))`
}

/** Which of these runs have something to copy when they are forked from this step. */
export async function copyableAmong(db: Db, runs: readonly number[], from: string): Promise<ReadonlySet<number>> {
  const some = new Set<number>()
  for (const slice of chunks(runs)) {
    const rows = await db
      .selectFrom('engine_step as s')
      .select('s.run')
      .distinct()
      .where('s.run', 'in', slice)
      .where(copyable(from))
      .execute()
    for (const { run } of rows) some.add(run)
  }
  return some
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
  const list = JSON.stringify(forks.map(({ id, source }) => [id, source]))
  const pairs = isPostgres(tx)
    ? sql`select (p ->> 0)::bigint as id, (p ->> 1)::bigint as source from jsonb_array_elements(${list}::jsonb) as p`
    : sql`select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as source from json_each(${list})`
  await sql`
    insert into engine_step (${sql.raw(STEP_COLUMNS.join(', '))})
    select ${sql.raw(COPIED)} from (${pairs}) as f join engine_step s on s.run = f.source where ${copyable(from)}`.execute(
    tx,
  )
  await sql`
    insert into engine_workflow (run, generation)
    select f.id, w.generation from (${pairs}) as f join engine_workflow w on w.run = f.source
    where w.generation > 0`.execute(tx)
}
