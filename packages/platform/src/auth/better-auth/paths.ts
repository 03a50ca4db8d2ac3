/** An address of better-auth below `/api/v1/auth` that is served. */
export interface AuthPath {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Only for those who are signed in as themselves; our own guard looks first. */
  readonly signedIn: boolean
  /** Which configured limit it counts under. */
  readonly rate: 'usual' | 'sign-in'
}

/**
 * What is served; the other addresses of better-auth (sign-up, changing of mail addresses, …) are not there. A plugin adds its own.
 */
export const authPaths: readonly AuthPath[] = [
  { method: 'POST', path: '/sign-in/email', signedIn: false, rate: 'sign-in' },
  { method: 'POST', path: '/sign-out', signedIn: false, rate: 'usual' },
  { method: 'GET', path: '/get-session', signedIn: false, rate: 'usual' },
  { method: 'POST', path: '/request-password-reset', signedIn: false, rate: 'sign-in' },
  { method: 'POST', path: '/reset-password', signedIn: false, rate: 'sign-in' },
  { method: 'POST', path: '/change-password', signedIn: true, rate: 'sign-in' },
]
