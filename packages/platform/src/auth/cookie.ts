import { cookiePrefix } from './better-auth/options.ts'
import { sameText, sign } from './secret.ts'

/** Cookies as better-auth writes them: `value.signature`, encoded. */
export interface Cookies {
  /** The name of the session's cookie. */
  readonly session: string
  /** The name of the cookie that keeps a browser's own session while it looks through the eyes of another. */
  readonly ownSession: string
  /** The value when the signature holds; undefined otherwise. */
  read(header: string | undefined, name: string): string | undefined
  /** A `Set-Cookie`; an empty value removes it. `maxAge` in seconds. */
  write(name: string, value: string, maxAge: number): string
  /** The tokens of all sessions a browser brings: the one it works in, and its own behind the eyes of another. */
  tokens(header: string | undefined): readonly string[]
  /** A name of ours, with the prefix that browsers guard when the server is reached by TLS. */
  name(name: string): string
}

/** Cookies that are signed with this secret. */
export function createCookies({ secret, secure }: { readonly secret: string; readonly secure: boolean }): Cookies {
  const named = (name: string) => `${cookiePrefix(secure)}.${name}`
  const session = named('session_token')
  const ownSession = named('own_session')
  const read: Cookies['read'] = (header, name) => {
    const raw = find(header, name)
    const dot = raw?.lastIndexOf('.') ?? -1
    if (raw === undefined || dot < 1) return undefined
    const value = raw.slice(0, dot)
    return sameText(raw.slice(dot + 1), sign(value, secret)) ? value : undefined
  }
  return {
    session,
    ownSession,
    name: named,
    read,
    tokens: (header) => [session, ownSession].flatMap((name) => read(header, name) ?? []),
    write(name, value, maxAge) {
      const content = value === '' ? '' : encodeURIComponent(`${value}.${sign(value, secret)}`)
      const age = value === '' ? 0 : maxAge
      return `${name}=${content}; Max-Age=${age}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
    },
  }
}

function find(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=')
    if (part.slice(0, equals).trim() === name) return decode(part.slice(equals + 1).trim())
  }
  return undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
