import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import type { Accounts } from '../factor/accounts.ts'
import { awaitsFactor, createFactorGate, type FactorGate } from '../factor/gate.ts'
import { createPasskeys, type PasskeySite, type Passkeys } from '../factor/passkeys.ts'
import { requireAccountProof } from '../factor/proof.ts'
import { createSecondFactor, type Person, type SecondFactor } from '../factor/second-factor.ts'
import { isRequired, saveRequired } from '../factor/store/sessions.ts'
import { newId } from '../id.ts'
import { createVettedFetch } from '../security/vetted-fetch.ts'
import type { SsoProvider } from '../sso/provider.ts'
import { createSsoProviders, type SsoProviders } from '../sso/providers.ts'
import { createSso, type Sso } from '../sso/sso.ts'
import { createDirectory } from '../sso/store/people.ts'
import { type Acting, requireCover } from './acting.ts'
import { SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from './better-auth/options.ts'
import type { Cookies } from './cookie.ts'
import { requireFresh } from './fresh.ts'
import type { Way } from './journal.ts'
import { makerOf } from './keys.ts'
import { memberOf, requireAbove, requireGrantable, requireOwn } from './members.ts'
import { provenElsewhere } from './proving.ts'
import type { IdentityTables } from './schema.ts'
import { deriveSecret, newToken } from './secret.ts'
import { findPassword, findUser } from './store/people.ts'
import { deleteSession, endSessions, findSession, insertSession, saveProof } from './store/sessions.ts'
import type { Throttle } from './throttle.ts'
import type { IdentityWorld } from './world.ts'

/** What of a request a new session remembers, and how its browser reached this server. */
export interface Visit {
  readonly host: string | undefined
  readonly userAgent: string | undefined
  /** The session that it had is over once it has another. */
  readonly cookie: string | undefined
  readonly requestId: string
}

/** Second factors, passkeys and single sign-on, over the accounts of the platform. */
export interface Factors {
  readonly gate: FactorGate
  readonly secondFactor: SecondFactor
  readonly passkeys: Passkeys
  readonly sso: Sso
  readonly providers: SsoProviders
  /** How the browser of this request reaches the server: the public URL, or the loopback name it used. */
  originOf(visit: Pick<Visit, 'host'>): string
  siteOf(visit: Pick<Visit, 'host'>): PasskeySite
  /** Begins a session without a password. Answers its id and its cookie. Throws `SIGN_IN_REFUSED` for who may not come in. */
  beginSession(userId: string, visit: Visit, by: Way): Promise<{ readonly sessionId: string; readonly cookie: string }>
  /** Does what may let a session in, such as showing its second factor, and enters in the audit log who is in by it. */
  letIn<T>(person: Person, requestId: string, work: () => Promise<T>): Promise<T>
  /** Gives the password again: what {@link requireFresh} wants then goes through for ten minutes. Throws `PROOF_NEEDED`. */
  prove(person: Person, password: string): Promise<void>
  /** True when the organisation wants a second factor of everybody. */
  isRequired(org: string): Promise<boolean>
  /** Throws `PROOF_STALE`, as the next ones do. */
  setRequired(acting: Acting, required: boolean): Promise<void>
  /** Takes a member's second factor away, for one who has lost it. */
  reset(acting: Acting, who: string): Promise<void>
  /** Throws unless the one who acts may see the providers, or make this change: in the home organisation, with every right it could give. */
  requireProviders(acting: Acting, change?: SsoProvider | 'removal'): Promise<void>
}

interface FactorParts {
  readonly secret: string
  readonly throttle: Throttle
  readonly cookies: Cookies
  /** The oldest membership first. */
  organisations(userId: string): Promise<readonly { readonly id: string }[]>
}

/** Composes them. */
export function createFactors(world: IdentityWorld, parts: FactorParts): Factors {
  const { config, database, clock } = world
  const db = () => database.kysely<IdentityTables>()
  const accounts = accountsOf(world, parts.throttle)
  const secretFor = (purpose: string) => deriveSecret(parts.secret, purpose).toString('base64')
  const made = { database, clock, accounts, secret: secretFor('second factor') }
  const secondFactor = createSecondFactor({ ...made, issuer: config.org.name })
  const providers = createSsoProviders({
    database,
    clock,
    secret: secretFor('single sign-on'),
    org: config.org.id,
    configured: config.ssoProviders,
    allowHosts: config.outgoingAllowHosts,
  })
  const gate = createFactorGate(database, clock)
  const originOf: Factors['originOf'] = ({ host }) => config.publicUrl ?? `http://${host ?? ''}`
  return {
    gate,
    secondFactor,
    passkeys: createPasskeys({ ...made, makes: (id) => world.journal.makes('passkey', id) }),
    providers,
    sso: createSso({
      database,
      clock,
      providers,
      directory: createDirectory(database, {
        org: config.org.id,
        now: () => clock.now(),
        newId: () => newId(clock.now()),
        proven: (tx, userId) => provenElsewhere(tx as unknown as Kysely<IdentityTables>, userId, clock.now()),
      }),
      fetch: createVettedFetch(config.outgoingAllowHosts),
    }),
    originOf,
    siteOf: (visit) => ({ name: config.org.name, origin: originOf(visit) }),
    async beginSession(userId, { userAgent, cookie, requestId }, by) {
      const user = await findUser(db(), { id: userId })
      const [organisation] = await parts.organisations(userId)
      if (user === undefined || user.disabled_at !== null || organisation === undefined)
        throw new PlatformError('SIGN_IN_REFUSED', 'This account does not come in here.', { status: 401 })
      // A passkey is both factors at once.
      const awaited = by !== 'passkey' && (await awaitsFactor(database, { org: organisation.id, userId }))
      const now = clock.now()
      const [sessionId, token] = [newId(now), newToken()]
      const session = {
        id: sessionId,
        user_id: userId,
        token,
        created_at: now,
        updated_at: now,
        expires_at: now + SESSION_IDLE_MS,
        ip_address: null,
        user_agent: userAgent?.slice(0, 500) ?? null,
        org_id: organisation.id,
        impersonated_by: null,
        proven_at: null,
      }
      await database.transaction<void, IdentityTables>(async (tx) => {
        await endSessions(tx, parts.cookies.tokens(cookie))
        await insertSession(tx, session)
        await world.journal.signedIn(tx, user, { org: organisation.id, requestId, by, awaited })
      })
      return { sessionId, cookie: parts.cookies.write(parts.cookies.session, token, SESSION_ABSOLUTE_MS / 1_000) }
    },
    async letIn(person, requestId, work) {
      const wasIn = (await gate(person)) === 'open'
      const value = await work()
      if (!wasIn && (await gate(person)) === 'open') {
        const at = { org: person.org, requestId, by: 'second-factor', awaited: false } as const
        await world.journal.signedIn(undefined, person, at)
      }
      return value
    },
    isRequired: (org) => isRequired(database, org),
    async prove(person, password) {
      await requireAccountProof(made, person, { password })
      await saveProof(db(), person.sessionId, clock.now())
    },
    async setRequired(acting, required) {
      await requireFresh(world, acting)
      await saveRequired(database, acting.org, required, clock.now())
    },
    async reset(acting, who) {
      await requireFresh(world, acting)
      const member = await memberOf(db(), acting.org, who)
      // Whoever has only a session of theirs must not take the factor away that guards the next one.
      if (member.id === (await makerOf(world, acting)))
        throw new PlatformError(
          'FORBIDDEN',
          'Your own is removed with a code of it: POST /api/v1/me/second-factor/disable.',
          {
            status: 403,
            about: { why: 'own-factor' },
          },
        )
      await requireAbove(world, db(), acting, member)
      await requireOwn(world, db(), acting, member)
      await secondFactor.reset(member.id)
    },
    async requireProviders(acting, change) {
      if (acting.org !== config.org.id)
        throw new PlatformError(
          'FORBIDDEN',
          'Identity providers are set up in the organisation that owns this server.',
          {
            status: 403,
            about: { why: 'home' },
          },
        )
      // Whoever it signs in may do what they may do.
      requireCover(acting, new Set(world.book.permissions.keys()), 'An identity provider')
      if (change === undefined) return
      await requireFresh(world, acting)
      if (change === 'removal') return
      const roles = [...change.roles, ...Object.values(change.rolesOfGroups).flat()]
      if (roles.length > 0) await requireGrantable(world, db(), acting, [...new Set(roles)])
    },
  }
}

function accountsOf({ database, passwords, guard }: IdentityWorld, throttle: Throttle): Accounts {
  const db = () => database.kysely<IdentityTables>()
  return {
    async checkPassword(userId, password) {
      const hash = await findPassword(db(), userId)
      if (hash === undefined) return 'none'
      const { waitSeconds } = await throttle.attempt(`proof ${userId}`)
      if (waitSeconds > 0) {
        const message = `Too many attempts: try again in ${waitSeconds} s.`
        throw new PlatformError('SIGN_IN_THROTTLED', message, { status: 429 })
      }
      if (!(await passwords.verify(hash, password))) return 'wrong'
      await throttle.succeeded(`proof ${userId}`)
      return 'right'
    },
    hasPassword: async (userId) => (await findPassword(db(), userId)) !== undefined,
    sessionBeganAt: async (id) => (await findSession(db(), { id }))?.created_at,
    async revokeSession(userId, id) {
      await deleteSession(db(), { id, userId })
      guard.forget()
    },
  }
}
