import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import type { Acting } from './acting.ts'
import { type Closing, createClosing } from './closing.ts'
import { requireFresh } from './fresh.ts'
import type { Invitations } from './invitations.ts'
import { type Organisation, organisationOf, requireHome } from './organisation.ts'
import type { IdentityTables } from './schema.ts'
import { insertMemberRow, insertOrganisation, listEvery, listIds } from './store/organisations.ts'
import { mailAddress } from './users.ts'
import type { IdentityWorld } from './world.ts'

/** The organisations that share an installation, each seeing nothing of the others. */
export interface Organisations extends Closing {
  /** By id, closed ones too; `next` is the id to go on after. Throws `FORBIDDEN` outside the home organisation. */
  list(
    acting: Acting,
    page?: { readonly after?: string | undefined; readonly limit?: number },
  ): Promise<{ readonly organisations: readonly Organisation[]; readonly next?: string }>
  /** The ids of all that are not closed, the home organisation among them: what the platform does by night, it does for each. */
  ids(): Promise<readonly string[]>
  /**
   * Makes one. The owner named is invited, and the link answered; without one, the user who makes it owns it. Throws `FORBIDDEN` outside
   * the home organisation and for API keys, `PROOF_STALE`, and `INPUT_INVALID` for an operator that names no owner.
   */
  create(
    acting: Acting,
    given: { readonly name: string; readonly owner?: string | undefined },
  ): Promise<Organisation & { readonly link?: string }>
}

/** The organisations over a world. */
export function createOrganisations(world: IdentityWorld, invitations: Invitations): Organisations {
  const { database, clock, config, guard, journal } = world
  return {
    ...createClosing(world),
    async list(acting, { after, limit = 50 } = {}) {
      requireHome(world, acting)
      const rows = await listEvery(database.kysely<IdentityTables>(), { after, limit: limit + 1 })
      const organisations = rows.slice(0, limit).map((row) => organisationOf(row, config.org.id))
      const next = rows.length > limit ? organisations.at(-1)?.id : undefined
      return { organisations, ...(next !== undefined && { next }) }
    },
    async ids() {
      const rows = await listIds(database.kysely<IdentityTables>())
      return [...new Set([config.org.id, ...rows.map(({ id }) => id)])]
    },
    async create(acting, { name, owner }) {
      requireHome(world, acting)
      await requireFresh(world, acting)
      const { actor } = acting
      if (owner === undefined && actor.kind !== 'user') throw ownerMissing()
      const email = owner === undefined ? undefined : mailAddress(owner)
      const now = clock.now()
      const id = newId(now)
      const roles = JSON.stringify(['owner'])
      journal.makes('organisation', id)
      await database.transaction<void, IdentityTables>(async (tx) => {
        await insertOrganisation(tx, { id, name, created_at: now })
        if (email === undefined) await insertMemberRow(tx, { org_id: id, user_id: actor.id, roles, created_at: now })
        await journal.founded(tx, actor, id)
      })
      guard.forget()
      const made = { id, name, createdAt: now }
      if (email === undefined) return made
      // Whoever founds an organisation decides who owns it, once.
      const founder = { actor, org: id, permissions: new Set(['*']), isProven: true } as const
      const { link } = await invitations.invite(founder, { email, roles: ['owner'] })
      return { ...made, link }
    },
  }
}

function ownerMissing(): PlatformError {
  const message = 'Name the e-mail address of who will own it: it is made by a program.'
  const issues = [{ path: 'owner', code: 'invalid_type', message, wants: { absent: true as const } }]
  return new PlatformError('INPUT_INVALID', message, { status: 400, issues })
}
