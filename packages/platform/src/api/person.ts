import { actingAs, forbidImpersonation } from '../auth/acting.ts'
import type { Visit } from '../auth/factors.ts'
import type { TellOwner } from '../auth/told.ts'
import type { AccountChange } from '../auth/told-words.ts'
import { PlatformError } from '../errors.ts'
import type { Person } from '../factor/second-factor.ts'
import type { Call } from '../http/endpoint.ts'

/** Who asks, as a person in an own session: what is done to an account is its owner's own doing. Throws `FORBIDDEN`. */
export function personOf(call: Call): Person {
  const principal = call.principal()
  forbidImpersonation(actingAs(principal))
  const { sessionId } = principal
  if (principal.kind === 'user' && sessionId !== undefined) return { ...principal, sessionId }
  throw new PlatformError('FORBIDDEN', 'This is for people who are signed in, not for keys.', {
    status: 403,
    about: { why: 'person' },
  })
}

/** Tells whoever acts what they, or somebody in their place, have done to their own account. */
export function tellOwner(tell: TellOwner, call: Call, what: AccountChange, name?: string): Promise<void> {
  const { id, org } = call.principal()
  return tell(id, { what, org, from: call.address, ...(name !== undefined && { name }) })
}

/** How the browser of a call came here. */
export function visitOf(call: Call): Visit {
  return {
    host: call.sent('host'),
    userAgent: call.sent('user-agent'),
    cookie: call.sent('cookie'),
    requestId: call.requestId,
  }
}
