import { createHash, randomBytes } from 'node:crypto'
import type { BetterAuthOptions } from 'better-auth'
import { MAX_FAILURES } from '../throttle.ts'
import { type AuthOptions, CLIENT_ADDRESS_HEADER, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from './options.ts'

type Hooks = NonNullable<BetterAuthOptions['hooks']>
type SessionHooks = NonNullable<NonNullable<BetterAuthOptions['databaseHooks']>['session']>

/**
 * Runs around better-auth's own addresses: guessing is slowed down, weak passwords are refused. Attempts are counted by account, and apart
 * on a device where that account has signed in before; so nobody can lock its owner out from afar.
 */
export async function authHooks({ throttle, passwords, cookies, guessed, signedIn }: AuthOptions): Promise<Hooks> {
  const { APIError, createAuthMiddleware } = await import('better-auth/api')
  const device = cookies.name('device')
  const known = (header: string | null | undefined, account: string): string | undefined => {
    const value = cookies.read(header ?? undefined, device)
    return value?.startsWith(`${markOf(account)}:`) === true ? value : undefined
  }
  // By the session, not by the header: another cookie beside it would be a fresh count.
  const sessionOf = (header: string | null | undefined) =>
    `session ${cookies.read(header ?? undefined, cookies.session) ?? ''}`
  const attempt = async (what: string) => {
    const { waitSeconds, nth } = await throttle.attempt(what)
    if (waitSeconds === 0) return nth
    const message = `Too many attempts: try again in ${waitSeconds} s.`
    const headers = { 'retry-after': String(waitSeconds) }
    throw new APIError('TOO_MANY_REQUESTS', { code: 'SIGN_IN_THROTTLED', message }, headers)
  }
  // Which guess of an account a request is; both hooks are given the same request.
  const guesses = new WeakMap<object, number>()
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (ctx.path === '/sign-in/email') {
        const account = accountOf(ctx.body)
        const onDevice = known(ctx.headers?.get('cookie'), account)
        const nth = await attempt(onDevice === undefined ? `account ${account}` : `device ${onDevice}`)
        if (ctx.request !== undefined) guesses.set(ctx.request, nth)
      }
      if (ctx.path !== '/change-password') return
      await attempt(sessionOf(ctx.headers?.get('cookie')))
      try {
        await passwords.check(String(ctx.body?.newPassword ?? ''))
      } catch (error) {
        const message = error instanceof Error ? error.message : ''
        throw new APIError('BAD_REQUEST', { code: 'PASSWORD_WEAK', message })
      }
      return { context: { body: { ...ctx.body, revokeOtherSessions: true } } }
    }),
    after: createAuthMiddleware(async (ctx) => {
      const nth = ctx.request && guesses.get(ctx.request)
      if (ctx.context.returned instanceof APIError || ctx.context.returned instanceof Error) {
        if (nth === undefined) return
        const from = ctx.headers?.get(CLIENT_ADDRESS_HEADER) ?? undefined
        await guessed({ account: accountOf(ctx.body), nth, isLocked: nth >= MAX_FAILURES, from })
        return
      }
      if (ctx.path === '/change-password') await throttle.succeeded(sessionOf(ctx.headers?.get('cookie')))
      if (ctx.path !== '/sign-in/email') return
      const account = accountOf(ctx.body)
      const onDevice = known(ctx.headers?.get('cookie'), account)
      signedIn({ userId: ctx.context.newSession?.user.id ?? '', password: String(ctx.body?.password ?? '') })
      await throttle.succeeded(onDevice === undefined ? `account ${account}` : `device ${onDevice}`)
      const value = onDevice ?? `${markOf(account)}:${randomBytes(16).toString('hex')}`
      await ctx.setSignedCookie(device, value, ctx.context.secret, {
        ...ctx.context.authCookies.sessionToken.attributes,
        maxAge: (12 * SESSION_ABSOLUTE_MS) / 1_000,
      })
    }),
  }
}

function accountOf(body: unknown): string {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : ''
  return String(email).trim().toLowerCase()
}

/** The account as a cookie may name it. */
function markOf(account: string): string {
  return createHash('sha256').update(account).digest('base64url')
}

/** A new session works in an organisation of its user, and ends when it is not used. */
export function sessionHooks({ clock, organisationOf }: AuthOptions): SessionHooks {
  return {
    create: {
      async before(session) {
        const orgId = await organisationOf(session.userId)
        if (orgId === undefined) return false
        const now = new Date(clock.now())
        const expiresAt = new Date(now.getTime() + SESSION_IDLE_MS)
        return { data: { ...session, orgId, createdAt: now, updatedAt: now, expiresAt } }
      },
    },
  }
}
