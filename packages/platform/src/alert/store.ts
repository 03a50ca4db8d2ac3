import type { Database } from '@regie/engine'
import { sql, type Transaction } from 'kysely'
import type { About } from '../errors.ts'
import { decodeCursor, toPage } from '../http/page.ts'
import { keyset } from '../store/keyset.ts'
import type { AlertInput, Severity } from './alert.ts'
import type { AlertFilter, AlertPage, AlertRecord } from './record.ts'

interface AlertTable {
  readonly id: string
  readonly org_id: string
  readonly key: string
  readonly severity: number
  readonly title: string
  readonly detail: string
  readonly code: string | null
  /** JSON. */
  readonly about: string | null
  readonly link: string | null
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  readonly notified_at: number | null
  readonly resolved_at: number | null
}

interface Tables {
  readonly platform_alert: AlertTable
}

const LIST = 'alerts'
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']

/** A new alert: the input, its organisation, id and instant. */
export interface NewAlert {
  readonly alert: AlertInput
  readonly org: string
  readonly id: string
  readonly now: number
}

/**
 * Opens an alert, or counts the open one of the same key; a graver severity makes it due for notice again. `notify` is true
 * for one caller only, until `quietMs` have passed, and for nobody when that is undefined. Throws `TRANSACTION_NESTED` inside another transaction.
 */
export function saveAlert(
  database: Database,
  added: NewAlert,
  quietMs: number | undefined,
): Promise<{ readonly record: AlertRecord; readonly notify: boolean }> {
  return database.transaction<{ readonly record: AlertRecord; readonly notify: boolean }, Tables>(async (tx) => {
    const record = recordOf(await upsert(tx, added))
    return { record, notify: quietMs !== undefined && (await claimNotice(tx, record.id, added.now, quietMs)) }
  })
}

function upsert(tx: Transaction<Tables>, { alert, org, id, now }: NewAlert): Promise<AlertTable> {
  return tx
    .insertInto('platform_alert')
    .values({
      id,
      org_id: org,
      key: alert.key,
      severity: SEVERITIES.indexOf(alert.severity),
      title: alert.title,
      detail: alert.detail,
      code: alert.code ?? null,
      about: alert.about === undefined ? null : JSON.stringify(alert.about),
      link: alert.link ?? null,
      count: 1,
      first_at: now,
      last_at: now,
      notified_at: null,
      resolved_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org_id', 'key'])
        .where('resolved_at', 'is', null)
        .doUpdateSet((row) => ({
          title: row.ref('excluded.title'),
          detail: row.ref('excluded.detail'),
          code: row.ref('excluded.code'),
          about: row.ref('excluded.about'),
          link: row.ref('excluded.link'),
          last_at: row.ref('excluded.last_at'),
          count: sql<number>`platform_alert.count + 1`,
          severity: sql<number>`case when excluded.severity > platform_alert.severity then excluded.severity else platform_alert.severity end`,
          notified_at: sql<null>`case when excluded.severity > platform_alert.severity then null else platform_alert.notified_at end`,
        })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function claimNotice(tx: Transaction<Tables>, id: string, now: number, quietMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('platform_alert')
    .set({ notified_at: now })
    .where('id', '=', id)
    .where((where) => where.or([where('notified_at', 'is', null), where('notified_at', '<=', now - quietMs)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** One page of alerts, the latest raised first. Throws `CURSOR_INVALID`. */
export async function listAlerts(
  database: Database,
  filter: AlertFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Promise<AlertPage> {
  const after = decodeCursor(LIST, cursor, ['number', 'text'])
  let query = database.kysely<Tables>().selectFrom('platform_alert').selectAll()
  if (filter.org !== undefined) query = query.where('org_id', '=', filter.org)
  if (filter.key !== undefined) query = query.where('key', '=', filter.key)
  if (filter.open !== undefined) query = query.where('resolved_at', filter.open ? 'is' : 'is not', null)
  const rows = await keyset(query, { columns: ['last_at', 'id'], direction: 'desc', after, limit }).execute()
  const { items, next } = toPage(rows, { list: LIST, limit, key: (row) => [row.last_at, row.id] })
  return { alerts: items.map(recordOf), ...(next !== undefined && { next }) }
}

/** Resolves an open alert; undefined when there is none of this id. Resolving twice keeps the first instant. */
export async function resolveAlert(
  database: Database,
  { id, org }: { readonly id: string; readonly org: string | undefined },
  now: number,
): Promise<AlertRecord | undefined> {
  const update = database
    .kysely<Tables>()
    .updateTable('platform_alert')
    .set({ resolved_at: sql<number>`coalesce(resolved_at, ${now})` })
    .where('id', '=', id)
  const row = await (org === undefined ? update : update.where('org_id', '=', org)).returningAll().executeTakeFirst()
  return row === undefined ? undefined : recordOf(row)
}

/** Writes how often what an open alert tells of has happened. */
export async function recountAlert(database: Database, id: string, count: number): Promise<AlertRecord | undefined> {
  const row = await database
    .kysely<Tables>()
    .updateTable('platform_alert')
    .set({ count })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? undefined : recordOf(row)
}

/** Deletes alerts resolved before an instant; answers how many. */
export async function deleteResolved(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_alert')
    .where('resolved_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function recordOf(row: AlertTable): AlertRecord {
  return {
    id: row.id,
    org: row.org_id,
    key: row.key,
    severity: SEVERITIES[row.severity] ?? 'warning',
    title: row.title,
    detail: row.detail,
    ...(row.code !== null && { code: row.code }),
    ...(row.about !== null && { about: JSON.parse(row.about) as About }),
    ...(row.link !== null && { link: row.link }),
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    ...(row.resolved_at !== null && { resolvedAt: row.resolved_at }),
  }
}
