import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import type { ChainEnd } from './chain.ts'
import type { AuditTables } from './entries.ts'

/** A row of `platform_audit_cut`. */
export interface CutRow {
  readonly seq: number
  readonly seal: string
  readonly at: number
  readonly kept_from: number
  readonly key_id: string
  readonly signature: string
}

/** All cuts, the furthest first. */
export function readCuts(database: Database): Promise<readonly CutRow[]> {
  return database.kysely<AuditTables>().selectFrom('platform_audit_cut').selectAll().orderBy('seq', 'desc').execute()
}

/** Adds a cut: from then on the triggers let what is before it be removed. */
export async function insertCut(db: Kysely<AuditTables>, row: CutRow): Promise<void> {
  await db.insertInto('platform_audit_cut').values(row).execute()
}

/** The place of the last entry of the longest stretch at the begin of the chain that is older than `before`; 0 when there is none. */
export async function endOfOld(db: Kysely<AuditTables>, before: number): Promise<number> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select (select min(seq) from platform_audit where seq is not null and at >= ${before}) as first,
      (select max(seq) from platform_audit) as last`.execute(db)
  const [found] = rows
  return found?.first === null || found?.first === undefined ? Number(found?.last ?? 0) : Number(found.first) - 1
}

/**
 * The first place up to `seq` whose entry tells of an erasure in an entry after `seq`: without it, that erasure would look like
 * tampering.
 */
export async function firstErasureNeeded(db: Kysely<AuditTables>, seq: number): Promise<number | undefined> {
  const kept = sql`platform_audit where (seq > ${seq} or seq is null)`
  const { rows } = await sql<{ first: number | null }>`
    select min(seq) as first from platform_audit where seq <= ${seq} and id in (
      select name_erased_by from ${kept} and name_erased_by is not null
      union select detail_erased_by from ${kept} and detail_erased_by is not null)`.execute(db)
  const first = rows[0]?.first
  return first === null || first === undefined ? undefined : Number(first)
}

/** The place and the seal of an entry. */
export async function readPlace(db: Kysely<AuditTables>, seq: number): Promise<ChainEnd | undefined> {
  const row = await db.selectFrom('platform_audit').select(['seq', 'seal']).where('seq', '=', seq).executeTakeFirst()
  return row === undefined ? undefined : { seq: row.seq ?? 0, seal: row.seal ?? '' }
}

/** Removes the oldest entries up to a place, at most `limit`; answers how many. */
export async function deleteOldest(db: Kysely<AuditTables>, through: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_audit')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('platform_audit').select('id').where('seq', '<=', through).orderBy('seq').limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
