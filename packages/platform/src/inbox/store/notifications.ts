import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'

interface Tables {
  readonly platform_user: { readonly id: string }
  readonly platform_member: { readonly org_id: string; readonly user_id: string }
  readonly platform_notification: {
    readonly id: string
    readonly org_id: string
    readonly user_id: string
    readonly title: string
    readonly body: string
    readonly link: string | null
    readonly created_at: number
    readonly read_at: number | null
  }
}

/** A notification as it is kept. Instants are milliseconds UTC. */
export interface NotificationRecord {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly link?: string
  readonly createdAt: number
  readonly readAt?: number
}

/** Whose inbox. */
export interface Owner {
  readonly org: string
  readonly user: string
}

/** True for a person of this installation who is no member of the organisation. */
export async function isStranger(db: Kysely<unknown>, { org, user }: Owner): Promise<boolean> {
  const found = await (db as Kysely<Tables>)
    .selectFrom('platform_user')
    .leftJoin('platform_member', (join) =>
      join.onRef('platform_member.user_id', '=', 'platform_user.id').on('platform_member.org_id', '=', org),
    )
    .select('platform_member.org_id')
    .where('platform_user.id', '=', user)
    .executeTakeFirst()
  return found?.org_id === null
}

/** Keeps a notification. */
export async function insertNotification(db: Kysely<unknown>, owner: Owner, added: NotificationRecord): Promise<void> {
  await (db as Kysely<Tables>)
    .insertInto('platform_notification')
    .values({
      id: added.id,
      org_id: owner.org,
      user_id: owner.user,
      title: added.title,
      body: added.body,
      link: added.link ?? null,
      created_at: added.createdAt,
      read_at: null,
    })
    .execute()
}

/** Which of somebody's notifications. */
export interface NotificationPage {
  readonly unread: boolean
  readonly limit: number
  /** The id the page before ended with. */
  readonly after?: string | undefined
}

/** One page, the newest first, with one more than `limit` to tell whether there is a page after. */
export async function listNotifications(
  database: Database,
  owner: Owner,
  { unread, limit, after }: NotificationPage,
): Promise<readonly NotificationRecord[]> {
  const rows = await own(database, owner)
    .selectAll()
    .$if(unread, (query) => query.where('read_at', 'is', null))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return rows.map(({ id, title, body, link, created_at, read_at }) => ({
    id,
    title,
    body,
    createdAt: created_at,
    ...(link !== null && { link }),
    ...(read_at !== null && { readAt: read_at }),
  }))
}

/** How many are unread. */
export async function countUnread(database: Database, owner: Owner): Promise<number> {
  const { count } = await own(database, owner)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Marks one as read, or all; answers how many were not. */
export async function markRead(
  db: Kysely<unknown>,
  { org, user }: Owner,
  now: number,
  id: string | undefined,
): Promise<number> {
  const { numUpdatedRows } = await (db as Kysely<Tables>)
    .updateTable('platform_notification')
    .set({ read_at: now })
    .where('org_id', '=', org)
    .where('user_id', '=', user)
    .where('read_at', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Deletes what is older than an instant (milliseconds UTC); answers how many. */
export async function pruneNotifications(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_notification')
    .where('created_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function own(database: Database, { org, user }: Owner) {
  return database
    .kysely<Tables>()
    .selectFrom('platform_notification')
    .where('org_id', '=', org)
    .where('user_id', '=', user)
}
