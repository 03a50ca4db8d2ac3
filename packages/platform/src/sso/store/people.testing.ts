import type { Database } from '@regie/engine'

interface Tables {
  readonly platform_organisation: { readonly id: string; readonly name: string; readonly created_at: number }
  readonly platform_user: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly email_verified: number
    readonly created_at: number
    readonly updated_at: number
    readonly disabled_at: number | null
  }
  readonly platform_member: {
    readonly org_id: string
    readonly user_id: string
    readonly roles: string
    readonly created_at: number
  }
}

/** Makes the organisation `main` or `other`. */
export async function makeOrganisation(database: Database, id: string): Promise<void> {
  await database.kysely<Tables>().insertInto('platform_organisation').values({ id, name: id, created_at: 0 }).execute()
}

/** Makes a user, and a member with these roles. */
export async function makeMember(
  database: Database,
  given: { readonly id: string; readonly roles: readonly string[]; readonly org?: string; readonly disabled?: boolean },
): Promise<void> {
  const { id, roles, org = 'main', disabled = false } = given
  const db = database.kysely<Tables>()
  const email = `${id}@example.com`
  const disabled_at = disabled ? 1 : null
  await db
    .insertInto('platform_user')
    .values({ id, name: id, email, email_verified: 1, created_at: 0, updated_at: 0, disabled_at })
    .execute()
  await db
    .insertInto('platform_member')
    .values({ org_id: org, user_id: id, roles: JSON.stringify(roles), created_at: 0 })
    .execute()
}

/** Who is a user, by e-mail address, with the roles. */
export async function membersOf(database: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await database
    .kysely<Tables>()
    .selectFrom('platform_user as u')
    .innerJoin('platform_member as m', 'm.user_id', 'u.id')
    .select(['u.email', 'm.roles'])
    .orderBy('u.email')
    .execute()
  return Object.fromEntries(rows.map(({ email, roles }) => [email, JSON.parse(roles)]))
}
