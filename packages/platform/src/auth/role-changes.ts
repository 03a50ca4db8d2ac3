import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { type Acting, forbidImpersonation, requireCover } from './acting.ts'
import { givesPower, requireFresh } from './fresh.ts'
import { requireKnown } from './keys.ts'
import { changeMembers } from './members.ts'
import { type Role, readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { countRoles, deleteRole, listRoles, takeRole, upsertRole } from './store/organisations.ts'
import type { IdentityWorld } from './world.ts'

/** The roles of an organisation: those of the product, and its own. */
export interface Roles {
  list(org: string): Promise<readonly Role[]>
  /** How many members have each role; one that nobody has is absent. */
  people(org: string): Promise<ReadonlyMap<string, number>>
  /** Makes or changes a role of the organisation's own. Throws `ROLE_FIXED`, `PERMISSION_UNKNOWN`, `FORBIDDEN`, `PROOF_STALE`. */
  save(acting: Acting, name: string, permissions: readonly string[]): Promise<Role>
  /** Throws `ROLE_FIXED` and `ROLE_UNKNOWN`. */
  remove(acting: Acting, name: string): Promise<void>
}

/** The roles over a world. */
export function createRoles(world: IdentityWorld): Roles {
  const { database, clock, book, guard } = world
  const own = async (db: Kysely<IdentityTables>, org: string): Promise<readonly Role[]> =>
    (await listRoles(db, org)).map(({ name, permissions }) => {
      return { name, permissions: readList(permissions), source: 'own' }
    })
  const requireOwn = (name: string) => {
    if (!book.roles.has(name)) return
    throw new PlatformError('ROLE_FIXED', `The role ${name} comes with the product: make one of your own.`, {
      status: 409,
      about: { name },
    })
  }
  return {
    list: async (org) => [...book.roles.values(), ...(await own(database.kysely(), org))],
    async people(org) {
      const held = (await countRoles(database.kysely(), org)).flatMap(({ roles, people }) =>
        readList(roles).map((name) => ({ name, people })),
      )
      return held.reduce((sums, { name, people }) => sums.set(name, (sums.get(name) ?? 0) + people), new Map())
    },
    async save(acting, name, permissions) {
      forbidImpersonation(acting)
      requireOwn(name)
      requireKnown(world, permissions)
      requireCover(acting, new Set(permissions), `The role ${name}`)
      if (givesPower(permissions)) await requireFresh(world, acting)
      await changeMembers(world, acting.org, async (tx) => {
        const before = (await own(tx, acting.org)).find((role) => role.name === name)
        // Whoever may do less must not take from those above either.
        if (before !== undefined) requireCover(acting, new Set(before.permissions), `To change the role ${name}`)
        const row = { org_id: acting.org, name, permissions: JSON.stringify(permissions), updated_at: clock.now() }
        await upsertRole(tx, row)
      })
      guard.forget()
      return { name, permissions, source: 'own' }
    },
    async remove(acting, name) {
      forbidImpersonation(acting)
      requireOwn(name)
      await changeMembers(world, acting.org, async (tx) => {
        const before = (await own(tx, acting.org)).find((role) => role.name === name)
        if (before === undefined)
          throw new PlatformError('ROLE_UNKNOWN', `There is no role ${name}.`, { status: 404, about: { name } })
        requireCover(acting, new Set(before.permissions), `To remove the role ${name}`)
        await deleteRole(tx, acting.org, name)
        // Another role that is given this name one day would be theirs unasked.
        await takeRole(tx, 'platform_member', acting.org, name)
        await takeRole(tx, 'platform_invitation', acting.org, name)
      })
      guard.forget()
    },
  }
}
