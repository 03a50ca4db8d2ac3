/**
 * The addresses of better-auth below `/api/v1/auth` that are served; the others (sign-up, changing of mail addresses, …) are not there.
 * A plugin adds its own.
 */
export const authPaths: readonly (readonly ['GET' | 'POST', string])[] = [
  ['POST', '/sign-in/email'],
  ['POST', '/sign-out'],
  ['GET', '/get-session'],
  ['POST', '/request-password-reset'],
  ['POST', '/reset-password'],
  ['POST', '/change-password'],
]
