import { z } from 'zod'

/** An address of better-auth below `/api/v1/auth` that is served. */
export interface AuthPath {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** One line for the reference. */
  readonly summary: string
  /** `signed-in`: only for those who are signed in as themselves; our own guard looks first. */
  readonly access: 'public' | 'signed-in'
  /** Which configured limit it counts under. */
  readonly rate: 'usual' | 'sign-in'
  readonly status: number
  /** What it takes and gives, for the reference: better-auth checks it. */
  readonly input: z.ZodType
  readonly output: z.ZodType
  /** Statuses it refuses with besides the usual ones. */
  readonly refusals?: readonly number[]
}

const instant = z.iso.datetime()
const email = z.email()
const user = z.object({ id: z.string(), name: z.string(), email, createdAt: instant })
const session = z.object({
  id: z.string(),
  userId: z.string(),
  orgId: z.string(),
  createdAt: instant,
  expiresAt: instant,
})
const password = z
  .string()
  .max(128)
  .meta({ examples: ['three wise geese'] })
// Nothing is done here by the reader's own browser alone: whoever may guess is told that it was wrong.
const WRONG = [401]

/**
 * What is served; the other addresses of better-auth (sign-up, changing of e-mail addresses, …) are not there. A plugin adds its own.
 */
export const authPaths: readonly AuthPath[] = [
  {
    method: 'POST',
    path: '/sign-in/email',
    summary: 'Sign in with a password: sets the cookie of a session',
    access: 'public',
    rate: 'sign-in',
    status: 200,
    input: z.object({ email, password, rememberMe: z.boolean().optional() }),
    output: z.object({ redirect: z.boolean(), user }),
    refusals: WRONG,
  },
  {
    method: 'POST',
    path: '/sign-out',
    summary: 'Sign out: ends the session of the cookie, if there is one',
    access: 'public',
    rate: 'usual',
    status: 200,
    input: z.object({}),
    output: z.object({ success: z.boolean() }),
  },
  {
    method: 'GET',
    path: '/get-session',
    summary: 'Tell the session of the cookie, or null',
    access: 'public',
    rate: 'usual',
    status: 200,
    input: z.object({}),
    output: z.union([z.object({ session, user }), z.null()]),
    refusals: WRONG,
  },
  {
    method: 'POST',
    path: '/request-password-reset',
    summary: 'Send the link to set another password, if somebody has this e-mail address',
    access: 'public',
    rate: 'sign-in',
    status: 200,
    input: z.object({ email }),
    output: z.object({ status: z.boolean(), message: z.string() }),
  },
  {
    method: 'POST',
    path: '/reset-password',
    summary: 'Set another password with the token of such a link',
    access: 'public',
    rate: 'sign-in',
    status: 200,
    input: z.object({ token: z.string(), newPassword: password, removePasskeys: z.boolean().optional() }),
    // How many passkeys still let in: whoever has lost a password may have lost more.
    output: z.object({ status: z.boolean(), passkeys: z.int() }),
  },
  {
    method: 'POST',
    path: '/change-password',
    summary: 'Change the own password: ends all other sessions, and sets a new cookie',
    access: 'signed-in',
    rate: 'sign-in',
    status: 200,
    input: z.object({ currentPassword: password, newPassword: password }),
    output: z.object({ user }),
  },
]
