import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { type Acting, requireCover } from './acting.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { listMemberRoles, listRoles } from './store/organisations.ts'
import { findMember, type MemberRow } from './store/people.ts'
import type { IdentityWorld } from './world.ts'

type Db = Kysely<IdentityTables>

/** One member of the acting one's organisation. Throws `USER_UNKNOWN`, also for members of other organisations. */
export async function memberOf(db: Db, org: string, who: string): Promise<MemberRow> {
  const member = await findMember(db, org, who.includes('@') ? { email: who.toLowerCase() } : { id: who })
  if (member !== undefined) return member
  throw new PlatformError('USER_UNKNOWN', `There is no user ${who.slice(0, 200)} in this organisation.`, {
    status: 404,
  })
}

/** Throws `ROLE_UNKNOWN` for a role that is not, and `FORBIDDEN` for roles with more than the acting one may do. */
export async function requireGrantable(
  { database, book, guard }: IdentityWorld,
  acting: Acting,
  roles: readonly string[],
): Promise<void> {
  const own = await listRoles(database.kysely<IdentityTables>(), acting.org)
  const unknown = roles.find((role) => !book.roles.has(role) && !own.some(({ name }) => name === role))
  if (unknown !== undefined) {
    const known = [...book.roles.keys(), ...own.map(({ name }) => name)].join(', ')
    throw new PlatformError('ROLE_UNKNOWN', `There is no role ${unknown.slice(0, 100)}; there are ${known}.`, {
      status: 400,
    })
  }
  requireCover(acting, await guard.permitted(acting.org, roles), `The role ${roles.join(', ')}`)
}

/** Throws `FORBIDDEN` when the member may do more than the acting one: nobody rules those above. */
export async function requireAbove(world: IdentityWorld, acting: Acting, member: MemberRow): Promise<void> {
  const rights = await world.guard.permitted(acting.org, readList(member.roles))
  requireCover(acting, rights, `To change ${member.email}`)
}

/** Throws `OWNER_LAST` when nobody would be left who may do everything. */
export async function requireOtherOwner(db: Db, org: string, member: MemberRow): Promise<void> {
  if (!readList(member.roles).includes('owner')) return
  const owners = await listMemberRoles(db, org)
  if (owners.some(({ user_id: id }) => id !== member.id)) return
  throw new PlatformError('OWNER_LAST', `${member.email} is the last owner: make somebody else an owner first.`, {
    status: 409,
  })
}
