import { createHash } from 'node:crypto'
import type { Clock } from '@regie/engine'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { VettedFetch } from '../security/vetted-fetch.ts'
import type { OidcDiscovery } from './oidc-discovery.ts'
import type { OidcProvider, Profile } from './provider.ts'
import { ssoRefused } from './refusal.ts'

/** What one sign-in keeps from its beginning to its end. */
export interface OidcFlow {
  readonly state: string
  readonly nonce: string
  /** Of PKCE. */
  readonly verifier: string
  readonly redirectUri: string
}

/** OpenID Connect: authorisation code with PKCE, state and nonce. */
export interface Oidc {
  /** Where the browser goes. */
  authorizationUrl(provider: OidcProvider, flow: OidcFlow): Promise<string>
  /** Who came back with this code. Throws `SSO_REFUSED`. */
  profileOf(provider: OidcProvider, flow: OidcFlow, code: string): Promise<Profile>
}

// No `none`, and no MAC: with one, whoever knows the client's secret (or its public key) could write tokens.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const LEEWAY_S = 60

const tokens = z.object({ id_token: z.string(), access_token: z.string().optional() })

const claims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(254).optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(false),
  name: z.string().max(200).optional().catch(undefined),
  preferred_username: z.string().max(200).optional().catch(undefined),
})

/** Speaks to providers through the vetted fetch. */
export function createOidc(fetch: VettedFetch, clock: Clock, discovery: OidcDiscovery): Oidc {
  const exchange = async (provider: OidcProvider, flow: OidcFlow, code: string) => {
    const { token_endpoint, token_endpoint_auth_methods_supported: methods } = await discovery.metadata(provider)
    const { clientId, clientSecret } = provider
    const isBasic = clientSecret !== undefined && methods.includes('client_secret_basic')
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: flow.redirectUri,
      code_verifier: flow.verifier,
      ...(!isBasic && { client_id: clientId }),
      ...(!isBasic && clientSecret !== undefined && { client_secret: clientSecret }),
    })
    const basic = `${formEncoded(clientId)}:${formEncoded(clientSecret ?? '')}`
    const answer = await fetch(token_endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(isBasic && { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
      },
      body: form.toString(),
    })
    const parsed = tokens.safeParse(answer.status === 200 ? parse(answer.body) : undefined)
    if (!parsed.success) throw ssoRefused(`${provider.title} did not accept the code: begin again.`)
    return parsed.data
  }

  const verify = async (provider: OidcProvider, idToken: string, fresh: boolean): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(idToken, await discovery.keys(provider, fresh), {
      issuer: provider.issuer,
      audience: provider.clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'iat', 'exp'],
      maxTokenAge: '10m',
      clockTolerance: LEEWAY_S,
      currentDate: new Date(clock.now()),
    })
    return payload
  }

  const verified = async (provider: OidcProvider, idToken: string): Promise<JWTPayload> => {
    try {
      return await verify(provider, idToken, false).catch((error: unknown) => {
        // The provider may have changed its keys.
        if (error instanceof errors.JWKSNoMatchingKey) return verify(provider, idToken, true)
        throw error
      })
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError)) throw cause
      throw ssoRefused(`The identity token of ${provider.title} does not hold: begin again.`, cause)
    }
  }

  /** What the userinfo endpoint adds; of somebody else it is not believed. */
  const more = async (provider: OidcProvider, accessToken: string, subject: unknown): Promise<object> => {
    const { userinfo_endpoint } = await discovery.metadata(provider)
    if (userinfo_endpoint === undefined) return {}
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
    const { status, body } = await fetch(userinfo_endpoint, { headers })
    const found = status === 200 ? parse(body) : undefined
    const isSame = typeof found === 'object' && found !== null && 'sub' in found && found.sub === subject
    if (!isSame) throw ssoRefused(`${provider.title} described somebody else than it signed in.`)
    return found
  }

  return {
    async authorizationUrl(provider, { state, nonce, verifier, redirectUri }) {
      const { authorization_endpoint } = await discovery.metadata(provider)
      const url = new URL(authorization_endpoint)
      const query = {
        response_type: 'code',
        client_id: provider.clientId,
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...provider.scopes])].join(' '),
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url.href
    },
    async profileOf(provider, flow, code) {
      const { id_token, access_token } = await exchange(provider, flow, code)
      const payload = await verified(provider, id_token)
      if (payload.nonce !== flow.nonce) throw ssoRefused('The identity token answers another sign-in: begin again.')
      if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp !== provider.clientId)
        throw ssoRefused('The identity token was made for another program.')
      const needsMore = payload.email === undefined || payload[provider.groupsClaim] === undefined
      const extra = needsMore && access_token !== undefined ? await more(provider, access_token, payload.sub) : {}
      return profileFrom(provider, { ...extra, ...payload })
    },
  }
}

function profileFrom(provider: OidcProvider, all: Record<string, unknown>): Profile {
  const { sub, email, email_verified, name, preferred_username } = claims.parse(all)
  const shown = name ?? preferred_username
  return {
    subject: sub,
    ...(email !== undefined && { email }),
    emailVerified: email_verified === true,
    ...(shown !== undefined && { name: shown }),
    groups: listOf(valueAt(all, provider.groupsClaim)),
  }
}

/** `realm_access.roles` of Keycloak lies within an object; a claim with that very name goes before. */
function valueAt(all: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(all, path)) return all[path]
  return path.split('.').reduce<unknown>((value, key) => {
    const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    return isOwn ? (value as Record<string, unknown>)[key] : undefined
  }, all)
}

function listOf(value: unknown): readonly string[] {
  return [value].flat().filter((entry) => typeof entry === 'string')
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** RFC 6749, section 2.3.1: encoded as a form before it is encoded as base64. */
function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length)
}
