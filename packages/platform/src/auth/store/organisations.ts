import { type Kysely, sql } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>
type NewOrganisation = Pick<IdentityTables['platform_organisation'], 'id' | 'name' | 'created_at'>

/** Makes the organisation when it is missing, and gives it its configured name. */
export async function upsertOrganisation(db: Db, row: NewOrganisation): Promise<void> {
  await db
    .insertInto('platform_organisation')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: row.name }))
    .execute()
}

/** Makes an organisation. */
export async function insertOrganisation(db: Db, row: NewOrganisation): Promise<void> {
  await db.insertInto('platform_organisation').values(row).execute()
}

/** Every organisation of the installation, by id, after one when given. */
export function listEvery(
  db: Db,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
) {
  return db.selectFrom('platform_organisation').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()
}

/** The ids of the organisations that are not closed. */
export function listIds(db: Db) {
  return db.selectFrom('platform_organisation').select('id').where('closed_at', 'is', null).orderBy('id').execute()
}

/** One organisation. */
export function findOrganisation(db: Db, id: string) {
  return db.selectFrom('platform_organisation').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The organisations of a user who may come in, with the roles there, the oldest membership first; closed ones are not among them. */
export function listOrganisations(db: Db, userId: string) {
  return db
    .selectFrom('platform_member as m')
    .innerJoin('platform_organisation as o', 'o.id', 'm.org_id')
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['o.id', 'o.name', 'm.roles'])
    .where('m.user_id', '=', userId)
    .where('u.disabled_at', 'is', null)
    .where('o.closed_at', 'is', null)
    .orderBy('m.created_at')
    .orderBy('o.id')
    .execute()
}

/** Makes somebody a member; who is one already keeps the roles they have. */
export async function insertMemberRow(db: Db, row: IdentityTables['platform_member']): Promise<void> {
  await db
    .insertInto('platform_member')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id']).doNothing())
    .execute()
}

/** Gives a member exactly these roles, a JSON list. */
export async function updateRoles(db: Db, org: string, userId: string, roles: string): Promise<void> {
  await db
    .updateTable('platform_member')
    .set({ roles })
    .where('org_id', '=', org)
    .where('user_id', '=', userId)
    .execute()
}

/** The organisations somebody is a member of, also of one who may not come in. */
export function listMemberships(db: Db, userId: string) {
  return db.selectFrom('platform_member').select('org_id').where('user_id', '=', userId).execute()
}

/** Takes a role away from all who have it, or who are invited to have it. */
export async function takeRole(
  db: Db,
  table: 'platform_member' | 'platform_invitation',
  org: string,
  name: string,
): Promise<void> {
  // Within a JSON list of plain words; what is left has no comma at either end.
  const word = JSON.stringify(name)
  await db
    .updateTable(table)
    .set({ roles: sql<string>`replace(replace(replace(roles, ${`,${word}`}, ''), ${`${word},`}, ''), ${word}, '')` })
    .where('org_id', '=', org)
    .where(sql<boolean>`roles like ${`%${word}%`}`)
    .execute()
}

/** Ends a membership. */
export async function deleteMember(db: Db, org: string, userId: string): Promise<void> {
  await db.deleteFrom('platform_member').where('org_id', '=', org).where('user_id', '=', userId).execute()
}

/** How many members have which roles together, as JSON lists: one row for each combination. */
export function countRoles(
  db: Db,
  org: string,
): Promise<readonly { readonly roles: string; readonly people: number }[]> {
  return db
    .selectFrom('platform_member')
    .select(['roles', sql<number>`cast(count(*) as integer)`.as('people')])
    .where('org_id', '=', org)
    .groupBy('roles')
    .execute()
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

/** Removes a role; answers whether there was one. */
export async function deleteRole(db: Db, org: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_role')
    .where('org_id', '=', org)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
