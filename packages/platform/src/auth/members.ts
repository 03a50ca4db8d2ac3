import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { lockFor } from '../store/lock.ts'
import { type Acting, requireCover } from './acting.ts'
import { givesPower, requireFresh } from './fresh.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { listMemberRoles, listMemberships, listRoles } from './store/organisations.ts'
import { findMember, type MemberRow } from './store/people.ts'
import type { IdentityWorld } from './world.ts'

type Db = Kysely<IdentityTables>

/**
 * Changes who is in an organisation or what they may do, one change after the other: what one is decided upon stays true until it is made,
 * so that of two owners who make each other less, one is left.
 */
export function changeMembers<T>(
  { database }: Pick<IdentityWorld, 'database'>,
  org: string,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  return database.transaction<T, IdentityTables>(async (tx) => {
    await lockFor(database, tx, `members of ${org}`)
    return work(tx)
  })
}

/** One member of the acting one's organisation. Throws `USER_UNKNOWN`, also for members of other organisations. */
export async function memberOf(db: Db, org: string, who: string): Promise<MemberRow> {
  const member = await findMember(db, org, who.includes('@') ? { email: who.toLowerCase() } : { id: who })
  if (member !== undefined) return member
  throw new PlatformError('USER_UNKNOWN', `There is no user ${who.slice(0, 200)} in this organisation.`, {
    status: 404,
  })
}

/** Throws `ROLE_UNKNOWN` for a role that is not, `FORBIDDEN` for roles with more than the acting one may do, and `PROOF_STALE`. */
export async function requireGrantable(
  world: IdentityWorld,
  db: Db,
  acting: Acting,
  roles: readonly string[],
): Promise<void> {
  const { book, guard } = world
  const own = await listRoles(db, acting.org)
  const unknown = roles.find((role) => !book.roles.has(role) && !own.some(({ name }) => name === role))
  if (unknown !== undefined) {
    const known = [...book.roles.keys(), ...own.map(({ name }) => name)].join(', ')
    throw new PlatformError('ROLE_UNKNOWN', `There is no role ${unknown.slice(0, 100)}; there are ${known}.`, {
      status: 400,
      about: { name: unknown.slice(0, 100) },
    })
  }
  const given = await guard.permitted(acting.org, roles, db)
  requireCover(acting, given, `The role ${roles.join(', ')}`)
  if (givesPower(given)) await requireFresh(world, acting, db)
}

/** Throws `FORBIDDEN` when the member may do more than the acting one: nobody rules those above. */
export async function requireAbove({ guard }: IdentityWorld, db: Db, acting: Acting, member: MemberRow): Promise<void> {
  const rights = await guard.permitted(acting.org, readList(member.roles), db)
  requireCover(acting, rights, `To change ${member.email}`)
}

/** Somebody who also belongs elsewhere can only be shut out, or lose a factor, by the organisation that owns the installation. Throws `FORBIDDEN`. */
export async function requireOwn(
  { config }: IdentityWorld,
  db: Db,
  acting: Acting,
  { id, email }: MemberRow,
): Promise<void> {
  if (acting.org === config.org.id) return
  if ((await listMemberships(db, id)).every(({ org_id }) => org_id === acting.org)) return
  throw new PlatformError(
    'FORBIDDEN',
    `${email} belongs to other organisations too: remove them from this one instead.`,
    { status: 403, about: { why: 'elsewhere' } },
  )
}

/** Throws `OWNER_LAST` when nobody would be left who may do everything. */
export async function requireOtherOwner(db: Db, org: string, member: MemberRow): Promise<void> {
  if (!readList(member.roles).includes('owner')) return
  const owners = await listMemberRoles(db, org)
  if (owners.some(({ user_id: id }) => id !== member.id)) return
  throw new PlatformError('OWNER_LAST', `${member.email} is the last owner: make somebody else an owner first.`, {
    status: 409,
    about: { email: member.email },
  })
}
