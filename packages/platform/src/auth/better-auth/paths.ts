/** An address of better-auth below `/api/v1/auth` that is served. */
export interface AuthPath {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Only for those who are signed in as themselves; our own guard looks first. */
  readonly signedIn: boolean
}

/**
 * What is served; the other addresses of better-auth (sign-up, changing of mail addresses, …) are not there. A plugin adds its own.
 */
export const authPaths: readonly AuthPath[] = [
  { method: 'POST', path: '/sign-in/email', signedIn: false },
  { method: 'POST', path: '/sign-out', signedIn: false },
  { method: 'GET', path: '/get-session', signedIn: false },
  { method: 'POST', path: '/request-password-reset', signedIn: false },
  { method: 'POST', path: '/reset-password', signedIn: false },
  { method: 'POST', path: '/change-password', signedIn: true },
]
