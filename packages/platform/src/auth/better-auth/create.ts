import type { BetterAuthOptions } from 'better-auth'
import { authHooks, sessionHooks } from './hooks.ts'
import { AUTH_PATH, type AuthOptions, CLIENT_ADDRESS_HEADER, cookiePrefix, SESSION_ABSOLUTE_MS } from './options.ts'
import { authPlugins } from './plugins.ts'
import { createAdapter } from './store/adapter.ts'
import { tableNames } from './tables.ts'

/** better-auth, composed: whoever only checks sessions never loads it (the first sign-in loads it: measured 0.44 to 0.68 s on a busy machine, and 11 to 21 MiB). */
export async function createAuth(options: AuthOptions) {
  const { log, passwords, secret, publicUrl } = options
  const [{ betterAuth }, { isAPIError }, plugins, database] = await Promise.all([
    import('better-auth/minimal'),
    import('better-auth/api'),
    authPlugins(options),
    createAdapter(options.database),
  ])
  const secure = publicUrl?.startsWith('https:') === true
  return betterAuth({
    ...(publicUrl !== undefined && { baseURL: publicUrl, trustedOrigins: [publicUrl] }),
    basePath: AUTH_PATH,
    // Ours ends in the same transaction what let in before: see setPasswordByLink.
    disabledPaths: ['/reset-password'],
    secret,
    database,
    ...tableNames,
    session: {
      ...tableNames.session,
      // The cookie lives as long as a session may; when the session ends is written in its row.
      expiresIn: SESSION_ABSOLUTE_MS / 1_000,
      disableSessionRefresh: true,
      // A cache in the cookie would keep a revoked session alive.
      cookieCache: { enabled: false },
    },
    verification: { ...tableNames.verification, storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      // Who is not invited does not come in.
      disableSignUp: true,
      minPasswordLength: passwords.minLength,
      maxPasswordLength: passwords.maxLength,
      password: { hash: passwords.hash, verify: ({ hash, password }) => passwords.verify(hash, password) },
      resetPasswordTokenExpiresIn: 3_600,
      sendResetPassword: ({ user, token }) => options.sendPasswordLink(user, token),
    },
    // Ours is used: this one begins its window anew at each request.
    rateLimit: { enabled: false },
    advanced: {
      // Our guard has looked at Origin already, for every address, and stricter; this one refuses programs that use `fetch`.
      // Set, because better-auth behaves differently where NODE_ENV is `test`.
      disableCSRFCheck: true,
      disableOriginCheck: false,
      cookiePrefix: cookiePrefix(secure),
      // It would put `__Secure-` before our own prefix, which is stricter.
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: options.newId },
    },
    plugins: [...plugins],
    hooks: await authHooks(options),
    databaseHooks: { session: sessionHooks(options) },
    onAPIError: {
      // It would write refusals to the screen, past our log; those are answers, and only what broke is worth a line.
      onError(error) {
        if (!isAPIError(error)) log.error({ err: error, part: 'auth' }, 'a request around sign-in failed')
      },
    },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ part: 'auth' }, message),
    },
  } satisfies BetterAuthOptions)
}

/** The composed instance. */
export type Auth = Awaited<ReturnType<typeof createAuth>>
