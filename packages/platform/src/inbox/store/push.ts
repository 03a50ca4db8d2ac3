import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { Owner } from './notifications.ts'

interface Tables {
  readonly platform_push_subscription: {
    readonly id: string
    readonly org_id: string
    readonly user_id: string
    readonly endpoint: string
    readonly p256dh: string
    readonly auth: string
    readonly created_at: number
  }
  readonly platform_push_key: { readonly id: number; readonly private_key: string }
}

/** Where one browser is reached, and the keys that only it has the other half of. */
export interface PushSubscriptionRecord {
  readonly id: string
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

const ONLY = 1

/** Keeps a subscription; the same browser again replaces its keys. Answers its id. */
export async function saveSubscription(
  database: Database,
  { org, user }: Owner,
  { id, endpoint, p256dh, auth }: PushSubscriptionRecord,
  now: number,
): Promise<string> {
  const row = await database
    .kysely<Tables>()
    .insertInto('platform_push_subscription')
    .values({ id, org_id: org, user_id: user, endpoint, p256dh, auth, created_at: now })
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id', 'endpoint']).doUpdateSet({ p256dh, auth }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** The browsers of one person. */
export async function listSubscriptions(db: Kysely<unknown>, { org, user }: Owner): Promise<readonly string[]> {
  const rows = await (db as Kysely<Tables>)
    .selectFrom('platform_push_subscription')
    .select('id')
    .where('org_id', '=', org)
    .where('user_id', '=', user)
    .orderBy('id')
    .limit(20)
    .execute()
  return rows.map(({ id }) => id)
}

/** One subscription; undefined when it is gone. */
export function findSubscription(
  database: Database,
  org: string,
  id: string,
): Promise<PushSubscriptionRecord | undefined> {
  return database
    .kysely<Tables>()
    .selectFrom('platform_push_subscription')
    .select(['id', 'endpoint', 'p256dh', 'auth'])
    .where('org_id', '=', org)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Forgets a subscription; of that person only, when one is given. Answers whether it was there. */
export async function deleteSubscription(database: Database, org: string, id: string, user?: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_push_subscription')
    .where('org_id', '=', org)
    .where('id', '=', id)
    .$if(user !== undefined, (query) => query.where('user_id', '=', user ?? ''))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Forgets the browsers of somebody who is let in no more, in one organisation or in all: nothing is pushed to them. */
export async function forgetBrowsers<DB>(db: Kysely<DB>, user: string, org?: string): Promise<void> {
  await (db as unknown as Kysely<Tables>)
    .deleteFrom('platform_push_subscription')
    .where('user_id', '=', user)
    .$if(org !== undefined, (query) => query.where('org_id', '=', org ?? ''))
    .execute()
}

/** The key all processes share; the one offered becomes it when there is none yet. */
export async function sharedPushKey(database: Database, offered: string): Promise<string> {
  const db = database.kysely<Tables>()
  await db
    .insertInto('platform_push_key')
    .values({ id: ONLY, private_key: offered })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const row = await db
    .selectFrom('platform_push_key')
    .select('private_key')
    .where('id', '=', ONLY)
    .executeTakeFirstOrThrow()
  return row.private_key
}
