import { PlatformError } from '../errors.ts'
import type { Actor, Principal } from './principal.ts'
import { actorOf } from './principal.ts'
import { covers } from './roles.ts'

/** Who changes something of identity, and what that one may do: nobody gives away more than they have. */
export interface Acting {
  readonly actor: Actor
  readonly org: string
  readonly permissions: ReadonlySet<string>
  /** Of a person who is there themselves. */
  readonly sessionId?: string
  /** Nobody asks again who this is. */
  readonly isProven?: true
}

/** An operator at the command line of this machine, who may do everything. */
export function operatorOf(org: string): Acting {
  return {
    actor: { kind: 'operator', id: 'cli', name: 'Command line' },
    org,
    permissions: new Set(['*']),
    isProven: true,
  }
}

/** Somebody who is signed in. */
export function actingAs(principal: Principal): Acting {
  const { org, permissions, sessionId, byToken } = principal
  // A token may have been handed to others, and what they make with it would outlive it.
  const isPresent = sessionId !== undefined && byToken !== true
  return { actor: actorOf(principal), org, permissions, ...(isPresent && { sessionId }) }
}

/** Throws `FORBIDDEN` when the one who acts may not do all of this. */
export function requireCover({ permissions }: Acting, wanted: ReadonlySet<string>, what: string): void {
  if (covers(permissions, wanted)) return
  const missing = [...wanted].filter((permission) => !permissions.has(permission))
  const named = missing.slice(0, 3).join(', ')
  throw new PlatformError('FORBIDDEN', `${what} would give more than you may do yourself: ${named}.`, {
    status: 403,
    about: { why: 'cover', names: named },
  })
}

/** Throws `FORBIDDEN` for whoever looks through somebody else's eyes: what is done to an account must be its owner's own doing. */
export function forbidImpersonation({ actor }: Acting): void {
  if (!('impersonatedBy' in actor) || actor.impersonatedBy === undefined) return
  throw new PlatformError('FORBIDDEN', 'This cannot be done while looking through the eyes of somebody else.', {
    status: 403,
    about: { why: 'impersonation' },
  })
}
