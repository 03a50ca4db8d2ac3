import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { isPlatformError, PlatformError, type PlatformErrorCode } from '../errors.ts'
import { type Call, type DescribedAddress, type DocumentRoute, type Endpoint, endpoint } from '../http/endpoint.ts'
import { oidcProvider, type SsoProvider, samlProvider } from '../sso/provider.ts'
import { SSO_PATH } from '../sso/sso.ts'
import { visitOf } from './person.ts'

const none = z.object({})
const provider = z.string().min(1).max(40)
const shown = z.object({ id: z.string(), title: z.string(), kind: z.enum(['oidc', 'saml']), begin: z.string() })
const settings = z.union([oidcProvider.omit({ clientSecret: true }), samlProvider])
const said = z.string().max(4_000).exactOptional()
const COOKIE_S = 600
const NOT_REACHED = new Set<PlatformErrorCode>(['OUTGOING_FAILED', 'OUTGOING_REFUSED', 'SSO_PROVIDER_INVALID'])

/** Coming in by an identity provider, and setting those up. */
export function ssoEndpoints(identity: PlatformIdentity): readonly Endpoint[] {
  return [...comingIn(identity), ...settingUp(identity)]
}

function comingIn({ factors, cookies }: PlatformIdentity): readonly Endpoint[] {
  const { sso, originOf } = factors
  const cookie = cookies.name('sso')
  const browserOf = (call: Call) => cookies.read(call.sent('cookie'), cookie)
  const go = (call: Call, location: string, set: readonly string[]) => {
    call.header('location', location)
    call.header('set-cookie', set)
    return {}
  }
  const arrive = async (call: Call, ended: Promise<{ readonly userId: string; readonly returnTo: string }>) => {
    try {
      const { userId, returnTo } = await ended
      const session = await factors.beginSession(userId, visitOf(call), 'sso')
      return go(call, returnTo, [session.cookie, cookies.write(cookie, '', 0)])
    } catch (error) {
      // A browser came here, not a program: the page tells it in words.
      if (!isPlatformError(error) || error.status >= 500) throw error
      call.log.warn({ err: error }, 'single sign-on was refused')
      return go(call, `/sign-in?refused=${error.code}`, [cookies.write(cookie, '', 0)])
    }
  }
  return [
    endpoint({
      method: 'GET',
      url: `${SSO_PATH}/providers`,
      summary: 'List the identity providers one may come in by',
      access: 'public',
      rate: 'usual',
      input: none,
      output: z.object({ items: z.array(shown).readonly() }),
      async handle() {
        const all = await factors.providers.list()
        const view = ({ id, title, kind }: SsoProvider) => ({ id, title, kind, begin: `${SSO_PATH}/${id}/begin` })
        return { items: all.map((known) => view(known.provider)) }
      },
    }),
    endpoint({
      method: 'GET',
      url: `${SSO_PATH}/:provider/begin`,
      summary: 'Begin to come in by an identity provider: sends the browser there',
      access: 'public',
      rate: 'sign-in',
      status: 303,
      input: z.object({ provider, next: z.string().max(500).default('/') }),
      output: none,
      async handle({ provider: id, next }, call) {
        const begun = sso.begin(id, originOf(visitOf(call)), next)
        const { location, browser } = await begun.catch((error: unknown) => {
          if (!isPlatformError(error) || !NOT_REACHED.has(error.code)) throw error
          // What answered instead, and where, is for those who may see the settings.
          call.log.warn({ err: error }, 'an identity provider cannot be reached')
          throw new PlatformError(
            'OUTGOING_FAILED',
            'This identity provider cannot be reached: tell an administrator.',
            {
              status: 422,
            },
          )
        })
        return go(call, location, [cookies.write(cookie, browser, COOKIE_S)])
      },
    }),
    endpoint({
      method: 'GET',
      url: `${SSO_PATH}/:provider/callback`,
      summary: 'Where OpenID Connect providers send browsers back to',
      access: 'public',
      rate: 'sign-in',
      status: 303,
      // Providers add what they like.
      input: z
        .object({ provider: z.string().max(4_000), code: said, state: said, iss: said, error: said })
        .catchall(z.string().max(4_000)),
      output: none,
      handle: (query, call) =>
        arrive(call, sso.endOidc(query.provider, originOf(visitOf(call)), { query, browser: browserOf(call) })),
    }),
    endpoint({
      method: 'GET',
      url: `${SSO_PATH}/:provider/end`,
      summary: 'Where a browser goes once its SAML provider has answered',
      access: 'public',
      rate: 'sign-in',
      status: 303,
      input: z.object({ provider, state: z.string().max(200) }),
      output: none,
      handle: ({ state }, call) => arrive(call, sso.endSaml(state, browserOf(call))),
    }),
  ]
}

function settingUp({ factors }: PlatformIdentity): readonly Endpoint[] {
  const { providers } = factors
  const view = ({ clientSecret: _, ...rest }: SsoProvider & { readonly clientSecret?: unknown }) => rest as SsoProvider
  return [
    endpoint({
      method: 'GET',
      url: `${SSO_PATH}/settings`,
      summary: 'List identity providers with their settings, without secrets',
      access: 'users.manage',
      input: none,
      output: z.object({
        items: z.array(z.object({ source: z.enum(['configuration', 'administrator']), provider: settings })),
      }),
      async handle(_, call) {
        await factors.requireProviders(actingAs(call.principal()))
        const all = await providers.list()
        return { items: all.map((known) => ({ source: known.source, provider: view(known.provider) })) }
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${SSO_PATH}/settings/oidc/:id`,
      summary: 'Set up an OpenID Connect provider; without a secret the one it has stays',
      access: 'users.manage',
      input: oidcProvider.extend({ kind: oidcProvider.shape.kind.default('oidc') }),
      output: settings,
      async handle(given, call) {
        await factors.requireProviders(actingAs(call.principal()), given)
        await providers.save(given)
        return view(given)
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${SSO_PATH}/settings/saml/:id`,
      summary: 'Set up a SAML provider',
      access: 'users.manage',
      input: samlProvider.extend({ kind: samlProvider.shape.kind.default('saml') }),
      output: settings,
      async handle(given, call) {
        await factors.requireProviders(actingAs(call.principal()), given)
        await providers.save(given)
        return view(given)
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${SSO_PATH}/settings/:id`,
      summary: 'Remove an identity provider',
      access: 'users.manage',
      input: z.object({ id: provider }),
      output: none,
      status: 204,
      async handle({ id }, call) {
        await factors.requireProviders(actingAs(call.principal()), 'removal')
        await providers.remove(id)
        return {}
      },
    }),
  ]
}

/** {@link samlMetadataRoute} for the reference. */
export const samlMetadataAddress = {
  method: 'GET',
  url: `${SSO_PATH}/:provider/metadata`,
  summary: 'What the administrator of a SAML provider gives it: the metadata of this server',
  access: 'public',
  rate: 'usual',
  status: 200,
  gives: 'application/samlmetadata+xml',
  input: z.object({ provider }),
  output: z.string().meta({ examples: ['<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">…'] }),
} as const satisfies DescribedAddress

/** What the administrator of a SAML provider gives it. */
export function samlMetadataRoute({ factors }: PlatformIdentity): DocumentRoute {
  const { url, access, rate } = samlMetadataAddress
  return {
    url,
    access,
    rate,
    async handle({ path, headers }) {
      const id = path.split('/').at(-2) ?? ''
      const body = await factors.sso.metadata(id, factors.originOf({ host: headers.host }))
      return { type: 'application/samlmetadata+xml; charset=utf-8', body }
    },
  }
}
