import type { Clock, Database } from '@regie/engine'
import type { Identity, PendingFactor } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { type Standing, standingOf, standingsOf } from './store/sessions.ts'

/** What a session still has to do: nothing, show its second factor, or set one up because the organisation wants one. */
export type FactorState = 'open' | PendingFactor

/** Asked before every request of a person is let in, however the session began. */
export type FactorGate = (principal: Principal) => Promise<FactorState>

// A session that has shown its factor is not looked up again for as long as it may be cached at all.
const CACHE_MS = 1_000
const MAX_CACHED = 10_000

/** Makes the gate. What it finds open stays so for a second; what is closed is looked at each time. */
export function createFactorGate(database: Database, clock: Clock): FactorGate {
  const open = new Map<string, number>()
  return async ({ kind, id, org, sessionId, impersonatedBy }) => {
    // Keys are made, and other people's eyes looked through, within sessions that were let in.
    if (kind === 'key' || sessionId === undefined || impersonatedBy !== undefined) return 'open'
    const now = clock.now()
    const key = `${sessionId} ${org}`
    const until = open.get(key)
    if (until !== undefined && now < until) return 'open'
    const state = stateOf(await standingOf(database, { org, userId: id, sessionId }))
    if (state !== 'open') {
      open.delete(key)
      return state
    }
    if (open.size >= MAX_CACHED) open.clear()
    open.set(key, now + CACHE_MS)
    return state
  }
}

/** True when a session, by default one that somebody begins now, has to show a second factor, or to set one up, before it is let in. */
export async function awaitsFactor(
  database: Database,
  who: { readonly org: string; readonly userId: string; readonly sessionId?: string },
): Promise<boolean> {
  return stateOf(await standingOf(database, { sessionId: '', ...who })) !== 'open'
}

/** Of sessions those that are let in nowhere before they have shown a second factor, or set one up. */
export async function awaitingFactor(
  database: Database,
  sessions: readonly { readonly id: string; readonly impersonatedBy?: string }[],
): Promise<ReadonlySet<string>> {
  const asked = sessions.filter(({ impersonatedBy }) => impersonatedBy === undefined).map(({ id }) => id)
  const standings = await standingsOf(database, asked)
  return new Set([...standings].flatMap(([id, standing]) => (stateOf(standing) === 'open' ? [] : [id])))
}

/** What is missing of a standing. */
function stateOf({ shown, hasTotp, hasPasskey, required }: Standing): FactorState {
  if (shown) return 'open'
  if (hasTotp) return 'verify'
  if (!required) return 'open'
  // Who has a passkey shows that one: setting up another factor with a password alone would go around it.
  return hasPasskey ? 'verify' : 'enrol'
}

/** The identity behind the gate: however a session began, nobody is let in before the second factor is shown. */
export function behindGate(authenticate: Identity['authenticate'], gate: FactorGate): Identity['authenticate'] {
  return async (credentials) => {
    const principal = await authenticate(credentials)
    if (principal === undefined) return undefined
    const state = await gate(principal)
    if (state === 'open' || credentials.beforeFactor?.includes(state) === true) return principal
    throw state === 'verify'
      ? new PlatformError(
          'SECOND_FACTOR_NEEDED',
          'Show your second factor first: POST /api/v1/me/second-factor/verify.',
          {
            status: 403,
          },
        )
      : new PlatformError(
          'SECOND_FACTOR_ENROL',
          'Your organisation wants a second factor: set one up with POST /api/v1/me/second-factor/totp.',
          { status: 403 },
        )
  }
}
