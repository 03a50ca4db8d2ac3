/** What second factors and single sign-on need of whoever keeps the accounts. */
export interface Accounts {
  /** Compares a password, within the limits on how often one may be tried. `none`: the person signs in without one. */
  checkPassword(userId: string, password: string): Promise<'right' | 'wrong' | 'none'>
  /** True when the person has a password. */
  hasPassword(userId: string): Promise<boolean>
  /** When the session began; undefined when there is none. */
  sessionBeganAt(sessionId: string): Promise<number | undefined>
  /** Ends a session of the person at once. */
  revokeSession(userId: string, sessionId: string): Promise<void>
}
