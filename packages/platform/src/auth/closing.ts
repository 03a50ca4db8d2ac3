import { durationMs, type EngineTransaction } from '@regie/engine'
import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { awaitsFactor } from '../factor/gate.ts'
import { lockFor } from '../store/lock.ts'
import { type Acting, forbidImpersonation } from './acting.ts'
import { endOrganisationWork } from './closing-work.ts'
import { requireFresh } from './fresh.ts'
import { type Organisation, organisationOf, requireHome } from './organisation.ts'
import { organisationTopic } from './organisation-topic.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { deleteSessionsIn, reopenOrganisation, updateOrganisation } from './store/closing.ts'
import { findOrganisation, listOrganisations } from './store/organisations.ts'
import { findMember } from './store/people.ts'
import { moveSession } from './store/sessions.ts'
import type { IdentityWorld } from './world.ts'

type Tx = EngineTransaction<IdentityTables>

/**
 * What becomes of an organisation: by its own people, who are let in with `organisation.manage`, or by those of the home organisation. Of
 * the home organisation itself nothing does: `ORGANISATION_HOME`. Each throws `ORGANISATION_UNKNOWN`, and `FORBIDDEN` for others.
 */
export interface Closing {
  /** Its own, or as somebody of the home organisation any. */
  find(acting: Acting, id: string): Promise<Organisation>
  /** Whoever works in it sees the new name at once. Throws `ORGANISATION_STATE` for a closed one. */
  rename(acting: Acting, id: string, name: string, requestId?: string): Promise<Organisation>
  /**
   * Closes it, to be removed once its time is over: nobody comes in, its keys and sessions end, its schedules pass it over, its runs are
   * cancelled. `typed` is its name, to be sure. Throws `INPUT_INVALID` for another one, `ORGANISATION_STATE` when it is closed,
   * `PROOF_STALE`, and `FORBIDDEN` for API keys and for members who are no owners.
   */
  close(acting: Acting, id: string, typed: string, requestId?: string): Promise<Organisation>
  /** Opens it again; what was cancelled stays so. Throws `ORGANISATION_STATE` for one that is open, or whose rows are being removed, and `PROOF_STALE`. */
  restore(acting: Acting, id: string, requestId?: string): Promise<Organisation>
}

/** It over a world. */
export function createClosing(world: IdentityWorld): Closing {
  const { database, clock, config, guard, journal, services } = world
  const home = config.org.id
  const requireRule = (acting: Acting, id: string) => {
    if (acting.org !== id) requireHome(world, acting)
    forbidImpersonation(acting)
  }
  const change = async (id: string, work: (tx: Tx, found: Organisation) => Promise<Organisation>) => {
    const changed = await services()
      .engine()
      .transaction<Organisation, IdentityTables>(async (tx) => {
        await lockFor(database, tx.db, `members of ${id}`)
        return work(tx, await known(tx.db, id, home))
      })
    guard.forget()
    return changed
  }
  return {
    find(acting, id) {
      requireRule(acting, id)
      return known(database.kysely<IdentityTables>(), id, home)
    },
    async rename(acting, id, name, requestId) {
      requireRule(acting, id)
      if (id === home)
        throw homeStays(
          'The name of the organisation that owns this server is a setting: change REGIE_ORG_NAME and start it anew.',
        )
      return change(id, async (tx, found) => {
        if (found.closedAt !== undefined) throw inState(found, 'is closed: restore it first')
        if (found.name === name) return found
        await updateOrganisation(tx.db, id, { name })
        const what = { before: { name: found.name }, after: { name } }
        await journal.changed(tx.db, acting.actor, { action: 'organisations.rename', id, home, requestId, ...what })
        await services().realtime.publish(organisationTopic, {}, { name }, { org: id }, tx)
        return { ...found, name }
      })
    },
    async close(acting, id, typed, requestId) {
      requireRule(acting, id)
      await requireFresh(world, acting)
      if (id === home)
        throw homeStays(
          'The organisation that owns this server cannot be deleted. To be rid of it, stop the server and remove its database and its data folder.',
        )
      const elsewhere = await otherDoor(world, acting, id)
      return change(id, async (tx, found) => {
        if (acting.org === id) await requireOwner(tx.db, acting)
        if (found.closedAt !== undefined) throw inState(found, 'is closed already')
        if (typed !== found.name) throw otherName()
        const closedAt = clock.now()
        const purgeAt = closedAt + durationMs(config.keep.closedOrganisations, 'keepClosedOrganisations')
        await updateOrganisation(tx.db, id, { closed_at: closedAt, purge_at: purgeAt })
        await elsewhere?.(tx.db, requestId)
        await deleteSessionsIn(tx.db, id)
        const what = { before: { name: found.name }, after: { purgeAt: new Date(purgeAt).toISOString() } }
        await journal.changed(tx.db, acting.actor, { action: 'organisations.close', id, home, requestId, ...what })
        const { language, timeZone } = config.org
        await tx.enqueue(endOrganisationWork, { org: id, closedAt, language, timeZone, tell: true })
        return { ...found, closedAt, purgeAt }
      })
    },
    async restore(acting, id, requestId) {
      requireHome(world, acting)
      await requireFresh(world, acting)
      return change(id, async (tx, { closedAt, purgeAt, ...found }) => {
        if (closedAt === undefined) throw inState(found, 'is not closed')
        if (!(await reopenOrganisation(tx.db, id)))
          throw inState(found, 'is being removed already: only a backup has it still')
        const what = { before: { closedAt: new Date(closedAt).toISOString() }, after: { name: found.name } }
        await journal.changed(tx.db, acting.actor, { action: 'organisations.restore', id, home, requestId, ...what })
        return found
      })
    },
  }
}

async function known(db: Kysely<IdentityTables>, id: string, home: string): Promise<Organisation> {
  const row = await findOrganisation(db, id)
  if (row !== undefined) return organisationOf(row, home)
  throw new PlatformError('ORGANISATION_UNKNOWN', `There is no organisation ${id.slice(0, 100)}.`, { status: 404 })
}

/** Whoever closes the organisation they work in goes on in another of theirs, if there is one. */
async function otherDoor(world: IdentityWorld, { actor, org, sessionId }: Acting, id: string) {
  if (org !== id || sessionId === undefined) return undefined
  const all = await listOrganisations(world.database.kysely<IdentityTables>(), actor.id)
  const next = all.find((one) => one.id !== id)
  if (next === undefined) return undefined
  const awaited = await awaitsFactor(world.database, { org: next.id, userId: actor.id, sessionId })
  return async (tx: Kysely<IdentityTables>, requestId: string | undefined) => {
    await moveSession(tx, sessionId, next.id)
    await world.journal.signedIn(tx, actor, { org: next.id, requestId, by: 'organisation', awaited })
  }
}

async function requireOwner(db: Kysely<IdentityTables>, { actor, org }: Acting): Promise<void> {
  const member = await findMember(db, org, { id: actor.id })
  if (readList(member?.roles ?? null).includes('owner')) return
  throw new PlatformError('FORBIDDEN', 'Only an owner deletes an organisation.', {
    status: 403,
    about: { why: 'not-owner' },
  })
}

function homeStays(message: string): PlatformError {
  return new PlatformError('ORGANISATION_HOME', message, { status: 409 })
}

function inState({ name }: Organisation, is: string): PlatformError {
  return new PlatformError('ORGANISATION_STATE', `${name} ${is}.`, { status: 409, about: { name } })
}

function otherName(): PlatformError {
  const message = 'This is not the name of the organisation: type it as it is shown.'
  return new PlatformError('INPUT_INVALID', message, {
    status: 400,
    issues: [{ path: 'name', code: 'invalid_value', message }],
  })
}
