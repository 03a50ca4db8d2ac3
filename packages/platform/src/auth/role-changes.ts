import { PlatformError } from '../errors.ts'
import { type Acting, forbidImpersonation, requireCover } from './acting.ts'
import { requireKnown } from './keys.ts'
import { type Role, readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { deleteRole, listRoles, upsertRole } from './store/organisations.ts'
import type { IdentityWorld } from './world.ts'

/** The roles of an organisation: those of the product, and its own. */
export interface Roles {
  list(org: string): Promise<readonly Role[]>
  /** Makes or changes a role of the organisation's own. Throws `ROLE_FIXED`, `PERMISSION_UNKNOWN`, `FORBIDDEN`. */
  save(acting: Acting, name: string, permissions: readonly string[]): Promise<Role>
  /** Throws `ROLE_FIXED` and `ROLE_UNKNOWN`. */
  remove(acting: Acting, name: string): Promise<void>
}

/** The roles over a world. */
export function createRoles(world: IdentityWorld): Roles {
  const { database, clock, book, guard } = world
  const db = () => database.kysely<IdentityTables>()
  const own = async (org: string): Promise<readonly Role[]> =>
    (await listRoles(db(), org)).map(({ name, permissions }) => {
      return { name, permissions: readList(permissions), source: 'own' }
    })
  const requireOwn = (name: string) => {
    if (!book.roles.has(name)) return
    throw new PlatformError('ROLE_FIXED', `The role ${name} comes with the product: make one of your own.`, {
      status: 409,
    })
  }
  return {
    list: async (org) => [...book.roles.values(), ...(await own(org))],
    async save(acting, name, permissions) {
      forbidImpersonation(acting)
      requireOwn(name)
      requireKnown(world, permissions)
      requireCover(acting, new Set(permissions), `The role ${name}`)
      const before = (await own(acting.org)).find((role) => role.name === name)
      // Whoever may do less must not take from those above either.
      if (before !== undefined) requireCover(acting, new Set(before.permissions), `To change the role ${name}`)
      const row = { org_id: acting.org, name, permissions: JSON.stringify(permissions), updated_at: clock.now() }
      await upsertRole(db(), row)
      guard.forget()
      return { name, permissions, source: 'own' }
    },
    async remove(acting, name) {
      forbidImpersonation(acting)
      requireOwn(name)
      const before = (await own(acting.org)).find((role) => role.name === name)
      if (before === undefined) throw new PlatformError('ROLE_UNKNOWN', `There is no role ${name}.`, { status: 404 })
      requireCover(acting, new Set(before.permissions), `To remove the role ${name}`)
      await deleteRole(db(), acting.org, name)
      guard.forget()
    },
  }
}
