import type { BetterAuthOptions } from 'better-auth'
import { type AuthOptions, SESSION_IDLE_MS } from './options.ts'

type SessionHooks = NonNullable<NonNullable<BetterAuthOptions['databaseHooks']>['session']>

/** Runs around better-auth's own addresses, in the order of the list. */
export async function authHooks(_options: AuthOptions): Promise<NonNullable<BetterAuthOptions['hooks']>> {
  return {}
}

/** A new session works in an organisation of its user, and ends when it is not used. */
export function sessionHooks({ clock, organisationOf }: AuthOptions): SessionHooks {
  return {
    create: {
      async before(session) {
        const orgId = await organisationOf(session.userId)
        if (orgId === undefined) return false
        const now = clock.now()
        return { data: { ...session, orgId, createdAt: new Date(now), expiresAt: new Date(now + SESSION_IDLE_MS) } }
      },
    },
  }
}
