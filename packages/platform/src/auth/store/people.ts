import { type Kysely, sql } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** A user as it is listed in an organisation. */
export interface MemberRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly created_at: number
  readonly disabled_at: number | null
  readonly language: 'en' | 'fr' | null
  readonly roles: string
}

/** Keeps a new user with a password; false when somebody has this address. */
export async function insertUser(
  db: Db,
  user: IdentityTables['platform_user'],
  account: IdentityTables['platform_account'],
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('platform_user')
    .values(user)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst()
  if ((numInsertedOrUpdatedRows ?? 0n) === 0n) return false
  await db.insertInto('platform_account').values(account).execute()
  return true
}

/** True once anybody has an account. */
export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('platform_user').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** A user by e-mail address (lower case) or id. */
export function findUser(
  db: Db,
  by: { readonly email: string } | { readonly id: string },
): Promise<IdentityTables['platform_user'] | undefined> {
  const query = db.selectFrom('platform_user').selectAll()
  return ('email' in by ? query.where('email', '=', by.email) : query.where('id', '=', by.id)).executeTakeFirst()
}

/** The hash of a user's password; undefined without one. */
export async function findPassword(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('platform_account')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row?.password ?? undefined
}

/** Members of an organisation, by e-mail address, after one when given; `text`: only those with it in name or address, `role`: who have it. */
export function listMembers(
  db: Db,
  {
    org,
    after,
    text,
    role,
    limit,
  }: {
    readonly org: string
    readonly after?: string
    readonly text?: string
    readonly role?: string
    readonly limit: number
  },
): Promise<readonly MemberRow[]> {
  return (
    members(db, org)
      .$if(after !== undefined, (query) => query.where('u.email', '>', after ?? ''))
      .$if(text !== undefined, (query) => query.where(contains(text ?? '')))
      // Kept as a JSON list.
      .$if(role !== undefined, (query) =>
        query.where(sql<boolean>`m.roles like ${like(JSON.stringify(role))} escape '\\'`),
      )
      .orderBy('u.email')
      .limit(limit)
      .execute()
  )
}

/** Part of the name or the address, in small letters or capitals; SQLite knows only those of ASCII: an é is looked for as it is typed, too. */
function contains(text: string) {
  const [typed, small] = [text, text.toLowerCase()].map(like)
  return sql<boolean>`(lower(u.name) like ${small} escape '\\' or u.name like ${typed} escape '\\' or u.email like ${small} escape '\\')`
}

function like(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`
}

/** One member of an organisation, by id or e-mail address. */
export function findMember(
  db: Db,
  org: string,
  by: { readonly email: string } | { readonly id: string },
): Promise<MemberRow | undefined> {
  const query = members(db, org)
  return ('email' in by ? query.where('u.email', '=', by.email) : query.where('u.id', '=', by.id)).executeTakeFirst()
}

/** What members of an organisation are called, by name: these, or the first 500 who may come in. */
export function listNames(
  db: Db,
  org: string,
  ids?: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return db
    .selectFrom('platform_member as m')
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['u.id', 'u.name'])
    .where('m.org_id', '=', org)
    .$if(ids === undefined, (query) => query.where('u.disabled_at', 'is', null))
    .$if(ids !== undefined, (query) => query.where('u.id', 'in', ids ?? []))
    .orderBy('u.name')
    .orderBy('u.id')
    .limit(500)
    .execute()
}

function members(db: Db, org: string) {
  return db
    .selectFrom('platform_member as m')
    .innerJoin('platform_user as u', 'u.id', 'm.user_id')
    .select(['u.id', 'u.name', 'u.email', 'u.created_at', 'u.disabled_at', 'u.language', 'm.roles'])
    .where('m.org_id', '=', org)
}

/** Takes a user's password away: they come in by other ways. */
export async function deletePassword(db: Db, userId: string): Promise<void> {
  await db
    .deleteFrom('platform_account')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .execute()
}

/** Gives a user a password who has none. */
export async function insertPassword(
  db: Db,
  {
    id,
    userId,
    hash,
    now,
  }: { readonly id: string; readonly userId: string; readonly hash: string; readonly now: number },
): Promise<void> {
  const account = { id, user_id: userId, account_id: userId, provider_id: 'credential', password: hash }
  await db
    .insertInto('platform_account')
    .values({ ...account, created_at: now, updated_at: now })
    .execute()
}

/** Changes what a user is called and written to in, whether the user may come in, or whether the address is proven. */
export async function updateUser(
  db: Db,
  id: string,
  change: Partial<Pick<IdentityTables['platform_user'], 'name' | 'disabled_at' | 'email_verified' | 'language'>> & {
    readonly updated_at: number
  },
): Promise<void> {
  await db.updateTable('platform_user').set(change).where('id', '=', id).execute()
}
