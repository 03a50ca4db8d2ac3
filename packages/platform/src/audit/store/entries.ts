import type { Database } from '@regie/engine'
import { type CompiledQuery, sql } from 'kysely'
import { type AuditFilter, FORGET } from '../entry.ts'
import type { AuditRow } from '../row.ts'
import type { CutRow } from './cuts.ts'

/** The tables of the audit log. */
export interface AuditTables {
  readonly platform_audit: AuditRow
  /** One row: the end of the chain. */
  readonly platform_audit_chain: { readonly id: number; readonly seq: number; readonly seal: string }
  readonly platform_audit_cut: CutRow
}

/** Runs a compiled statement: a Kysely, a transaction, or one connection of the engine's drivers. */
export interface AuditWriter {
  executeQuery(query: CompiledQuery): Promise<unknown>
}

const inserts = new WeakMap<Database, Insert>()

interface Insert extends CompiledQuery {
  readonly columns: readonly (keyof AuditRow)[]
}

/** The statement that adds an entry; compiled once, as every change needs it. */
export function insertEntry(database: Database, row: AuditRow): CompiledQuery {
  const insert = inserts.get(database) ?? compileInsert(database, row)
  inserts.set(database, insert)
  const { columns, ...query } = insert
  return { ...query, parameters: columns.map((column) => row[column]) }
}

// Every row has all columns, and a null is a parameter like any other.
function compileInsert(database: Database, row: AuditRow): Insert {
  const columns = Object.keys(row) as (keyof AuditRow)[]
  return { ...database.kysely<AuditTables>().insertInto('platform_audit').values(row).compile(), columns }
}

/** The statement that answers a row when there is an entry with this id. */
export function entryExists(database: Database, id: string): CompiledQuery {
  return database.kysely<AuditTables>().selectFrom('platform_audit').select('id').where('id', '=', id).compile()
}

/** A page of entries, newest first: those before the id `after`. */
export function searchEntries(
  database: Database,
  filter: AuditFilter,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly AuditRow[]> {
  let query = database
    .kysely<AuditTables>()
    .selectFrom('platform_audit')
    .selectAll()
    .where('org_id', '=', filter.org)
    .orderBy('id', 'desc')
    .limit(page.limit)
  const { actor, action, object, from, to, requestId, traceId, text } = filter
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  // Whoever looked through the eyes of another did it.
  if (actor !== undefined)
    query = query.where((where) => where.or([where('actor_id', '=', actor), where('impersonated_by', '=', actor)]))
  if (requestId !== undefined) query = query.where('request_id', '=', requestId)
  if (traceId !== undefined) query = query.where('trace_id', '=', traceId)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  if (action?.endsWith('*') === true) query = query.where(sql`action`, 'like', sql`${beginning(action)} escape '\\'`)
  else if (action !== undefined) query = query.where('action', '=', action)
  const [type, id] = object === undefined ? [] : splitOnce(object)
  if (type !== undefined) query = query.where('object_type', '=', type)
  if (id !== undefined) query = query.where('object_id', '=', id)
  if (text !== undefined) query = query.where(anywhere(text))
  return query.execute()
}

/** One entry of an organisation. */
export function readEntry(database: Database, org: string, id: string): Promise<AuditRow | undefined> {
  return database
    .kysely<AuditTables>()
    .selectFrom('platform_audit')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Persons who were forgotten, and of whom the log tells again, because an older database was restored. */
export async function readRemembered(
  database: Database,
): Promise<readonly { readonly org: string; readonly person: string }[]> {
  const { rows } = await sql<{ org: string; person: string }>`
    select e.org, e.person from engine_erasure e
    where exists (select 1 from platform_audit a where a.org_id = e.org and a.actor_id = e.person and a.actor_name is not null)
      or exists (select 1 from platform_audit a where a.org_id = e.org and a.object_id = e.person and a.detail is not null and a.action <> ${FORGET})
      or exists (select 1 from platform_audit a where a.org_id = e.org and a.person = e.person and a.detail is not null)
    order by e.org, e.person`.execute(database.kysely())
  return rows
}

function beginning(action: string): string {
  return `${escaped(action.slice(0, -1))}%`
}

function anywhere(text: string) {
  const pattern = `%${escaped(text.toLowerCase())}%`
  return sql<boolean>`(lower(action) like ${pattern} escape '\\'
    or lower(coalesce(object_id, '')) like ${pattern} escape '\\'
    or lower(coalesce(actor_name, '')) like ${pattern} escape '\\'
    or exists (select 1 from platform_user u where u.id = impersonated_by and lower(u.name) like ${pattern} escape '\\')
    or lower(coalesce(detail, '')) like ${pattern} escape '\\')`
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function splitOnce(object: string): readonly [string, string?] {
  const at = object.indexOf(':')
  return at === -1 ? [object] : [object.slice(0, at), object.slice(at + 1)]
}
