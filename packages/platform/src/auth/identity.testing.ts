import { type Answer, send } from '../http/request.testing.ts'
import type { Identity } from './identity.ts'
import type { Principal } from './principal.ts'

/** For suites that are not about who asks: everybody may do everything, or what is given. */
export function openIdentity(org: string, permissions: readonly string[] = ['*']): Identity {
  const principal: Principal = {
    kind: 'user',
    id: 'operator',
    name: 'Operator',
    org,
    permissions: new Set(permissions),
  }
  return { authenticate: async () => principal }
}

/** A browser: keeps cookies, names its origin, speaks JSON. */
export interface Browser {
  readonly cookies: Map<string, string>
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Fills in the form of `/sign-in`. */
  signIn(email: string, password: string): Promise<Answer>
}

/** Opens a browser at a server. */
export function openBrowser(address: string): Browser {
  const cookies = new Map<string, string>()
  const call: Browser['call'] = async (method, path, body, headers = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await send(address, path, {
      method,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(method !== 'GET' && { origin: address, 'sec-fetch-site': 'same-origin' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) keep(cookies, line)
    return answer
  }
  return { cookies, call, signIn: (email, password) => call('POST', '/api/v1/auth/sign-in/email', { email, password }) }
}

/** Posts JSON below `/api/v1`; answers the fields of the answer beside its status. */
export async function post(
  browser: Browser,
  path: string,
  body: object = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { status, json } = await browser.call('POST', `/api/v1${path}`, body)
  return { ...(json as Readonly<Record<string, unknown>>), status }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const equals = pair.indexOf('=')
  if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, equals))
  else cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
}
