import type { Database } from '@regie/engine'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { AuditRow } from '../row.ts'
import type { AuditTables } from './entries.ts'

/** The end of the chain. */
export interface ChainEnd {
  readonly seq: number
  readonly seal: string
}

/** What the sealer gives an entry. */
export interface Seal {
  readonly id: string
  readonly seq: number
  readonly previous: string
  readonly seal: string
}

/** True when an entry waits for its seal. Looks at the end of a partial index only. */
export async function hasUnsealed(database: Database): Promise<boolean> {
  const row = await database
    .kysely<AuditTables>()
    .selectFrom('platform_audit')
    .select('id')
    .where('seq', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The end of the chain as it is stored. */
export async function readEnd(database: Database): Promise<ChainEnd> {
  const row = await database.kysely<AuditTables>().selectFrom('platform_audit_chain').selectAll().executeTakeFirst()
  return row ?? { seq: 0, seal: '' }
}

/** The end of the chain, held until the transaction ends; undefined while another process holds it. */
export async function takeEnd(
  tx: Transaction<AuditTables>,
  dialect: Database['dialect'],
): Promise<ChainEnd | undefined> {
  // Not made by the migration: a restore fills tables that are empty.
  await tx
    .insertInto('platform_audit_chain')
    .values({ id: 1, seq: 0, seal: '' })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const query = tx.selectFrom('platform_audit_chain').select(['seq', 'seal'])
  // On SQLite there is one writer over all processes.
  return (dialect === 'postgres' ? query.forUpdate().skipLocked() : query).executeTakeFirst()
}

/** Entries that wait for their seal, in order of their ids: whatever commits late is among them at the next look. */
export function readUnsealed(db: Kysely<AuditTables>, after: string, limit: number): Promise<readonly AuditRow[]> {
  return db
    .selectFrom('platform_audit')
    .selectAll()
    .where('seq', 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Sealed entries in the order of the chain, above `after`, up to `through`. */
export function readSealed(
  db: Kysely<AuditTables>,
  { after, through, limit }: { readonly after: number; readonly through: number; readonly limit: number },
): Promise<readonly AuditRow[]> {
  return db
    .selectFrom('platform_audit')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', through)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** Entries by their ids. */
export async function readByIds(db: Kysely<AuditTables>, ids: readonly string[]): Promise<readonly AuditRow[]> {
  if (ids.length === 0) return []
  return db.selectFrom('platform_audit').selectAll().where('id', 'in', ids).execute()
}

/** Writes seals, and moves the end of the chain to the last. */
export async function writeSeals(
  tx: Transaction<AuditTables>,
  dialect: Database['dialect'],
  seals: readonly Seal[],
): Promise<void> {
  const last = seals.at(-1)
  if (last === undefined) return
  const json = JSON.stringify(seals)
  const values =
    dialect === 'postgres'
      ? sql`json_to_recordset(${json}::json) as v(id text, seq bigint, previous text, seal text)`
      : sql`(select value ->> 'id' as id, value ->> 'seq' as seq, value ->> 'previous' as previous, value ->> 'seal' as seal
          from json_each(${json})) as v`
  await sql`
    update platform_audit set seq = v.seq, prev_seal = v.previous, seal = v.seal
    from ${values} where platform_audit.id = v.id`.execute(tx)
  await tx.updateTable('platform_audit_chain').set({ seq: last.seq, seal: last.seal }).execute()
}
