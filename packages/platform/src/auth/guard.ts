import type { Clock, Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from './better-auth/options.ts'
import type { Cookies } from './cookie.ts'
import type { Credentials, Identity } from './identity.ts'
import { type Expected, verifyJwt } from './jwt.ts'
import type { SessionPolicy } from './policies.ts'
import type { Principal } from './principal.ts'
import { common, covers, type RoleBook, readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { hashToken } from './secret.ts'
import { findKey, touchKey } from './store/keys.ts'
import { listRoles } from './store/organisations.ts'
import { findMember } from './store/people.ts'
import { findSession, type SessionRow, touchSession } from './store/sessions.ts'

/** What the guard looks at. */
export interface GuardOptions {
  readonly database: Database
  readonly clock: Clock
  readonly cookies: Cookies
  readonly book: RoleBook
  readonly policies: readonly SessionPolicy[]
  /** The organisation that owns the installation. */
  readonly home: string
  readonly tokens: Omit<Expected, 'now'>
}

/** The guard: sessions, API keys and access tokens. */
export interface Guard extends Identity {
  /** Forgets what was looked up: somebody's rights have changed here, and whoever listens is told. */
  forget(): void
  /** The same where nobody's rights have become less, or another process has told of it. */
  forgetQuietly(): void
  /** Calls whenever sessions, keys or rights may have ended here. */
  onForget(listener: () => void): void
  /** What somebody with these roles may do in an organisation; within a transaction when one is given. */
  permitted(org: string, roles: readonly string[], db?: Kysely<IdentityTables>): Promise<ReadonlySet<string>>
}

/** API keys begin with it. */
export const KEY_PREFIX = 'rgk_'
/** How long an operator may look through somebody's eyes. Milliseconds. */
export const IMPERSONATION_MS = 3_600_000

// What is revoked elsewhere is refused here within this time.
const RECENT_MS = 1_000
const MOST_RECENT = 10_000
// One write a minute for each session in use.
const TOUCH_MS = 60_000

/** Checks who asks, with one query for each credential and second. */
export function createGuard(options: GuardOptions): Guard {
  const { clock, cookies } = options
  const recent = new Map<string, { readonly at: number; readonly answer: Promise<Principal> }>()
  const listeners = new Set<() => void>()
  const remember = (presented: string, look: () => Promise<Principal>): Promise<Principal> => {
    const now = clock.now()
    const credential = hashToken(presented)
    const known = recent.get(credential)
    if (known !== undefined && now - known.at < RECENT_MS && now >= known.at) return known.answer
    if (recent.size >= MOST_RECENT) recent.clear()
    const answer = look()
    recent.set(credential, { at: now, answer })
    return answer
  }
  return {
    forget() {
      recent.clear()
      for (const listener of listeners) listener()
    },
    forgetQuietly: () => recent.clear(),
    onForget: (listener) => void listeners.add(listener),
    permitted: (org, roles, db) => permitted(options, org, roles, db),
    async authenticate({ headers }: Credentials) {
      const { authorization, cookie } = headers
      if (authorization !== undefined)
        return remember(`authorization ${authorization}`, () => byAuthorization(options, authorization))
      const token = cookies.read(cookie, cookies.session)
      return token === undefined ? undefined : remember(`cookie ${token}`, () => bySession(options, { token }))
    },
  }
}

async function permitted(
  { database, book, home }: GuardOptions,
  org: string,
  roles: readonly string[],
  db = database.kysely<IdentityTables>(),
): Promise<ReadonlySet<string>> {
  const knowsAll = roles.every((role) => book.roles.has(role))
  const rows = knowsAll ? [] : await listRoles(db, org)
  const own = rows.map(({ name, permissions }) => ({
    name,
    permissions: readList(permissions),
    source: 'own' as const,
  }))
  return book.permitted(roles, own, org === home)
}

async function byAuthorization(options: GuardOptions, authorization: string): Promise<Principal> {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (token.startsWith(KEY_PREFIX)) return byKey(options, { hash: hashToken(token) })
  const claims = await verifyJwt(token, { ...options.tokens, now: options.clock.now() })
  if (claims === undefined) throw refused('This key or token does not hold: send "Authorization: Bearer rgk_…".')
  const { kind, id } = claims.session
  const principal = await (kind === 'key' ? byKey(options, { id }) : bySession(options, { id }))
  return { ...principal, byToken: true }
}

async function bySession(
  options: GuardOptions,
  by: { readonly token: string } | { readonly id: string },
): Promise<Principal> {
  const { database, clock, policies, home } = options
  const db = database.kysely<IdentityTables>()
  const session = await findSession(db, by)
  const now = clock.now()
  const { org_id: org, roles } = session?.closed_at === null ? session : { org_id: null, roles: null }
  if (session === undefined || endOf(session) <= now || session.disabled_at !== null || org === null || roles === null)
    throw refused('This session has ended: sign in again.')
  for (const policy of policies) await policy(session)
  if (now - session.updated_at >= TOUCH_MS && session.impersonated_by === null)
    await touchSession(db, {
      id: session.id,
      now,
      expiresAt: Math.min(now + SESSION_IDLE_MS, session.created_at + SESSION_ABSOLUTE_MS),
    })
  return {
    kind: 'user',
    id: session.user_id,
    name: session.name,
    org,
    ...(org !== home && { guest: true }),
    permissions: await permittedIn(options, org, { roles, lookerId: session.impersonated_by }),
    sessionId: session.id,
    ...(session.impersonated_by !== null && { impersonatedBy: session.impersonated_by }),
  }
}

/** Through the eyes of another nobody may do more than they may themselves, today. Throws `UNAUTHENTICATED` once they may not look. */
async function permittedIn(
  options: GuardOptions,
  org: string,
  { roles, lookerId }: { readonly roles: string; readonly lookerId: string | null },
): Promise<ReadonlySet<string>> {
  const permissions = await permitted(options, org, readList(roles))
  if (lookerId === null) return permissions
  const looker = await findMember(options.database.kysely<IdentityTables>(), org, { id: lookerId })
  const own = await permitted(options, org, readList(looker?.roles ?? null))
  if (looker === undefined || looker.disabled_at !== null || !covers(own, ['users.manage']))
    throw refused('You may not look through these eyes any more: sign in again.')
  return common(own, permissions)
}

/** Whatever its row says, a session has an end. */
function endOf({ created_at, expires_at, impersonated_by }: SessionRow): number {
  return Math.min(expires_at, created_at + (impersonated_by === null ? SESSION_ABSOLUTE_MS : IMPERSONATION_MS))
}

async function byKey(
  options: GuardOptions,
  by: { readonly hash: string } | { readonly id: string },
): Promise<Principal> {
  const { database, clock } = options
  const db = database.kysely<IdentityTables>()
  const key = await findKey(db, by)
  const now = clock.now()
  const isOver = key?.revoked_at !== null || (key.expires_at !== null && key.expires_at <= now)
  if (
    key === undefined ||
    isOver ||
    key.closed_at !== null ||
    key.disabled_at !== null ||
    (key.user_id !== null && key.roles === null)
  )
    throw refused('This API key is unknown, revoked or past its end.')
  const scope = new Set(readList(key.permissions))
  // A key never lets one do more than its maker may today; one made at the command line is the installation's.
  const maker = key.user_id === null ? ['owner'] : readList(key.roles)
  const permissions = common(scope, await permitted(options, key.org_id, maker))
  if (now - (key.last_used_at ?? 0) >= TOUCH_MS) await touchKey(db, key.id, now)
  const org = key.org_id
  return {
    kind: 'key',
    id: key.id,
    name: key.name,
    org,
    ...(key.user_id !== null && { owner: key.user_id }),
    ...(org !== options.home && { guest: true }),
    permissions,
  }
}

function refused(message: string): PlatformError {
  return new PlatformError('UNAUTHENTICATED', message, { status: 401 })
}
