import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { Directory, KnownPerson, SsoLink } from '../directory.ts'

interface Tables {
  readonly platform_user: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly email_verified: number
    readonly created_at: number
    readonly updated_at: number
    readonly disabled_at: number | null
  }
  readonly platform_account: {
    readonly id: string
    readonly account_id: string
    readonly provider_id: string
    readonly user_id: string
    readonly created_at: number
    readonly updated_at: number
  }
  readonly platform_member: {
    readonly org_id: string
    readonly user_id: string
    readonly roles: string
    readonly created_at: number
  }
  readonly platform_role: {
    readonly org_id: string
    readonly name: string
    /** JSON list. */
    readonly permissions: string
  }
}

/** What the directory works with besides the tables. */
export interface DirectoryOptions {
  readonly org: string
  /** Milliseconds UTC. */
  now(): number
  newId(): string
  /** A provider that is trusted has vouched for the address of somebody who is linked to it. */
  proven(tx: Kysely<unknown>, userId: string): Promise<void>
}

/** The people of one organisation, as single sign-on finds and makes them. */
export function createDirectory(database: Database, { org, now, newId, proven }: DirectoryOptions): Directory {
  const insertLink = async (db: Kysely<Tables>, userId: string, { providerId, subject }: SsoLink): Promise<void> => {
    const at = now()
    await db
      .insertInto('platform_account')
      .values({
        id: newId(),
        account_id: subject,
        provider_id: providerId,
        user_id: userId,
        created_at: at,
        updated_at: at,
      })
      .execute()
  }
  const db = () => database.kysely<Tables>()
  return {
    async findLinked({ providerId, subject }) {
      const row = await people(db(), org)
        .innerJoin('platform_account as a', 'a.user_id', 'u.id')
        .where('a.provider_id', '=', providerId)
        .where('a.account_id', '=', subject)
        .executeTakeFirst()
      return row === undefined ? undefined : personOf(row)
    },
    async findByEmail(email) {
      const row = await people(db(), org).where('u.email', '=', email).executeTakeFirst()
      return row === undefined ? undefined : personOf(row)
    },
    async rulesAll(roles) {
      if (roles.includes('owner')) return true
      const own = db().selectFrom('platform_role').select('name').where('org_id', '=', org)
      const powerful = await own.where('permissions', 'like', '%"*"%').execute()
      return powerful.some(({ name }) => roles.includes(name))
    },
    link: (userId, link) =>
      database.transaction<void, Tables>(async (tx) => {
        await insertLink(tx, userId, link)
        await proven(tx as unknown as Kysely<unknown>, userId)
      }),
    create: ({ email, name, roles }, link) =>
      database.transaction<string, Tables>(async (tx) => {
        const at = now()
        const id = newId()
        await tx
          .insertInto('platform_user')
          .values({ id, name, email, email_verified: 1, created_at: at, updated_at: at, disabled_at: null })
          .execute()
        await insertLink(tx, id, link)
        await tx
          .insertInto('platform_member')
          .values({ org_id: org, user_id: id, roles: JSON.stringify(roles), created_at: at })
          .execute()
        return id
      }),
    async setRoles(userId, roles, before) {
      await db()
        .updateTable('platform_member')
        .set({ roles: JSON.stringify(roles) })
        .where('org_id', '=', org)
        .where('user_id', '=', userId)
        .where('roles', '=', JSON.stringify(before))
        .execute()
    },
  }
}

function people(db: Kysely<Tables>, org: string) {
  return db
    .selectFrom('platform_user as u')
    .leftJoin('platform_member as m', (join) => join.onRef('m.user_id', '=', 'u.id').on('m.org_id', '=', org))
    .select(['u.id', 'u.disabled_at', 'm.roles'])
}

function personOf(row: {
  readonly id: string
  readonly disabled_at: number | null
  readonly roles: string | null
}): KnownPerson {
  const roles: unknown = row.roles === null ? undefined : JSON.parse(row.roles)
  return {
    userId: row.id,
    disabled: row.disabled_at !== null,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : undefined,
  }
}
