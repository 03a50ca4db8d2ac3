import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Somebody with an account at the server. */
export interface OidcPerson {
  readonly email?: string | undefined
  readonly email_verified?: boolean | undefined
  readonly name?: string
  readonly groups?: readonly string[]
}

/** A real OpenID Connect provider (`oidc-provider`) on this machine, at an address shaped as Keycloak's. */
export interface OidcServer extends AsyncDisposable {
  readonly issuer: string
  /** `host:port`, for the allow-list. */
  readonly host: string
  /** By subject; what it signs in as is set before each sign-in. */
  readonly people: Map<string, OidcPerson>
  /** Requests to it, as `GET /path`. */
  readonly requests: readonly string[]
  /** Goes where the browser is sent, signs in as `subject`, and answers where it is sent back to. */
  signIn(location: string, subject: string): Promise<string>
}

const REALM = '/realms/regie'

/** Starts the server with the client `regie` and its secret. */
export async function startOidcServer(client: {
  readonly redirectUris: readonly string[]
  readonly secret: string
}): Promise<OidcServer> {
  const people = new Map<string, OidcPerson>()
  const requests: string[] = []
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `http://${host}${REALM}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'regie',
        client_secret: client.secret,
        redirect_uris: [...client.redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    features: { devInteractions: { enabled: false } },
    interactions: {
      url: (_ctx: unknown, interaction: { readonly uid: string }) => `${REALM}/login/${interaction.uid}`,
    },
    findAccount: (_ctx: unknown, sub: string) => {
      const person = people.get(sub)
      return person && { accountId: sub, claims: async () => ({ sub, ...person }) }
    },
    cookies: { keys: ['a test has no secrets'] },
  })
  let subject = ''
  server.on('request', (request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}`)
    const path = request.url ?? '/'
    const answer = path.startsWith(`${REALM}/login/`)
      ? login(provider, request, response, subject)
      : pass(provider, request, response)
    answer.catch((error) => response.writeHead(500).end(String(error)))
  })
  return {
    issuer,
    host,
    people,
    requests,
    async signIn(location, as) {
      subject = as
      return follow(location, host)
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function pass(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  // The realm is a path in front, as with Keycloak.
  const url = request.url ?? '/'
  Object.assign(request, { originalUrl: url, url: url.replace(REALM, '') || '/' })
  await provider.callback()(request, response)
}

async function login(provider: Provider, request: IncomingMessage, response: ServerResponse, accountId: string) {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId } }, { mergeWithLastSubmission: false })
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/** A browser: keeps cookies, follows redirects until they leave the server. */
async function follow(location: string, host: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = location
  for (let step = 0; step < 10 && new URL(url).host === host; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const next = answer.headers.get('location')
    if (next === null) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
    url = new URL(next, url).href
  }
  return url
}
