import type { Kysely } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** Changes what is known of an organisation. */
export async function updateOrganisation(
  db: Db,
  id: string,
  change: Partial<Omit<IdentityTables['platform_organisation'], 'id'>>,
): Promise<void> {
  await db.updateTable('platform_organisation').set(change).where('id', '=', id).execute()
}

/** Opens an organisation again; false when its rows are being removed by now. */
export async function reopenOrganisation(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('platform_organisation')
    .set({ closed_at: null, purge_at: null })
    .where('id', '=', id)
    .where('purging_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends every session that works in an organisation. */
export async function deleteSessionsIn(db: Db, org: string): Promise<void> {
  await db.deleteFrom('platform_session').where('org_id', '=', org).execute()
}

/** The closed organisations whose time to be restored is over, the earliest first. */
export function listDue(db: Db, now: number) {
  return db
    .selectFrom('platform_organisation')
    .select(['id', 'name'])
    .where('purge_at', '<=', now)
    .orderBy('purge_at')
    .orderBy('id')
    .execute()
}

/** Says that an organisation's rows are being removed; false when it was restored meanwhile. */
export async function beginPurge(db: Db, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('platform_organisation')
    .set(({ fn, val, ref }) => ({ purging_at: fn.coalesce(ref('purging_at'), val(now)) }))
    .where('id', '=', id)
    .where('purge_at', '<=', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Removes the organisation itself. */
export async function deleteOrganisation(db: Db, id: string): Promise<void> {
  await db.deleteFrom('platform_organisation').where('id', '=', id).execute()
}

/** How many people belong to an organisation. */
export async function countMembers(db: Db, org: string): Promise<number> {
  const { count } = await db
    .selectFrom('platform_member')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('org_id', '=', org)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Members who may come in and belong to no other organisation, by id, after one when given. */
export function listPeopleOnlyHere(
  db: Db,
  org: string,
  { after, limit }: { readonly after: string; readonly limit: number },
) {
  return onlyHere(db, org)
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['u.id', 'u.name', 'u.email'])
    .where('u.id', '>', after)
    .where('u.disabled_at', 'is', null)
    .orderBy('u.id')
    .limit(limit)
    .execute()
}

/** Ids of so many members who belong to no other organisation. */
export async function listOnlyHere(db: Db, org: string, limit: number): Promise<readonly string[]> {
  const rows = await onlyHere(db, org).select('m.user_id').limit(limit).execute()
  return rows.map(({ user_id: id }) => id)
}

/** Removes accounts; answers how many there were. */
export async function deleteUsers(db: Db, ids: readonly string[]): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('platform_user').where('id', 'in', ids).executeTakeFirst()
  return Number(numDeletedRows)
}

function onlyHere(db: Db, org: string) {
  return db
    .selectFrom('platform_member as m')
    .where('m.org_id', '=', org)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('platform_member as o')
            .select('o.user_id')
            .whereRef('o.user_id', '=', 'm.user_id')
            .where('o.org_id', '<>', org),
        ),
      ),
    )
}
