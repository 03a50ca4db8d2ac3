import type { Erasure } from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import type { Manifest } from '../manifest.ts'

/** Any connection or transaction of PostgreSQL; these queries read its catalogue, not our tables. */
export type Postgres = Kysely<unknown>

/** A table and its columns in order; `type` as SQL writes it, such as `numeric(10,2)`. */
export interface TableShape {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The planner's guess, good enough for a progress bar. */
  readonly estimate: number
}

/** The last number a sequence gave. */
export interface SequenceValue {
  readonly name: string
  readonly value: number
}

/** The schema that unqualified names mean. */
export async function currentSchema(db: Postgres): Promise<string> {
  const { rows } = await sql<{ readonly name: string }>`select current_schema() as name`.execute(db)
  return rows[0]?.name ?? 'public'
}

/** Tables of the current schema that this role may read, by name. Computed columns are left out: they compute themselves. */
export async function readShapes(db: Postgres): Promise<readonly TableShape[]> {
  const { rows } = await sql<TableShape>`
    select c.relname::text as name, greatest(c.reltuples, 0)::float8 as estimate,
      json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege(c.oid, 'select')
    group by c.oid order by c.relname::text collate "C"`.execute(db)
  return rows
}

/** Sequences of the current schema that have been used, those of identity columns included. */
export async function readSequences(db: Postgres): Promise<readonly SequenceValue[]> {
  const { rows } = await sql<SequenceValue>`
    select sequencename::text as name, last_value as value from pg_sequences
    where schemaname = current_schema() and last_value is not null order by 1`.execute(db)
  return rows
}

/** The migrations applied; none where there is no ledger. */
export async function readLedger(db: Postgres): Promise<Manifest['database']['migrations']> {
  if (!(await hasTable(db, 'regie_migration'))) return []
  const { rows } = await sql<Manifest['database']['migrations'][number]>`
    select owner, name, checksum, applied_at as "appliedAt" from regie_migration order by owner, name`.execute(db)
  return rows
}

/** Who was forgotten in this database; nobody where it is older than that. */
export async function readPresentErasures(db: Postgres): Promise<readonly Erasure[]> {
  if (!(await hasTable(db, 'engine_erasure'))) return []
  const { rows } = await sql<Erasure>`select org, person, at from engine_erasure`.execute(db)
  return rows
}

/** True when the current schema has this table. */
export async function hasTable(db: Postgres, name: string): Promise<boolean> {
  const { rows } = await sql`select from pg_class where relname = ${name}
    and relnamespace = (select oid from pg_namespace where nspname = current_schema())`.execute(db)
  return rows.length > 0
}

/** Which of these tables have rows. */
export async function tablesWithRows(db: Postgres, tables: readonly string[]): Promise<readonly string[]> {
  if (tables.length === 0) return []
  const each = tables.map((name) => sql`select ${sql.lit(name)} as name where exists (select from ${sql.table(name)})`)
  const { rows } = await sql<{ readonly name: string }>`${sql.join(each, sql` union all `)}`.execute(db)
  return rows.map(({ name }) => name)
}

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Statements that take no parameters, in one round trip. */
export async function executeAll(db: Postgres, statements: readonly string[]): Promise<void> {
  const body = statements.map((statement) => `execute '${statement.replaceAll("'", "''")}';`).join('\n')
  await sql.raw(`do '${`begin ${body} end`.replaceAll("'", "''")}'`).execute(db)
}
