import type { Kysely } from 'kysely'
import { z } from 'zod'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { forgetBrowsers } from '../inbox/store/push.ts'
import { type Acting, forbidImpersonation } from './acting.ts'
import { changeMembers, memberOf, requireAbove, requireGrantable, requireOtherOwner, requireOwn } from './members.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { revokeInvitations } from './store/invitations.ts'
import { deleteMember, insertMemberRow, updateRoles } from './store/organisations.ts'
import { findUser, insertUser, listMembers, listNames, type MemberRow, updateUser } from './store/people.ts'
import { deleteSessions } from './store/sessions.ts'
import type { IdentityWorld } from './world.ts'

/** A user in one organisation. */
export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly string[]
  readonly createdAt: number
  readonly disabledAt?: number
  /** In which they have chosen to be written to. */
  readonly language?: 'en' | 'fr'
}

/** What a new user is made of. */
export interface NewUser {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly roles: readonly string[]
  /** In which they are written to. Default: that of the organisation. */
  readonly language?: 'en' | 'fr' | undefined
}

/** The users of an organisation, and what may be done to them. Each act checks that the acting one may; nobody rules those above. */
export interface Users {
  /** By e-mail address; `next` is the address to go on after. `text`: those with it in their name or address; `role`: those who have it. */
  list(
    org: string,
    page?: { readonly after?: string; readonly limit?: number; readonly text?: string; readonly role?: string },
  ): Promise<{ readonly users: readonly User[]; readonly next?: string }>
  /** What members are called, by name: these, or the first 500 who may come in. */
  names(org: string, ids?: readonly string[]): Promise<readonly Pick<User, 'id' | 'name'>[]>
  /** By id or e-mail address. Throws `USER_UNKNOWN`. */
  show(org: string, who: string): Promise<User>
  /** Throws `USER_EXISTS`, `PASSWORD_WEAK`, `ROLE_UNKNOWN`. */
  create(acting: Acting, user: NewUser): Promise<User>
  /** Gives exactly these roles. Throws `OWNER_LAST`. */
  setRoles(acting: Acting, who: string, roles: readonly string[]): Promise<User>
  /** Refuses every sign-in and ends every session, until `enable`. Throws `OWNER_LAST`. */
  disable(acting: Acting, who: string): Promise<User>
  enable(acting: Acting, who: string): Promise<User>
  /** Ends the membership, and sessions with it. Throws `OWNER_LAST`. */
  remove(acting: Acting, who: string): Promise<void>
  /** Changes how somebody is called, or in which language they are written to. */
  change(userId: string, change: { readonly name?: string; readonly language?: 'en' | 'fr' }): Promise<void>
}

const address = z.email().max(254)

/** An e-mail address as it is kept. Throws `INPUT_INVALID`. */
export function mailAddress(text: string): string {
  const parsed = address.safeParse(text.trim().toLowerCase())
  if (parsed.success) return parsed.data
  throw new PlatformError('INPUT_INVALID', 'This is no e-mail address.', {
    status: 400,
    issues: [
      { path: 'email', code: 'invalid_format', message: 'This is no e-mail address.', wants: { format: 'email' } },
    ],
  })
}

/** The users over a world. */
export function createUsers(world: IdentityWorld): Users {
  const { database, clock, guard } = world
  const db = () => database.kysely<IdentityTables>()
  const changed = async (org: string, id: string) => {
    guard.forget()
    return userOf(await memberOf(db(), org, id))
  }
  const changeMember = (
    acting: Acting,
    who: string,
    work: (tx: Kysely<IdentityTables>, member: MemberRow) => Promise<void>,
  ) => {
    forbidImpersonation(acting)
    return changeMembers(world, acting.org, async (tx) => {
      const member = await memberOf(tx, acting.org, who)
      await requireAbove(world, tx, acting, member)
      await work(tx, member)
      return member.id
    })
  }
  const setDisabled = async (acting: Acting, who: string, disabled: boolean): Promise<User> => {
    const id = await changeMember(acting, who, async (tx, member) => {
      await requireOwn(world, tx, acting, member)
      if (disabled) await requireOtherOwner(tx, acting.org, member)
      const now = clock.now()
      await updateUser(tx, member.id, { disabled_at: disabled ? now : null, updated_at: now })
      if (!disabled) return
      await deleteSessions(tx, member.id)
      await forgetBrowsers(tx, member.id)
      await revokeInvitations(tx, acting.org, { by: member.id }, now)
    })
    return changed(acting.org, id)
  }
  return {
    async list(org, { limit = 50, ...page } = {}) {
      const rows = await listMembers(db(), { ...page, org, limit: limit + 1 })
      const users = rows.slice(0, limit).map(userOf)
      const next = rows.length > limit ? users.at(-1)?.email : undefined
      return { users, ...(next !== undefined && { next }) }
    },
    names: async (org, ids) => (ids?.length === 0 ? [] : listNames(db(), org, ids)),
    show: async (org, who) => userOf(await memberOf(db(), org, who)),
    async create(acting, user) {
      forbidImpersonation(acting)
      // Hashing takes a tenth of a second: nobody waits for a lock that long.
      await requireGrantable(world, db(), acting, user.roles)
      const made = await prepareUser(world, user, acting.actor.kind === 'operator')
      await changeMembers(world, acting.org, async (tx) => {
        await requireGrantable(world, tx, acting, user.roles)
        await insertMember(tx, acting.org, made, user.roles)
      })
      return changed(acting.org, made.user.id)
    },
    async setRoles(acting, who, roles) {
      const id = await changeMember(acting, who, async (tx, member) => {
        await requireGrantable(world, tx, acting, roles)
        if (!roles.includes('owner')) await requireOtherOwner(tx, acting.org, member)
        await updateRoles(tx, acting.org, member.id, JSON.stringify([...new Set(roles)]))
      })
      return changed(acting.org, id)
    },
    disable: (acting, who) => setDisabled(acting, who, true),
    enable: (acting, who) => setDisabled(acting, who, false),
    async remove(acting, who) {
      await changeMember(acting, who, async (tx, member) => {
        await requireOtherOwner(tx, acting.org, member)
        await deleteMember(tx, acting.org, member.id)
        await forgetBrowsers(tx, member.id, acting.org)
        // Who was let go may have invited themselves to another address.
        await revokeInvitations(tx, acting.org, { by: member.id }, clock.now())
      })
      guard.forget()
    },
    async change(userId, change) {
      await updateUser(db(), userId, { ...change, updated_at: clock.now() })
      guard.forget()
    },
  }
}

/** A user and its account, ready to be kept. */
export interface PreparedUser {
  readonly user: IdentityTables['platform_user']
  readonly account: IdentityTables['platform_account']
}

/** Checks and hashes, outside any transaction: hashing takes a tenth of a second. `isProven`: the address is theirs for sure. Throws `USER_EXISTS` and `PASSWORD_WEAK`. */
export async function prepareUser(
  { database, clock, passwords }: Pick<IdentityWorld, 'database' | 'clock' | 'passwords'>,
  given: Omit<NewUser, 'roles'>,
  isProven: boolean,
): Promise<PreparedUser> {
  const email = mailAddress(given.email)
  await passwords.check(given.password, [given.name, email.split('@')[0] ?? ''])
  if ((await findUser(database.kysely<IdentityTables>(), { email })) !== undefined) throw userExists(email)
  const now = clock.now()
  const id = newId(now)
  const times = { created_at: now, updated_at: now }
  return {
    user: {
      ...{ id, name: given.name.trim(), email, email_verified: isProven ? 1 : 0, image: null, disabled_at: null },
      language: given.language ?? null,
      ...times,
    },
    account: {
      id: newId(now),
      account_id: id,
      provider_id: 'credential',
      user_id: id,
      password: await passwords.hash(given.password),
      ...times,
    },
  }
}

/** Keeps a prepared user as a member. Throws `USER_EXISTS` for an address that somebody took meanwhile. */
export async function insertMember(
  tx: Kysely<IdentityTables>,
  org: string,
  { user, account }: PreparedUser,
  roles: readonly string[],
): Promise<void> {
  if (!(await insertUser(tx, user, account))) throw userExists(user.email)
  await insertMemberRow(tx, {
    org_id: org,
    user_id: user.id,
    roles: JSON.stringify([...new Set(roles)]),
    created_at: user.created_at,
  })
}

function userExists(email: string): PlatformError {
  return new PlatformError('USER_EXISTS', `There is a user ${email} already.`, { status: 409, about: { email } })
}

function userOf({ created_at: createdAt, disabled_at: disabledAt, language, roles, ...user }: MemberRow): User {
  const known = { ...(disabledAt !== null && { disabledAt }), ...(language !== null && { language }) }
  return { ...user, roles: readList(roles), createdAt, ...known }
}
