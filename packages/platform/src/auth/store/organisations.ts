import type { Kysely } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** Makes the organisation when it is missing, and gives it its configured name. */
export async function upsertOrganisation(db: Db, row: IdentityTables['platform_organisation']): Promise<void> {
  await db
    .insertInto('platform_organisation')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: row.name }))
    .execute()
}

/** Makes an organisation. */
export async function insertOrganisation(db: Db, row: IdentityTables['platform_organisation']): Promise<void> {
  await db.insertInto('platform_organisation').values(row).execute()
}

/** Every organisation of the installation, by id, after one when given. */
export function listEvery(
  db: Db,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
) {
  return db.selectFrom('platform_organisation').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()
}

/** The ids of every organisation. */
export function listIds(db: Db) {
  return db.selectFrom('platform_organisation').select('id').orderBy('id').execute()
}

/** One organisation. */
export function findOrganisation(db: Db, id: string) {
  return db.selectFrom('platform_organisation').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The organisations of a user who may come in, with the roles there, the oldest membership first. */
export function listOrganisations(db: Db, userId: string) {
  return db
    .selectFrom('platform_member as m')
    .innerJoin('platform_organisation as o', 'o.id', 'm.org_id')
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['o.id', 'o.name', 'm.roles'])
    .where('m.user_id', '=', userId)
    .where('u.disabled_at', 'is', null)
    .orderBy('m.created_at')
    .orderBy('o.id')
    .execute()
}

/** Makes somebody a member, or changes the roles of one. */
export async function upsertMember(db: Db, row: IdentityTables['platform_member']): Promise<void> {
  await db
    .insertInto('platform_member')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id']).doUpdateSet({ roles: row.roles }))
    .execute()
}

/** Ends a membership. */
export async function deleteMember(db: Db, org: string, userId: string): Promise<void> {
  await db.deleteFrom('platform_member').where('org_id', '=', org).where('user_id', '=', userId).execute()
}

/** Roles of all members who may come in; for the last owner. */
export function listMemberRoles(db: Db, org: string) {
  return db
    .selectFrom('platform_member as m')
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['m.user_id', 'm.roles'])
    .where('m.org_id', '=', org)
    .where('m.roles', 'like', '%"owner"%')
    .where('u.disabled_at', 'is', null)
    .execute()
}

/** The roles an organisation has made itself. */
export function listRoles(db: Db, org: string) {
  return db.selectFrom('platform_role').selectAll().where('org_id', '=', org).orderBy('name').execute()
}

/** Keeps a role. */
export async function upsertRole(db: Db, row: IdentityTables['platform_role']): Promise<void> {
  await db
    .insertInto('platform_role')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'name']).doUpdateSet({ permissions: row.permissions, updated_at: row.updated_at }),
    )
    .execute()
}

/** Removes a role; answers whether there was one. Members keep its name, which then means nothing. */
export async function deleteRole(db: Db, org: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_role')
    .where('org_id', '=', org)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
