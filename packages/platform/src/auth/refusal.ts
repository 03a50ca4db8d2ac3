import type { FastifyRequest } from 'fastify'
import { PlatformError, type PlatformErrorCode } from '../errors.ts'
import { actingAs, forbidImpersonation } from './acting.ts'
import type { Identity } from './identity.ts'

const CODES: Readonly<Record<string, PlatformErrorCode>> = {
  INVALID_EMAIL_OR_PASSWORD: 'SIGN_IN_REFUSED',
  INVALID_EMAIL: 'SIGN_IN_REFUSED',
  // A session is refused to who is disabled, or belongs to no organisation.
  FAILED_TO_CREATE_SESSION: 'SIGN_IN_REFUSED',
  INVALID_PASSWORD: 'SIGN_IN_REFUSED',
  PASSWORD_WEAK: 'PASSWORD_WEAK',
  PASSWORD_TOO_SHORT: 'PASSWORD_WEAK',
  PASSWORD_TOO_LONG: 'PASSWORD_WEAK',
  SIGN_IN_THROTTLED: 'SIGN_IN_THROTTLED',
}

const MESSAGES: Partial<Record<PlatformErrorCode, string>> = {
  SIGN_IN_REFUSED: 'The e-mail address or the password is wrong.',
}

/** better-auth's refusal in our words; what it broke down on tells nothing. */
export function authRefusal(status: number, body: unknown): PlatformError {
  const text = (name: string): string => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
    return typeof value === 'string' ? value : ''
  }
  const code = CODES[text('code')] ?? 'AUTH_REFUSED'
  const message = MESSAGES[code] ?? (text('message') === '' ? 'This was refused.' : text('message'))
  return new PlatformError(status >= 500 ? 'INTERNAL' : code, message, { status })
}

/** Of a link that leads nowhere. */
export function linkInvalid(): PlatformError {
  return new PlatformError('LINK_INVALID', 'This link has been used or is too old: ask for another.', { status: 400 })
}

/** Throws unless somebody is signed in, by a session, as themselves. */
export async function requireOneself(identity: Identity, request: FastifyRequest): Promise<void> {
  const principal = await identity.authenticate({ headers: request.headers, address: request.ip })
  if (principal?.sessionId === undefined) throw new PlatformError('UNAUTHENTICATED', 'Sign in first.', { status: 401 })
  forbidImpersonation(actingAs(principal))
}
