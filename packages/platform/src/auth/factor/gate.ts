import type { Clock, Database } from '@regie/engine'
import type { Principal } from '../principal.ts'
import { type Standing, standingOf } from './store/sessions.ts'

/** What a session still has to do: nothing, show its second factor, or set one up because the organisation wants one. */
export type FactorState = 'open' | 'verify' | 'enrol'

/** Asked before every request of a person is let in, however the session began. */
export type FactorGate = (principal: Principal) => Promise<FactorState>

// A session that has shown its factor is not looked up again for as long as it may be cached at all.
const CACHE_MS = 1_000
const MAX_CACHED = 10_000

/** Makes the gate. What it finds open stays so for a second; what is closed is looked at each time. */
export function createFactorGate(database: Database, clock: Clock): FactorGate {
  const open = new Map<string, number>()
  return async ({ kind, id, org, sessionId }) => {
    // Keys are made within sessions that were let in.
    if (kind === 'key' || sessionId === undefined) return 'open'
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

/** What is missing of a standing. */
export function stateOf({ shown, hasTotp, hasPasskey, required }: Standing): FactorState {
  if (shown) return 'open'
  if (hasTotp) return 'verify'
  if (!required) return 'open'
  // Who has a passkey shows that one: setting up another factor with a password alone would go around it.
  return hasPasskey ? 'verify' : 'enrol'
}
