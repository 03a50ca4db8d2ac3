import type { Clock, Database } from '@regie/engine'
import type { AuditLog } from '../audit/log.ts'
import type { Config } from '../config/config.ts'
import { isPlatformError, PlatformError } from '../errors.ts'
import { awaitsFactor, behindGate } from '../factor/gate.ts'
import { deleteOldChallenges } from '../factor/store/passkeys.ts'
import { deleteShownBefore, findShown, saveShown } from '../factor/store/sessions.ts'
import type { FactorTables } from '../factor/store/tables.ts'
import { newId } from '../id.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { MailDelivery, Mailer } from '../mail/mailer.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Meter } from '../observe/metrics.ts'
import { deleteOldAssertions, deleteOldFlows } from '../sso/store/flows.ts'
import type { Auth } from './better-auth/create.ts'
import { type AuthOptions, SESSION_ABSOLUTE_MS } from './better-auth/options.ts'
import { askBreached } from './breached.ts'
import { type Cookies, createCookies } from './cookie.ts'
import { createDoor } from './door.ts'
import { createFactors, type Factors } from './factors.ts'
import { createGuard } from './guard.ts'
import type { Identity } from './identity.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createJournal } from './journal.ts'
import { type Claims, signJwt } from './jwt.ts'
import { type ApiKeys, createKeys } from './keys.ts'
import { passwordMail, spokenTo, weakNotice } from './mails.ts'
import { createOrganisations, type Organisations } from './organisations.ts'
import { createOwnAddress } from './own-address.ts'
import { createPasswords } from './password.ts'
import { sessionPolicies } from './policies.ts'
import type { Principal } from './principal.ts'
import { setPasswordByLink } from './proving.ts'
import { createRoles, type Roles } from './role-changes.ts'
import { createRoleBook, type RoleBook, type RoleSource, readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { deriveSecret, newToken, readSecret } from './secret.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import { findOrganisation, listOrganisations, upsertOrganisation } from './store/organisations.ts'
import { findUser } from './store/people.ts'
import { deleteEnded, deleteImpersonations, endSessions, findSession, moveSession } from './store/sessions.ts'
import { hasToured, markToured, type TourTables } from './store/tours.ts'
import { createThrottle, type Throttle } from './throttle.ts'
import { createTellOwner, type TellOwner } from './told.ts'
import { createUsers, type Users } from './users.ts'
import type { IdentityWorld } from './world.ts'

/** Everything about who may come in and do what. */
export interface PlatformIdentity extends Identity {
  readonly users: Users
  readonly invitations: Invitations
  readonly roles: Roles
  readonly keys: ApiKeys
  readonly sessions: Sessions
  /** Those of the installation. */
  readonly installation: Organisations
  readonly book: RoleBook
  readonly cookies: Cookies
  /** Second factors, passkeys and single sign-on. */
  readonly factors: Factors
  /** Answers the addresses of better-auth; loads it at the first request. */
  handle(request: Request, requestId?: string): Promise<Response>
  /** An access token of five minutes for who is signed in by session or key. */
  /** `audience`: who shall accept it; Regie itself by default. Throws `FORBIDDEN` to who came with such a token. */
  token(principal: Principal, audience?: string): Promise<{ readonly token: string; readonly expiresInSeconds: number }>
  jwks: SigningKeys['jwks']
  /** Where the links go that are mailed. */
  readonly delivery: MailDelivery
  /** A link with which a member sets another password, also sent by e-mail. */
  passwordLink(user: { readonly id: string; readonly email: string }): Promise<string>
  organisations(
    userId: string,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[]>
  /** What an organisation is called; undefined for one that is not there. */
  orgName(org: string): Promise<string | undefined>
  readonly tell: TellOwner
  /** The console's tour, which each person is led through once. */
  readonly tour: {
    seen(userId: string): Promise<boolean>
    mark(userId: string): Promise<void>
  }
  /** Whether anybody may come in yet: there is none before the first administrator. */
  hasOwner(): Promise<boolean>
  /** Makes the configured organisation when it is missing. Called after the migrations. */
  prepareOrganisation(): Promise<void>
  /** The link for the first administrator, while there is none. `address`: where this process listens. */
  prepare(address: string): Promise<string | undefined>
  /** Removes sessions, links, invitations and begun sign-ins that have ended; answers how many sessions. */
  sweep(): Promise<number>
  /** Forgets what was looked up a moment ago. */
  forget(): void
  forgetQuietly(): void
  /** Calls whenever sessions, keys or rights may have ended in this process. */
  onForget(listener: () => void): void
}

/** What identity is composed over. */
export interface PlatformIdentityOptions {
  readonly config: IdentityWorld['config'] & Pick<Config, 'program' | 'breachedPasswordsUrl'>
  readonly apps: readonly RoleSource[]
  readonly database: Database
  readonly clock: Clock
  readonly log: PlatformLog
  readonly mail: Mailer
  readonly audit: Pick<AuditLog, 'about' | 'record' | 'accompany'>
  readonly meter: Meter
  /** Where people are told that their password has become a bad one. */
  readonly inbox: () => Pick<Inbox, 'list' | 'notify'>
  readonly services: IdentityWorld['services']
}

const TOKEN_S = 300
const AUDIENCE = 'regie'

/** Composes identity; better-auth itself is not loaded before somebody signs in. */
export async function createPlatformIdentity(options: PlatformIdentityOptions): Promise<PlatformIdentity> {
  const { config, apps, database, clock, log, mail, audit } = options
  const secret = await readSecret(config.dataDir, config.secret)
  const cookieSecret = deriveSecret(secret, 'cookie').toString('base64')
  const cookies = createCookies({ secret: cookieSecret, secure: config.publicUrl?.startsWith('https:') === true })
  const book = createRoleBook(apps)
  const signing = createSigningKeys(database, clock, secret)
  const issuer = config.publicUrl ?? 'regie'
  const tokens = { issuer, audience: AUDIENCE, publicKey: signing.publicKey }
  const guard = createGuard({ database, clock, cookies, book, policies: sessionPolicies, home: config.org.id, tokens })
  const address = createOwnAddress(config)
  const { hostname = '' } = config.publicUrl === undefined ? {} : new URL(config.publicUrl)
  const { breachedPasswordsUrl: url, outgoingAllowHosts: allowHosts } = config
  const passwords = createPasswords({
    words: [config.org.name, ...config.org.name.split(' '), ...hostname.split('.')],
    ...(url !== undefined && { isBreached: askBreached({ url, allowHosts, log, meter: options.meter }) }),
  })
  const journal = createJournal(audit)
  const { services } = options
  const made = { config, database, clock, log, mail, book, passwords, guard, journal, services }
  const world: IdentityWorld = { ...made, address: address.get }
  const throttle = createThrottle(database, clock)
  const db = () => database.kysely<IdentityTables>()
  const organisations: PlatformIdentity['organisations'] = async (userId) =>
    (await listOrganisations(db(), userId)).map(({ id, name, roles }) => ({ id, name, roles: readList(roles) }))
  const orgOf = async (userId: string) => (await organisations(userId))[0]?.id ?? config.org.id
  const warnWeak = async (user: string): Promise<void> => {
    const [org] = await organisations(user)
    if (org === undefined) return
    const owner = { org: org.id, user }
    const notice = weakNotice(spokenTo(config.org, await findUser(db(), { id: user })))
    const { rows } = await options.inbox().list(owner, { unread: true, limit: 50 })
    // Once, until it was read.
    if (!rows.some(({ title }) => title === notice.title)) await options.inbox().notify(owner, notice)
  }
  const auth = lazyAuth(world, { cookieSecret, throttle, cookies, organisations, warnWeak })
  const invitations = createInvitations(world, throttle)
  const tell = createTellOwner(world, options.inbox)
  const factors = createFactors(world, { secret, throttle, cookies, organisations })
  return {
    authenticate: behindGate(guard.authenticate, factors.gate),
    factors,
    forget: guard.forget,
    forgetQuietly: guard.forgetQuietly,
    onForget: guard.onForget,
    users: createUsers(world),
    invitations,
    installation: createOrganisations(world, invitations),
    roles: createRoles(world),
    keys: createKeys(world),
    sessions: createSessions(world),
    book,
    cookies,
    handle: createDoor({
      auth,
      guard,
      journal,
      cookies,
      endSessions: (tokens) => endSessions(db(), tokens),
      endLooking: (userId) => deleteImpersonations(db(), userId),
      tell,
      async setByLink(given, at) {
        const { email, passkeys } = await setPasswordByLink(world, given, { ...at, org: await orgOf(given.userId) })
        await throttle.succeeded(`account ${email}`)
        return passkeys
      },
      findUser: (id) => findUser(db(), { id }),
      awaitsFactor: (who) => awaitsFactor(database, who),
      orgOf,
      // It was let in already, and works in the organisation in which it worked.
      async successor({ id: userId, sessionId, org }) {
        const shown = await findShown(database, sessionId)
        return async (token) => {
          const session = await findSession(db(), { token })
          if (session?.user_id !== userId) return
          await moveSession(db(), session.id, org)
          if (shown !== undefined)
            await saveShown(database.kysely<FactorTables>(), {
              ...shown,
              sessionId: session.id,
              userId,
              now: shown.shownAt,
            })
        }
      },
    }),
    async token(principal, audience = AUDIENCE) {
      if (principal.byToken)
        throw new PlatformError(
          'FORBIDDEN',
          'A token makes no other: ask with the session or the key it was made with.',
          {
            status: 403,
          },
        )
      const now = Math.floor(clock.now() / 1_000)
      const content: Claims = {
        iss: issuer,
        aud: audience,
        sub: principal.id,
        org: principal.org,
        session: { kind: principal.kind, id: principal.kind === 'key' ? principal.id : (principal.sessionId ?? '') },
        iat: now,
        exp: now + TOKEN_S,
      }
      return { token: signJwt(content, await signing.current()), expiresInSeconds: TOKEN_S }
    },
    jwks: signing.jwks,
    delivery: mail.delivery,
    passwordLink: async ({ id, email }) => {
      const { internalAdapter } = await (await auth()).$context
      const token = newToken()
      const expiresAt = new Date(Date.now() + 3_600_000)
      await internalAdapter.createVerificationValue({ value: id, identifier: `reset-password:${token}`, expiresAt })
      const link = `${await address.get()}/set-password#${token}`
      const org = spokenTo(config.org, await findUser(db(), { id }))
      await mail.send(passwordMail({ key: token, to: email, org, link }))
      return link
    },
    organisations,
    tell,
    tour: {
      seen: (userId) => hasToured(database.kysely<TourTables>(), userId),
      mark: (userId) => markToured(database.kysely<TourTables>(), userId, clock.now()),
    },
    hasOwner: invitations.hasOwner,
    orgName: async (org) => (await findOrganisation(db(), org))?.name,
    prepareOrganisation: () =>
      upsertOrganisation(db(), { id: config.org.id, name: config.org.name, created_at: clock.now() }),
    async prepare(listening) {
      await address.listensAt(listening)
      return invitations.setupLink()
    },
    async sweep() {
      const now = clock.now()
      await deleteShownBefore(database, now - SESSION_ABSOLUTE_MS)
      await deleteOldChallenges(database, now)
      await deleteOldFlows(database, now)
      await deleteOldAssertions(database, now)
      return database.transaction<number, IdentityTables>((tx) => deleteEnded(tx, now))
    },
  }
}

interface LazyParts {
  readonly cookieSecret: string
  readonly throttle: Throttle
  readonly cookies: Cookies
  readonly organisations: PlatformIdentity['organisations']
  /** Tells somebody that what they signed in with is a bad password. */
  warnWeak(userId: string): Promise<void>
}

function lazyAuth(
  world: IdentityWorld,
  { cookieSecret, throttle, cookies, organisations, warnWeak }: LazyParts,
): () => Promise<Auth> {
  const { config, database, clock, log, mail, passwords, journal } = world
  let auth: Promise<Auth> | undefined
  const options: AuthOptions = {
    database,
    clock,
    log,
    passwords,
    throttle,
    cookies,
    newId: () => newId(clock.now()),
    secret: cookieSecret,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    async sendPasswordLink({ id, email }, token) {
      const send = async () => {
        const org = spokenTo(config.org, await findUser(database.kysely<IdentityTables>(), { id }))
        await mail.send(
          passwordMail({ key: token, to: email, org, link: `${await world.address()}/set-password#${token}` }),
        )
      }
      // Not waited for: how long the answer takes must not tell whether there is such an account.
      void send().catch((err: unknown) => log.error({ err }, 'the link for a new password could not be sent'))
    },
    organisationOf: async (userId) => (await organisations(userId))[0]?.id,
    async guessed({ account, ...guess }) {
      const user = await findUser(database.kysely<IdentityTables>(), { email: account })
      const home = config.org.id
      if (user !== undefined)
        return journal.guessed({ ...guess, user }, { org: (await organisations(user.id))[0]?.id ?? home })
      // Whoever tries a thousand addresses that are none gets one entry for all of them.
      const { nth } = await throttle.attempt('addresses that are none')
      if (nth === 1) await journal.guessed({ ...guess, nth, isLocked: false, user }, { org: home })
    },
    signedIn({ userId, password }) {
      passwords
        .check(password)
        .catch((error: unknown) => {
          if (!isPlatformError(error, 'PASSWORD_WEAK')) throw error
          return warnWeak(userId)
        })
        .catch((err: unknown) => log.error({ err, part: 'auth' }, 'nobody was told that their password is weak'))
    },
  }
  const load = async () => (await import('./better-auth/create.ts')).createAuth(options)
  return () => (auth ??= load())
}
