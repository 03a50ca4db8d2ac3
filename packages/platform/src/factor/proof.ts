import type { Clock, Database } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import type { Accounts } from './accounts.ts'
import type { Person } from './second-factor.ts'
import { findShown } from './store/sessions.ts'

/** What shows that the person is still the one who signed in. */
export interface Proof {
  readonly password?: string | undefined
}

/** How long a proof holds: enough to find the phone, too short for a machine left alone. Milliseconds. */
export const FRESH_MS = 10 * 60_000

/**
 * Lets through who gives the password, who showed a second factor in this session within ten minutes, or, without a
 * password, who signed in within ten minutes. Throws `PROOF_NEEDED`.
 */
export async function requireAccountProof(
  { database, clock, accounts }: { readonly database: Database; readonly clock: Clock; readonly accounts: Accounts },
  { id, sessionId }: Person,
  { password }: Proof,
): Promise<void> {
  if (password !== undefined) {
    if ((await accounts.checkPassword(id, password)) === 'right') return
    throw new PlatformError('PROOF_NEEDED', 'This is not the password of this account.', {
      status: 403,
      about: { why: 'wrong' },
    })
  }
  const since = clock.now() - FRESH_MS
  const shown = await findShown(database, sessionId)
  if (shown !== undefined && shown.shownAt > since) return
  const beganAt = (await accounts.hasPassword(id)) ? undefined : await accounts.sessionBeganAt(sessionId)
  if (beganAt !== undefined && beganAt > since) return
  throw new PlatformError('PROOF_NEEDED', 'Give your password again as `password`, or sign in again.', {
    status: 403,
    about: { why: 'password' },
  })
}
