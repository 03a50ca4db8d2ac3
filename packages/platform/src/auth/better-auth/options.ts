import type { Clock, Database, Logger } from '@regie/engine'
import type { Cookies } from '../cookie.ts'
import type { Passwords } from '../password.ts'
import type { Throttle } from '../throttle.ts'

/** The address below which better-auth answers. */
export const AUTH_PATH = '/api/v1/auth'
/** A session ends this long after it began, whatever happens. Milliseconds. */
export const SESSION_ABSOLUTE_MS = 30 * 86_400_000
/** A session ends this long after it was last used. Milliseconds. */
export const SESSION_IDLE_MS = 24 * 3_600_000
/** The header with the client's address; what a client sends under this name is thrown away. */
export const CLIENT_ADDRESS_HEADER = 'x-regie-client-address'
/** Begins the names of our cookies; where the server is reached by TLS, browsers take them from this very host only. */
export function cookiePrefix(secure: boolean): string {
  return secure ? '__Host-regie' : 'regie'
}

/** What better-auth is composed over. */
export interface AuthOptions {
  readonly database: Database
  readonly clock: Clock
  /** Ids of new rows. */
  newId(): string
  readonly log: Logger
  /** Signs cookies; secret. */
  readonly secret: string
  /** How people reach this server, such as `https://regie.example.com`. Absent: by the Host of each request. */
  readonly publicUrl?: string
  readonly passwords: Passwords
  readonly throttle: Throttle
  readonly cookies: Cookies
  /** Sends the link with which a password is set anew. */
  sendPasswordLink(
    user: { readonly id: string; readonly email: string; readonly name: string },
    token: string,
  ): Promise<void>
  /** The organisation a new session of somebody works in; undefined refuses the session. */
  organisationOf(userId: string): Promise<string | undefined>
  /** Called after a right password, which is not waited for. */
  signedIn(by: { readonly userId: string; readonly password: string }): void
  /** Called after a wrong password. */
  guessed(guess: {
    readonly account: string
    readonly nth: number
    readonly isLocked: boolean
    readonly from: string | undefined
  }): Promise<void>
}
