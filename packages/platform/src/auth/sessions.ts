import { isPlatformError, PlatformError } from '../errors.ts'
import { awaitingFactor, awaitsFactor } from '../factor/gate.ts'
import { newId } from '../id.ts'
import { type Acting, actingAs, forbidImpersonation } from './acting.ts'
import { IMPERSONATION_MS } from './guard.ts'
import { memberOf, requireAbove } from './members.ts'
import type { Principal } from './principal.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { newToken } from './secret.ts'
import { listOrganisations } from './store/organisations.ts'
import {
  deleteSession,
  deleteSessions,
  findSession,
  insertSession,
  type ListedSession,
  listSessions,
  moveSession,
  type SessionQuery,
} from './store/sessions.ts'
import type { IdentityWorld } from './world.ts'

/** A session as it is listed. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly email: string
  readonly createdAt: number
  /** To the minute. */
  readonly lastUsedAt: number
  readonly expiresAt: number
  readonly address?: string
  readonly browser?: string
  readonly impersonatedBy?: string
  /** Only the password was right so far, or the identity provider's word: it is let in nowhere. */
  readonly awaitsFactor?: true
}

/** The live sessions; what is ended here is refused at once, in other processes within a second. */
export interface Sessions {
  /** Of one user, or of those who work in an organisation, or both; the newest first, 200 unless told otherwise. */
  list(of: SessionQuery): Promise<readonly Session[]>
  /** Ends one of one's own. Throws `SESSION_UNKNOWN`. */
  endOwn(userId: string, id: string): Promise<void>
  /** Ends one that works in the organisation. Throws `SESSION_UNKNOWN`, and `FORBIDDEN` for one of somebody who may do more. */
  end(acting: Acting, id: string): Promise<void>
  /** Ends all of a user's, but the one given. Answers how many. */
  endAll(userId: string, except?: string): Promise<number>
  /** Moves a session to another organisation of its user, whose audit log tells of it. Throws `ORGANISATION_UNKNOWN`. */
  move(principal: Principal, org: string, requestId: string): Promise<void>
  /** A session, of an hour, through a member's eyes; answers its token. Throws `FORBIDDEN` for owners and for those who may do more. */
  impersonate(principal: Principal, who: string): Promise<{ readonly token: string; readonly expiresAt: number }>
}

/** The sessions over a world. */
export function createSessions(world: IdentityWorld): Sessions {
  const { database, clock, guard } = world
  const db = () => database.kysely<IdentityTables>()
  const ended = (found: boolean, id: string) => {
    if (!found) throw new PlatformError('SESSION_UNKNOWN', `There is no session ${id}.`, { status: 404 })
    guard.forget()
  }
  return {
    async list(of) {
      const sessions = (await listSessions(db(), { ...of, now: clock.now() })).map(sessionOf)
      const awaiting = await awaitingFactor(database, sessions)
      return sessions.map((session) => (awaiting.has(session.id) ? { ...session, awaitsFactor: true } : session))
    },
    endOwn: async (userId, id) => ended(await deleteSession(db(), { id, userId }), id),
    async end(acting, id) {
      const session = await findSession(db(), { id })
      // Whose it is elsewhere is none of this organisation's business.
      const member = session && (await memberOf(db(), acting.org, session.user_id).catch(nobodyHere))
      if (member !== undefined) await requireAbove(world, db(), acting, member)
      ended(await deleteSession(db(), { id, org: acting.org }), id)
    },
    async endAll(userId, except) {
      const count = await deleteSessions(db(), userId, except)
      guard.forget()
      return count
    },
    async move({ id, name, sessionId = '', org: from }, org, requestId) {
      const all = await listOrganisations(db(), id)
      if (!all.some((one) => one.id === org))
        throw new PlatformError('ORGANISATION_UNKNOWN', `You do not belong to an organisation ${org}.`, { status: 404 })
      const awaited = await awaitsFactor(database, { org, userId: id, sessionId })
      await database.transaction<void, IdentityTables>(async (tx) => {
        await moveSession(tx, sessionId, org)
        const at = { org, requestId, by: 'organisation', awaited } as const
        if (org !== from) await world.journal.signedIn(tx, { id, name }, at)
      })
      guard.forget()
    },
    async impersonate(principal, who) {
      const acting = actingAs(principal)
      forbidImpersonation(acting)
      if (principal.sessionId === undefined)
        throw new PlatformError('FORBIDDEN', 'Only a person who is signed in can look through the eyes of another.', {
          status: 403,
          about: { why: 'person' },
        })
      const member = await memberOf(db(), principal.org, who)
      if (readList(member.roles).includes('owner'))
        throw new PlatformError('FORBIDDEN', 'Nobody looks through the eyes of an owner.', {
          status: 403,
          about: { why: 'owner' },
        })
      await requireAbove(world, db(), acting, member)
      if (member.disabled_at !== null)
        throw new PlatformError('FORBIDDEN', `${member.email} is disabled.`, {
          status: 403,
          about: { why: 'disabled' },
        })
      const now = clock.now()
      const token = newToken()
      const expiresAt = now + IMPERSONATION_MS
      await insertSession(db(), {
        id: newId(now),
        user_id: member.id,
        token,
        created_at: now,
        updated_at: now,
        expires_at: expiresAt,
        ip_address: null,
        user_agent: null,
        org_id: principal.org,
        impersonated_by: principal.id,
        proven_at: null,
      })
      return { token, expiresAt }
    },
  }
}

function sessionOf(row: ListedSession): Session {
  return {
    id: row.id,
    userId: row.user_id,
    email: row.email,
    createdAt: row.created_at,
    lastUsedAt: row.updated_at,
    expiresAt: row.expires_at,
    ...(row.ip_address !== null && row.ip_address !== '' && { address: row.ip_address }),
    ...(row.user_agent !== null && row.user_agent !== '' && { browser: row.user_agent }),
    ...(row.impersonated_by !== null && { impersonatedBy: row.impersonated_by }),
  }
}

/** Not a member is an answer; a database that fails is none, and must not let anybody past the check. */
function nobodyHere(error: unknown): undefined {
  if (!isPlatformError(error, 'USER_UNKNOWN')) throw error
}
