import type { Kysely } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>
type Row = IdentityTables['platform_invitation']

/** Keeps an invitation. */
export async function insertInvitation(db: Db, row: Row): Promise<void> {
  await db.insertInto('platform_invitation').values(row).execute()
}

/** The open invitation of a link, with the name of the organisation, which is not closed. */
export function findInvitation(db: Db, tokenHash: string, now: number) {
  return db
    .selectFrom('platform_invitation as i')
    .innerJoin('platform_organisation as o', 'o.id', 'i.org_id')
    .selectAll('i')
    .select('o.name as org_name')
    .where('i.token_hash', '=', tokenHash)
    .where('o.closed_at', 'is', null)
    .where('i.accepted_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', now)
    .executeTakeFirst()
}

/** Takes an invitation: true for the first caller only. */
export async function takeInvitation(db: Db, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('platform_invitation')
    .set({ accepted_at: now })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Open invitations of an organisation, the newest first, 200 at most. Links without an address are left out. */
export function listInvitations(db: Db, org: string, now: number) {
  return db
    .selectFrom('platform_invitation')
    .select(['id', 'email', 'roles', 'invited_by', 'created_at', 'expires_at'])
    .where('org_id', '=', org)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('email', 'is not', null)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
}

/** Withdraws open invitations: one by its id, those somebody made, those to an address, or those without an address. Answers how many. */
export async function revokeInvitations(
  db: Db,
  org: string,
  which: { readonly id: string } | { readonly by: string } | { readonly email: string | null },
  now: number,
): Promise<number> {
  const query = db
    .updateTable('platform_invitation')
    .set({ revoked_at: now })
    .where('org_id', '=', org)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
  const chosen =
    'id' in which
      ? query.where('id', '=', which.id)
      : 'by' in which
        ? query.where('invited_by', '=', which.by)
        : query.where('email', which.email === null ? 'is' : '=', which.email)
  return Number((await chosen.executeTakeFirst()).numUpdatedRows)
}
