import { createHash, randomBytes } from 'node:crypto'
import type { Clock, Database } from '@regie/engine'
import { z } from 'zod'
import type { VettedFetch } from '../security/vetted-fetch.ts'
import { userOf } from './admit.ts'
import type { Directory } from './directory.ts'
import { createOidc } from './oidc.ts'
import { createOidcDiscovery } from './oidc-discovery.ts'
import type { Profile } from './provider.ts'
import type { SsoProviders } from './providers.ts'
import { ssoRefused } from './refusal.ts'
import { readSamlAnswer, type ServiceProvider, samlMetadata, samlRequestUrl } from './saml.ts'
import {
  answerFlow,
  deleteOldAssertions,
  deleteOldFlows,
  findOpenFlow,
  insertFlow,
  type StoredFlow,
  takeAssertion,
  takeFlow,
} from './store/flows.ts'

/** Where single sign-on is served below `/api/v1/sso`. */
export const SSO_PATH = '/api/v1/sso'

/** What single sign-on is made of. */
export interface SsoOptions {
  readonly database: Database
  readonly clock: Clock
  readonly providers: SsoProviders
  readonly directory: Directory
  readonly fetch: VettedFetch
}

/** What a browser is told when it begins. */
export interface Begun {
  /** Where it goes. */
  readonly location: string
  /** What it must bring back: only the browser that began may end. */
  readonly browser: string
}

/** Somebody who came in. */
export interface Ended {
  readonly userId: string
  /** A path of this server. */
  readonly returnTo: string
}

/** Single sign-on by OpenID Connect and SAML 2.0. */
export interface Sso {
  /** `origin`: how browsers reach this server, such as `https://regie.example.com`. */
  begin(providerId: string, origin: string, returnTo: string): Promise<Begun>
  /** The end of a sign-in by OpenID Connect. Throws `SSO_REFUSED`. */
  endOidc(
    providerId: string,
    origin: string,
    came: { readonly query: Readonly<Record<string, string>>; readonly browser: string | undefined },
  ): Promise<Ended>
  /** An answer that a SAML provider has posted through a browser. Answers where that goes on. Throws `SSO_REFUSED`. */
  receiveSaml(
    providerId: string,
    origin: string,
    posted: { readonly answer: string; readonly state: string },
  ): Promise<string>
  /** The end of a sign-in by SAML, in the browser that began it. Throws `SSO_REFUSED`. */
  endSaml(state: string, browser: string | undefined): Promise<Ended>
  /** The metadata of this server, for a SAML provider. */
  metadata(providerId: string, origin: string): Promise<string>
}

const FLOW_MS = 10 * 60_000

const profileSchema: z.ZodType<Profile> = z.object({
  subject: z.string(),
  email: z.string().exactOptional(),
  emailVerified: z.boolean(),
  name: z.string().exactOptional(),
  groups: z.array(z.string()),
})

/** Makes the single sign-on of a platform. */
export function createSso({ database, clock, providers, directory, fetch }: SsoOptions): Sso {
  const oidc = createOidc(fetch, clock, createOidcDiscovery(fetch, clock))

  /** The sign-in that a browser began and nobody has ended. */
  const take = async (state: string, browser: string | undefined): Promise<StoredFlow> => {
    const flow = await takeFlow(database, hashOf(state))
    const isOwn = flow !== undefined && browser !== undefined && flow.browser_hash === hashOf(browser)
    if (!isOwn || flow.expires_at <= clock.now())
      throw ssoRefused('This sign-in has ended, or began in another browser: begin again.')
    return flow
  }

  return {
    async begin(providerId, origin, returnTo) {
      const { provider } = await providers.get(providerId)
      const [state, browser, verifier, nonce] = [random(), random(), random(), `_${random()}`]
      const now = clock.now()
      const redirectUri = callbackOf(origin, providerId)
      const location =
        provider.kind === 'oidc'
          ? await oidc.authorizationUrl(provider, { state, nonce, verifier, redirectUri })
          : samlRequestUrl(provider, serviceOf(origin, providerId), { state, requestId: nonce, now })
      await deleteOldFlows(database, now)
      await insertFlow(database, {
        state_hash: hashOf(state),
        provider_id: providerId,
        browser_hash: hashOf(browser),
        nonce,
        verifier,
        return_to: localPath(returnTo),
        expires_at: now + FLOW_MS,
        profile: null,
      })
      return { location, browser }
    },
    async endOidc(providerId, origin, { query, browser }) {
      const { code, state, iss, error } = query
      const flow = await take(state ?? '', browser)
      const known = await providers.get(providerId)
      const { provider } = known
      // Another provider's answer, sent here to have its code sent there (RFC 9700, section 4.4).
      const isItsOwn =
        provider.kind === 'oidc' && flow.provider_id === providerId && (iss ?? provider.issuer) === provider.issuer
      if (!isItsOwn) throw ssoRefused('This answer is of another provider: begin again.')
      if (error !== undefined) throw ssoRefused(`${provider.title} did not sign you in (${error.slice(0, 60)}).`)
      if (code === undefined) throw ssoRefused('The answer has no code: begin again.')
      const { nonce, verifier } = flow
      const sent = { state: state ?? '', nonce, verifier, redirectUri: callbackOf(origin, providerId) }
      const profile = await oidc.profileOf(provider, sent, code)
      return { userId: await userOf(directory, known, profile), returnTo: flow.return_to }
    },
    async receiveSaml(providerId, origin, { answer, state }) {
      const { provider } = await providers.get(providerId)
      if (provider.kind !== 'saml') throw ssoRefused('This provider does not speak SAML.')
      const now = clock.now()
      const flow = await findOpenFlow(database, providerId, hashOf(state), now)
      // An answer that nobody asked for could sign somebody in as somebody else.
      if (flow === undefined) throw ssoRefused('This sign-in has ended, or nobody began it: begin again.')
      const expected = { ...serviceOf(origin, providerId), requestId: flow.nonce, now }
      const { profile, id, endsAt } = readSamlAnswer(answer, provider, expected)
      await deleteOldAssertions(database, now)
      const isNew = await takeAssertion(database, { provider_id: providerId, assertion_id: id, expires_at: endsAt })
      if (!isNew || !(await answerFlow(database, flow.state_hash, JSON.stringify(profile))))
        throw ssoRefused('This assertion has been used: begin again.')
      return `${SSO_PATH}/${providerId}/end?state=${encodeURIComponent(state)}`
    },
    async endSaml(state, browser) {
      const flow = await take(state, browser)
      if (flow.profile === null) throw ssoRefused('The provider has not answered yet: begin again.')
      const profile = profileSchema.parse(JSON.parse(flow.profile))
      const known = await providers.get(flow.provider_id)
      return { userId: await userOf(directory, known, profile), returnTo: flow.return_to }
    },
    async metadata(providerId, origin) {
      await providers.get(providerId)
      return samlMetadata(serviceOf(origin, providerId))
    },
  }
}

function serviceOf(origin: string, providerId: string): ServiceProvider {
  const base = `${origin}${SSO_PATH}/${providerId}`
  return { entityId: `${base}/metadata`, answerUrl: `${base}/answer` }
}

function callbackOf(origin: string, providerId: string): string {
  return `${origin}${SSO_PATH}/${providerId}/callback`
}

/** Only a path of this server: `//evil.example` and `/\evil.example` are other servers to a browser. */
function localPath(path: string): string {
  return /^\/(?![/\\])[\x21-\x7e]{0,500}$/.test(path) && !path.includes('\\') ? path : '/'
}

function random(): string {
  return randomBytes(32).toString('base64url')
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
