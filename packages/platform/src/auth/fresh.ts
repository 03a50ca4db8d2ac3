import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { FRESH_MS } from '../factor/proof.ts'
import { type Acting, forbidImpersonation } from './acting.ts'
import type { IdentityTables } from './schema.ts'
import { findProof } from './store/sessions.ts'
import type { IdentityWorld } from './world.ts'

/**
 * For what outlives a stolen session, or opens a door for others: lets through a person who signed in, gave the password or
 * showed a second factor within ten minutes, and the command line. Throws `PROOF_STALE`, and `FORBIDDEN` for API keys, which
 * cannot show who holds them.
 */
export async function requireFresh(
  { database, clock }: Pick<IdentityWorld, 'database' | 'clock'>,
  acting: Acting,
  db: Kysely<IdentityTables> = database.kysely<IdentityTables>(),
): Promise<void> {
  forbidImpersonation(acting)
  if (acting.isProven) return
  if (acting.actor.kind === 'key')
    throw new PlatformError('FORBIDDEN', 'No API key may do this: sign in, or use the command line.', { status: 403 })
  // Looked up each time: another process may have been shown the proof a moment ago.
  const provenAt = acting.sessionId === undefined ? undefined : await findProof(db, acting.sessionId)
  if (provenAt !== undefined && provenAt > clock.now() - FRESH_MS) return
  throw new PlatformError(
    'PROOF_STALE',
    'Show that it is still you, then ask again: POST /api/v1/me/proof with your password, POST /api/v1/me/second-factor/verify or a passkey.',
    { status: 403 },
  )
}

/** True for rights with which one gives rights to others. */
export function givesPower(permissions: Iterable<string>): boolean {
  return [...permissions].some((permission) => permission === '*' || permission === 'users.manage')
}
