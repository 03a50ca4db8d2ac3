import type { Clock } from '@regie/engine'
import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { PlatformError } from '../errors.ts'
import type { VettedFetch } from '../security/vetted-fetch.ts'
import type { OidcProvider } from './provider.ts'

const address = z.url({ protocol: /^https?$/ })

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  userinfo_endpoint: address.optional(),
  jwks_uri: address,
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
})

const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(100) })

/** What a provider says of itself. */
export type OidcMetadata = z.output<typeof metadata>

/** A provider's metadata and keys, looked up when they are needed and kept for a while. */
export interface OidcDiscovery {
  /** Throws `SSO_PROVIDER_INVALID`, and what the vetted fetch throws. */
  metadata(provider: Pick<OidcProvider, 'issuer'>): Promise<OidcMetadata>
  /** `fresh`: a key was not among those that are kept; asked for at most once a minute. */
  keys(provider: Pick<OidcProvider, 'issuer'>, fresh?: boolean): Promise<ReturnType<typeof createLocalJWKSet>>
}

const KEEP_MS = 3_600_000
const KEEP_FRESH_MS = 60_000

/** Looks providers up through the vetted fetch. */
export function createOidcDiscovery(fetch: VettedFetch, clock: Clock): OidcDiscovery {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>()
  const recall = async <T>(key: string, forMs: number, look: () => Promise<T>): Promise<T> => {
    const known = kept.get(key)
    if (known !== undefined && clock.now() - known.at < forMs) return known.value as Promise<T>
    const value = look()
    kept.set(key, { at: clock.now(), value })
    // What has failed is asked for again.
    value.catch(() => kept.delete(key))
    return value
  }
  const lookUp = async ({ issuer }: Pick<OidcProvider, 'issuer'>): Promise<OidcMetadata> => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const found = metadata.safeParse(await json(fetch, url))
    if (!found.success) throw invalid(`${url} is no description of an OpenID Connect provider`)
    if (found.data.issuer !== issuer) throw invalid(`${url} names ${found.data.issuer} as its issuer, not ${issuer}`)
    const isSecure = issuer.startsWith('https:')
    const { authorization_endpoint, token_endpoint, userinfo_endpoint = token_endpoint, jwks_uri } = found.data
    const open = [authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri].find(
      (endpoint) => isSecure && !endpoint.startsWith('https:'),
    )
    if (open !== undefined) throw invalid(`${open} would be asked without TLS`)
    return found.data
  }
  const discover = (provider: Pick<OidcProvider, 'issuer'>) =>
    recall(`metadata ${provider.issuer}`, KEEP_MS, () => lookUp(provider))
  return {
    metadata: discover,
    async keys(provider, fresh = false) {
      const { jwks_uri } = await discover(provider)
      return recall(`keys ${provider.issuer}`, fresh ? KEEP_FRESH_MS : KEEP_MS, async () => {
        const found = keySet.safeParse(await json(fetch, jwks_uri))
        if (!found.success) throw invalid(`${jwks_uri} is no set of keys`)
        return createLocalJWKSet(found.data as JSONWebKeySet)
      })
    },
  }
}

async function json(fetch: VettedFetch, url: string): Promise<unknown> {
  const { status, body } = await fetch(url, { headers: { accept: 'application/json' }, maxBytes: 262_144 })
  if (status !== 200) throw invalid(`${url} answered ${status}`)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw invalid(`${url} did not answer JSON`, cause)
  }
}

function invalid(message: string, cause?: unknown): PlatformError {
  return new PlatformError('SSO_PROVIDER_INVALID', message, { status: 422, cause })
}
