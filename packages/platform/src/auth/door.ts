import { z } from 'zod'
import { isPlatformError, PlatformError } from '../errors.ts'
import type { Auth } from './better-auth/create.ts'
import { AUTH_PATH, CLIENT_ADDRESS_HEADER } from './better-auth/options.ts'
import type { Cookies } from './cookie.ts'
import type { Guard } from './guard.ts'
import type { AtDoor, Journal, Named } from './journal.ts'
import type { Principal } from './principal.ts'
import type { ByLink } from './proving.ts'
import { linkInvalid } from './refusal.ts'
import type { TellOwner } from './told.ts'

/** What stands at the addresses of better-auth. */
export interface DoorOptions {
  auth(): Promise<Auth>
  readonly guard: Guard
  readonly journal: Journal
  readonly cookies: Cookies
  /** Ends the sessions of these tokens. */
  readonly endSessions: (tokens: readonly string[]) => Promise<void>
  /** Ends every session in which somebody looks through the eyes of others. */
  readonly endLooking: (userId: string) => Promise<void>
  readonly findUser: (id: string) => Promise<Named | undefined>
  /** True when who begins a session there has to show a second factor before they are in. */
  readonly awaitsFactor: (who: { readonly org: string; readonly userId: string }) => Promise<boolean>
  /** The organisation entries about somebody belong to. */
  readonly orgOf: (userId: string) => Promise<string>
  readonly tell: TellOwner
  /** Sets a password by a link, which proves the address. Answers how many passkeys are left. Throws `LINK_INVALID`, `PASSWORD_WEAK`. */
  readonly setByLink: (given: ByLink, at: Omit<AtDoor, 'org'>) => Promise<number>
  /** What is to be done once a new session has taken the place of this one, by its token. */
  readonly successor: (old: Principal & { readonly sessionId: string }) => Promise<(token: string) => Promise<void>>
}

type Entering = (request: Request, at: Omit<AtDoor, 'org'>, answer: () => Promise<Response>) => Promise<Response>

const SIGN_IN = '/sign-in/email'

/** Answers as better-auth does, and enters in the audit log who came in, went out, or set a password. */
export function createDoor(options: DoorOptions): (request: Request, requestId?: string) => Promise<Response> {
  const { auth, guard, cookies } = options
  const entering: Readonly<Record<string, Entering>> = {
    [SIGN_IN]: signIn(options),
    '/sign-out': signOut(options),
    '/change-password': byOneself(options, 'auth.password-change', options.successor),
    '/reset-password': resetPassword(options),
  }
  return async (request, requestId) => {
    const answer = async () => (await auth()).handler(request)
    const path = new URL(request.url).pathname.slice(AUTH_PATH.length)
    const enter = entering[path]
    let isRefused = false
    try {
      const isPlain = request.method !== 'POST' || enter === undefined
      const response = await (isPlain ? answer() : enter(request, { requestId }, answer))
      isRefused = response.status >= 400 && response.status < 500
      return response
    } catch (error) {
      isRefused = isPlatformError(error) && error.status < 500
      throw error
    } finally {
      // It may have ended a session or changed a password; who comes in ends at most what the same browser had.
      const isNew = path === SIGN_IN && cookies.tokens(request.headers.get('cookie') ?? undefined).length === 0
      // What was refused has changed nothing: otherwise anybody could have everybody looked up again, as often as they like.
      if (request.method !== 'GET' && !isRefused) (isNew ? guard.forgetQuietly : guard.forget)()
    }
  }
}

/** The entry comes after the session: without it nobody is given the cookie, and a session nobody has the cookie of is none. */
function signIn({ findUser, orgOf, awaitsFactor, journal, cookies, endSessions }: DoorOptions): Entering {
  return async (request, at, answer) => {
    const response = await answer()
    if (!response.ok) return response
    const { user } = (await response.clone().json()) as { readonly user: { readonly id: string } }
    const known = await findUser(user.id)
    if (known !== undefined) {
      const org = await orgOf(known.id)
      const awaited = await awaitsFactor({ org, userId: known.id })
      await journal.signedIn(undefined, known, { ...at, org, by: 'password', awaited })
    }
    // The browser has another session now: nobody would ever end the one before.
    await endSessions(cookies.tokens(request.headers.get('cookie') ?? undefined))
    return response
  }
}

/** Out of all sessions of the browser: who looks through the eyes of another would leave their own behind. */
function signOut(options: DoorOptions): Entering {
  const leave = byOneself(options, 'auth.sign-out')
  const { cookies, endSessions } = options
  return async (request, at, answer) => {
    const tokens = cookies.tokens(request.headers.get('cookie') ?? undefined)
    const response = await leave(request, at, answer)
    if (!response.ok) return response
    await endSessions(tokens)
    const left = new Response(response.body, response)
    left.headers.append('set-cookie', cookies.write(cookies.ownSession, '', 0))
    // Nor is a page kept that somebody else would come back to.
    left.headers.set('clear-site-data', '"cache"')
    return left
  }
}

function byOneself(
  { guard, journal, endLooking, tell }: DoorOptions,
  action: string,
  successor?: DoorOptions['successor'],
): Entering {
  return async (request, at, answer) => {
    const headers = Object.fromEntries(request.headers)
    const principal = await guard.authenticate({ headers, address: '' })
    // A cookie that is worth nothing is only forgotten.
    if (principal?.sessionId === undefined) return answer()
    // Looked up before: the old session is gone afterwards.
    const inherit = await successor?.({ ...principal, sessionId: principal.sessionId })
    const response = await journal.accompany(principal, action, { ...at, org: principal.org }, answer)
    if (!response.ok || inherit === undefined) return response
    await inherit(String(fieldsIn(await response.clone().text())['token']))
    await endLooking(principal.id)
    await tell(principal.id, { what: 'password-changed', org: principal.org, from: addressOf(request) })
    return response
  }
}

const wishes = z.union([z.boolean(), z.stringbool()]).default(false)

/** Not as better-auth does it: there the link is used up, the password set and what let in before ended one after the other. */
function resetPassword({ auth, setByLink, tell }: DoorOptions): Entering {
  return async (request, at) => {
    const { internalAdapter } = await (await auth()).$context
    const { token, newPassword: password, removePasskeys } = fieldsIn(await request.text())
    const wish = wishes.safeParse(removePasskeys)
    if (!wish.success) throw wishInvalid()
    const link = typeof token === 'string' && (await internalAdapter.findVerificationValue(`reset-password:${token}`))
    if (!link || link.expiresAt.getTime() <= Date.now()) throw linkInvalid()
    const { identifier, value: userId } = link
    const removed = { removePasskeys: wish.data }
    const passkeys = await setByLink({ identifier, userId, password: String(password ?? ''), ...removed }, at)
    await tell(userId, { what: 'password-set', passkeys, from: addressOf(request) })
    return Response.json({ status: true, passkeys })
  }
}

/** As the connection and the trusted proxies say it, see mount.ts. */
function addressOf({ headers }: Request): string | undefined {
  return headers.get(CLIENT_ADDRESS_HEADER) ?? undefined
}

function wishInvalid(): PlatformError {
  const message = 'removePasskeys is true or false.'
  const issues = [{ path: 'removePasskeys', code: 'invalid_type', message, wants: { kind: 'boolean' as const } }]
  return new PlatformError('INPUT_INVALID', message, { status: 400, issues })
}

/** The fields of a body, which is JSON or a form; what is neither, better-auth refuses. */
function fieldsIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return Object.fromEntries(new URLSearchParams(body))
  }
}
