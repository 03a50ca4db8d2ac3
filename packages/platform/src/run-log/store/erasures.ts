import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import type { RunLogTables } from './lines.ts'

/** Whose data is to go from the lines of an organisation. */
export interface LineErasure {
  readonly org: string
  readonly person: string
  /** When that was asked for (milliseconds UTC). */
  readonly at: number
}

/** A line, as far as it has to be looked at. */
export interface SoughtLine {
  readonly run_id: number
  readonly seq: number
  readonly message: string
  readonly fields: string | null
}

interface EngineErasures {
  readonly engine_erasure: { readonly org: string; readonly person: string }
}

const CHUNK = 1_000

/** Asks for it, inside the transaction given. */
export async function insertErasures(db: Kysely<RunLogTables>, erasures: readonly LineErasure[]): Promise<void> {
  const all = new Map(erasures.map(({ org, person, at }) => [`${org} ${person}`, { org_id: org, person, at }]))
  const rows = [...all.values()]
  for (let from = 0; from < rows.length; from += CHUNK) {
    await db
      .insertInto('platform_run_log_erasure')
      .values(rows.slice(from, from + CHUNK))
      .onConflict((conflict) =>
        conflict.columns(['org_id', 'person']).doUpdateSet(({ ref }) => ({ at: ref('excluded.at') })),
      )
      .execute()
  }
}

/**
 * Asks anew for those that a restored database does not know, whose lines are there again. They are looked for once the
 * platform starts. A database from before lines were kept has none.
 */
export async function askErasures(database: Database, erasures: readonly LineErasure[]): Promise<void> {
  const tables = new Set((await database.kysely().introspection.getTables()).map(({ name }) => name))
  if (!tables.has('platform_run_log_erasure')) return
  const known = await database.kysely<EngineErasures>().selectFrom('engine_erasure').select(['org', 'person']).execute()
  const done = new Set(known.map(({ org, person }) => `${org} ${person}`))
  const open = erasures.filter(({ org, person }) => !done.has(`${org} ${person}`))
  await insertErasures(database.kysely<RunLogTables>(), open)
}

/** Those of one organisation that are still to be done; at most so many. */
export async function readErasures(database: Database, limit: number): Promise<readonly LineErasure[]> {
  const rows = await database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_log_erasure as e')
    .selectAll()
    .where('e.org_id', '=', ({ selectFrom }) =>
      selectFrom('platform_run_log_erasure').select(({ fn }) => fn.min('org_id').as('org')),
    )
    .orderBy('e.person')
    .limit(limit)
    .execute()
  return rows.map(({ org_id: org, person, at }) => ({ org, person, at }))
}

/** The lines of an organisation in the order of their keys, after one of them. */
export function readSought(
  database: Database,
  org: string,
  after: Pick<SoughtLine, 'run_id' | 'seq'>,
  limit: number,
): Promise<readonly SoughtLine[]> {
  return database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_line')
    .select(['run_id', 'seq', 'message', 'fields'])
    .where(sql<boolean>`(run_id, seq) > (${after.run_id}, ${after.seq})`)
    .where('org_id', '=', org)
    .orderBy('run_id')
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** Removes these lines. */
export async function deleteFound(database: Database, lines: readonly SoughtLine[]): Promise<void> {
  await database
    .kysely<RunLogTables>()
    .deleteFrom('platform_run_line')
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('run_id', 'seq'),
        'in',
        lines.map(({ run_id, seq }) => tuple(run_id, seq)),
      ),
    )
    .execute()
}

/** These are done, unless they were asked for again meanwhile. */
export async function deleteErasures(database: Database, [first, ...rest]: readonly LineErasure[]): Promise<void> {
  if (first === undefined) return
  const { org, at } = first
  await database
    .kysely<RunLogTables>()
    .deleteFrom('platform_run_log_erasure')
    .where('org_id', '=', org)
    .where(
      'person',
      'in',
      [first, ...rest].map(({ person }) => person),
    )
    .where('at', '<=', Math.max(at, ...rest.map((erasure) => erasure.at)))
    .execute()
}
