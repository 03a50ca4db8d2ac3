import type { Database } from '@regie/engine'
import { sql } from 'kysely'
import type { Silence } from './silence.ts'

interface SilenceTable {
  readonly id: string
  readonly org_id: string
  readonly key: string
  readonly reason: string
  readonly created_at: number
  readonly until: number
  readonly ended_at: number | null
}

interface Tables {
  readonly platform_alert_silence: SilenceTable
}

const MOST = 200

/** Those that last at an instant, or the latest. */
export async function listSilences(
  database: Database,
  org: string,
  lasting: number | undefined,
): Promise<readonly Silence[]> {
  const query = database.kysely<Tables>().selectFrom('platform_alert_silence').selectAll().where('org_id', '=', org)
  const rows = await (lasting === undefined
    ? query.orderBy('created_at', 'desc').orderBy('id', 'desc')
    : query.where('until', '>', lasting).where('ended_at', 'is', null).orderBy('until').orderBy('id')
  )
    .limit(MOST)
    .execute()
  return rows.map(silenceOf)
}

/** Adds one. */
export async function insertSilence(database: Database, silence: Silence): Promise<void> {
  const { id, org, key, reason, createdAt, until } = silence
  await database
    .kysely<Tables>()
    .insertInto('platform_alert_silence')
    .values({ id, org_id: org, key, reason, created_at: createdAt, until, ended_at: null })
    .execute()
}

/** Ends one that lasts; undefined when there is none of this id. */
export async function endSilence(
  database: Database,
  { org, id, now }: { readonly org: string; readonly id: string; readonly now: number },
): Promise<Silence | undefined> {
  const row = await database
    .kysely<Tables>()
    .updateTable('platform_alert_silence')
    .set({ ended_at: now })
    .where('org_id', '=', org)
    .where('id', '=', id)
    .where('until', '>', now)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? undefined : silenceOf(row)
}

/** True when one that lasts is of this key, or of its beginning. */
export async function isSilenced(
  database: Database,
  { org, key, now }: { readonly org: string; readonly key: string; readonly now: number },
): Promise<boolean> {
  // `like` would take the underscores of keys for anything.
  const begins = sql<boolean>`(key like '%*' and substr(${key}, 1, length(key) - 1) = substr(key, 1, length(key) - 1))`
  const row = await database
    .kysely<Tables>()
    .selectFrom('platform_alert_silence')
    .select('id')
    .where('org_id', '=', org)
    .where('until', '>', now)
    .where('ended_at', 'is', null)
    .where((where) => where.or([where('key', '=', key), begins]))
    .executeTakeFirst()
  return row !== undefined
}

/** Deletes those that were over before an instant, of all organisations; answers how many. */
export async function deleteOver(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_alert_silence')
    .where((where) => where.or([where('until', '<', before), where('ended_at', '<', before)]))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function silenceOf(row: SilenceTable): Silence {
  return {
    id: row.id,
    org: row.org_id,
    key: row.key,
    reason: row.reason,
    createdAt: row.created_at,
    until: row.until,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  }
}
