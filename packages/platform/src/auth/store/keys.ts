import type { Kysely } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** Keeps an API key. */
export async function insertKey(db: Db, row: IdentityTables['platform_api_key']): Promise<void> {
  await db.insertInto('platform_api_key').values(row).execute()
}

/** A key with what its maker is today; the maker's roles are null for one who has left. */
export function findKey(db: Db, by: { readonly hash: string } | { readonly id: string }) {
  const [column, value] = 'hash' in by ? (['key_hash', by.hash] as const) : (['id', by.id] as const)
  return db
    .selectFrom('platform_api_key as k')
    .leftJoin('platform_user as u', 'u.id', 'k.user_id')
    .leftJoin('platform_member as m', (join) =>
      join.onRef('m.org_id', '=', 'k.org_id').onRef('m.user_id', '=', 'k.user_id'),
    )
    .innerJoin('platform_organisation as o', 'o.id', 'k.org_id')
    .select([
      'k.id',
      'k.org_id',
      'k.user_id',
      'k.name',
      'k.permissions',
      'k.expires_at',
      'k.revoked_at',
      'k.last_used_at',
    ])
    .select(['u.disabled_at', 'm.roles', 'o.closed_at'])
    .where(`k.${column}`, '=', value)
    .executeTakeFirst()
}

/** Keys of an organisation, or of one of its users, that are not revoked, the newest first, 200 at most. */
export function listKeys(db: Db, org: string, userId?: string) {
  return db
    .selectFrom('platform_api_key')
    .select(['id', 'user_id', 'name', 'start', 'permissions', 'created_at', 'expires_at', 'last_used_at'])
    .where('org_id', '=', org)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
}

/** Revokes a key, with a user only one of theirs; answers whether there was one. */
export async function revokeKey(
  db: Db,
  { org, id, userId }: { readonly org: string; readonly id: string; readonly userId: string | undefined },
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('platform_api_key')
    .set({ revoked_at: now })
    .where('org_id', '=', org)
    .where('id', '=', id)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Revokes every key of a person, in all organisations. */
export async function revokeKeysOf(db: Db, userId: string, now: number): Promise<void> {
  await db
    .updateTable('platform_api_key')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Writes when a key was last used. */
export async function touchKey(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('platform_api_key').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** The signing keys made after an instant, the newest first. */
export function listJwks(db: Db, after: number) {
  return db
    .selectFrom('platform_jwk')
    .selectAll()
    .where('created_at', '>', after)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** Keeps a signing key, and removes those made before an instant. */
export async function insertJwk(db: Db, row: IdentityTables['platform_jwk'], before: number): Promise<void> {
  await db.insertInto('platform_jwk').values(row).execute()
  await db.deleteFrom('platform_jwk').where('created_at', '<', before).execute()
}
