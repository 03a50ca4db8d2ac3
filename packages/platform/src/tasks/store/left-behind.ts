import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'

interface Tables {
  readonly platform_view: { readonly org_id: string; readonly owner_id: string; readonly shared: number }
  readonly platform_view_default: { readonly org_id: string; readonly user_id: string }
  readonly platform_notification: { readonly org_id: string; readonly user_id: string }
  readonly platform_push_subscription: { readonly org_id: string; readonly user_id: string }
  readonly platform_column_choice: { readonly org_id: string; readonly user_id: string }
  readonly platform_tour: { readonly user_id: string }
}

/** What was removed of people who are no members any more. */
export interface LeftBehind {
  /** Saved views they had not shared. */
  readonly views: number
  readonly notifications: number
  /** Browsers that were told of notifications. */
  readonly browsers: number
}

/**
 * Removes what people kept for themselves in an organisation they do not belong to any more, and what keys kept that are revoked. Views
 * they shared are the organisation's.
 */
export async function removeLeftBehind(database: Database): Promise<LeftBehind> {
  const db = database.kysely<Tables>()
  await db.deleteFrom('platform_view_default').where(isGone('platform_view_default', 'user_id')).execute()
  await goneFrom(db, 'platform_column_choice').execute()
  // The tour is seen once in all organisations: it goes with the last of them.
  await db
    .deleteFrom('platform_tour')
    .where(sql<boolean>`not exists (select 1 from platform_member m where m.user_id = platform_tour.user_id)`)
    .execute()
  const views = db.deleteFrom('platform_view').where('shared', '=', 0).where(isGone('platform_view', 'owner_id'))
  return {
    views: await count(views),
    notifications: await count(goneFrom(db, 'platform_notification')),
    browsers: await count(goneFrom(db, 'platform_push_subscription')),
  }
}

function goneFrom(
  db: Kysely<Tables>,
  table: 'platform_column_choice' | 'platform_notification' | 'platform_push_subscription',
) {
  return db.deleteFrom(table).where(isGone(table, 'user_id'))
}

async function count(query: { executeTakeFirst(): Promise<{ readonly numDeletedRows: bigint }> }): Promise<number> {
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

/** Neither a member of the row's organisation nor a key of it that holds. */
function isGone(table: string, column: string) {
  const [org, owner] = [sql.ref(`${table}.org_id`), sql.ref(`${table}.${column}`)]
  return sql<boolean>`not exists (select 1 from platform_member m where m.org_id = ${org} and m.user_id = ${owner})
    and not exists (select 1 from platform_api_key k where k.org_id = ${org} and k.id = ${owner} and k.revoked_at is null)`
}
