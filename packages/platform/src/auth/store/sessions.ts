import type { Kysely } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** A session with its user and what the user is in the session's organisation. */
export interface SessionRow {
  readonly id: string
  readonly token: string
  readonly user_id: string
  readonly org_id: string | null
  readonly created_at: number
  readonly updated_at: number
  readonly expires_at: number
  readonly impersonated_by: string | null
  readonly name: string
  readonly email: string
  readonly disabled_at: number | null
  /** Null: no member of that organisation. */
  readonly roles: string | null
  /** When that organisation was closed. */
  readonly closed_at: number | null
}

/** The session of a token or of an id. */
export function findSession(
  db: Db,
  by: { readonly token: string } | { readonly id: string },
): Promise<SessionRow | undefined> {
  const [column, value] = 'token' in by ? (['token', by.token] as const) : (['id', by.id] as const)
  return db
    .selectFrom('platform_session as s')
    .innerJoin('platform_user as u', 'u.id', 's.user_id')
    .leftJoin('platform_member as m', (join) =>
      join.onRef('m.org_id', '=', 's.org_id').onRef('m.user_id', '=', 's.user_id'),
    )
    .leftJoin('platform_organisation as o', 'o.id', 's.org_id')
    .select(['s.id', 's.token', 's.user_id', 's.org_id', 's.created_at', 's.updated_at', 's.expires_at'])
    .select(['s.impersonated_by', 'u.name', 'u.email', 'u.disabled_at', 'm.roles', 'o.closed_at'])
    .where(`s.${column}`, '=', value)
    .executeTakeFirst()
}

/** Writes that a session is in use; one that has ended meanwhile stays ended. */
export async function touchSession(
  db: Db,
  { id, now, expiresAt }: { readonly id: string; readonly now: number; readonly expiresAt: number },
): Promise<void> {
  await db
    .updateTable('platform_session')
    .set({ updated_at: now, expires_at: expiresAt })
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .execute()
}

/** When who is in a session last showed it: by signing in, a password or a second factor. Undefined for a session that is not there. */
export async function findProof(db: Db, id: string): Promise<number | undefined> {
  const row = await db
    .$extendTables<{ platform_factor_session: { session_id: string; shown_at: number } }>()
    .selectFrom('platform_session as s')
    .leftJoin('platform_factor_session as f', 'f.session_id', 's.id')
    .select(['s.created_at', 's.proven_at', 'f.shown_at'])
    .where('s.id', '=', id)
    .executeTakeFirst()
  return row && Math.max(row.created_at, row.proven_at ?? 0, row.shown_at ?? 0)
}

/** Writes that the password was given again in a session. */
export async function saveProof(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('platform_session').set({ proven_at: now }).where('id', '=', id).execute()
}

/** Moves a session to another organisation. */
export async function moveSession(db: Db, id: string, org: string): Promise<void> {
  await db.updateTable('platform_session').set({ org_id: org }).where('id', '=', id).execute()
}

/** Keeps a new session. */
export async function insertSession(db: Db, row: IdentityTables['platform_session']): Promise<void> {
  await db.insertInto('platform_session').values(row).execute()
}

/** One session as it is listed. */
export interface ListedSession {
  readonly id: string
  readonly user_id: string
  readonly email: string
  readonly created_at: number
  readonly updated_at: number
  readonly expires_at: number
  readonly ip_address: string | null
  readonly user_agent: string | null
  readonly impersonated_by: string | null
}

/** Which live sessions, and from where on. */
export interface SessionQuery {
  readonly userId?: string
  /** Those that work in this organisation; what its members do in others is none of its business. */
  readonly org?: string
  /** Older than this one. */
  readonly after?: string
  /** Default 200. */
  readonly limit?: number
}

/** Live sessions, of one user or of those who work in an organisation; the newest first. */
export function listSessions(
  db: Db,
  { org, userId, after, limit = 200, now }: SessionQuery & { readonly now: number },
): Promise<readonly ListedSession[]> {
  return db
    .selectFrom('platform_session as s')
    .innerJoin('platform_user as u', 'u.id', 's.user_id')
    .select(['s.id', 's.user_id', 'u.email', 's.created_at', 's.updated_at', 's.expires_at'])
    .select(['s.ip_address', 's.user_agent', 's.impersonated_by'])
    .where('s.expires_at', '>', now)
    .$if(userId !== undefined, (query) => query.where('s.user_id', '=', userId ?? ''))
    .$if(org !== undefined, (query) => query.where('s.org_id', '=', org ?? ''))
    .$if(after !== undefined, (query) => query.where('s.id', '<', after ?? ''))
    .orderBy('s.id', 'desc')
    .limit(limit)
    .execute()
}

/** Ends one session, of one user or of those who work in an organisation; answers whether there was one. */
export async function deleteSession(
  db: Db,
  { id, org, userId }: { readonly id: string; readonly org?: string; readonly userId?: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_session')
    .where('id', '=', id)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .$if(org !== undefined, (query) => query.where('org_id', '=', org ?? ''))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Ends every session of a user, also those through the eyes of others, but one when given; answers how many. */
export async function deleteSessions(db: Db, userId: string, except = ''): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_session')
    .where((eb) => eb.or([eb('user_id', '=', userId), eb('impersonated_by', '=', userId)]))
    .where('id', '<>', except)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Uses a link up that was sent; false when somebody else was faster. */
export async function takeLink(db: Db, identifier: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_verification')
    .where('identifier', '=', identifier)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Removes sessions, links and invitations that have ended, and attempts long past; answers how many sessions. */
export async function deleteEnded(db: Db, now: number): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('platform_session').where('expires_at', '<=', now).executeTakeFirst()
  await db.deleteFrom('platform_verification').where('expires_at', '<=', now).execute()
  await db.deleteFrom('platform_invitation').where('expires_at', '<=', now).execute()
  await db
    .deleteFrom('platform_sign_in_attempt')
    .where('since', '<=', now - 86_400_000)
    .execute()
  return Number(numDeletedRows)
}

/** Ends the sessions of these tokens. */
export async function endSessions(db: Db, tokens: readonly string[]): Promise<void> {
  if (tokens.length === 0) return
  await db.deleteFrom('platform_session').where('token', 'in', tokens).execute()
}

/** Ends every session in which a user looks through the eyes of others. */
export async function deleteImpersonations(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('platform_session').where('impersonated_by', '=', userId).execute()
}
