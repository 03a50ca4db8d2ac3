import { createHash } from 'node:crypto'
import { isProjectionTable } from '@regie/engine'
import { sql } from 'kysely'
import { executeAll, type Postgres, quoteName } from './postgres-catalog.ts'

const PREFIX = 'regie_restore_'

/** The schema a restore is built in; its name tells of which schema, so that the rest of a killed one can be removed. */
export function scratchName(home: string, id: string): string {
  return `${scratchPrefix(home)}${id}`
}

/** Makes an empty scratch schema and removes those that killed restores left. */
export async function createScratch(db: Postgres, home: string, scratch: string): Promise<void> {
  const { rows } = await sql<{ readonly name: string }>`
    select nspname::text as name from pg_namespace where starts_with(nspname::text, ${scratchPrefix(home)})`.execute(db)
  const drops = rows.map(({ name }) => `drop schema ${quoteName(name)} cascade`)
  await executeAll(db, [...drops, `create schema ${quoteName(scratch)}`])
}

/** Removes a scratch schema with everything in it. */
export async function dropScratch(db: Postgres, scratch: string): Promise<void> {
  await executeAll(db, [`drop schema if exists ${quoteName(scratch)} cascade`])
}

interface Relation {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'materialized view' | 'sequence' | 'function'
}

/**
 * Moves what the scratch schema has into `home`, and what it replaces there into `aside`; also the tables of our owners
 * it does not have any more. Part of the caller's transaction: everybody sees the old tables, then the new ones. Answers
 * whether anything was moved aside.
 */
export async function switchSchemas(
  db: Postgres,
  names: { readonly home: string; readonly scratch: string; readonly aside: string },
  isOurs: (table: string) => boolean,
): Promise<boolean> {
  const { home, scratch, aside } = names
  const relations = await readRelations(db, [home, scratch])
  const fresh = relations.filter(({ schema }) => schema === scratch)
  const freshNames = new Set(fresh.map(({ name }) => name))
  const isHome = ({ schema }: Relation): boolean => schema === home
  const projected = relations.filter((each) => isHome(each) && isProjectionTable(each.name))
  // Left behind, a view would go on showing the tables that were moved away.
  const views = new Set(projected.map(({ name }) => name.slice(0, name.lastIndexOf('__'))))
  const isOld = ({ name, kind }: Relation): boolean =>
    freshNames.has(name) || isOurs(name) || (kind === 'view' && views.has(name))
  const old = relations.filter((each) => isHome(each) && isOld(each))
  const move = ({ schema, name, kind }: Relation, to: string): string =>
    `alter ${kind} ${quoteName(schema)}.${quoteName(name)} set schema ${quoteName(to)}`
  await executeAll(db, [
    ...(old.length === 0 ? [] : [`create schema ${quoteName(aside)}`]),
    ...old.map((relation) => move(relation, aside)),
    ...fresh.map((relation) => move(relation, home)),
    `drop schema ${quoteName(scratch)}`,
  ])
  return old.length > 0
}

/** Indexes, triggers and the sequences of identity columns follow their tables; the functions of triggers do not. */
async function readRelations(db: Postgres, schemas: readonly string[]): Promise<readonly Relation[]> {
  const { rows } = await sql<Relation>`
    select n.nspname::text as schema, c.relname::text as name,
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in (${sql.join(schemas)}) and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and c.relkind = 'S' and d.deptype in ('a', 'i'))
    union all
    select n.nspname::text, p.proname::text, 'function'
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in (${sql.join(schemas)}) and p.prorettype = 'trigger'::regtype
    order by 1, 2`.execute(db)
  return rows
}

function scratchPrefix(home: string): string {
  return `${PREFIX}${createHash('sha256').update(home).digest('hex').slice(0, 8)}_`
}
