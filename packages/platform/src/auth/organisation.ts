import { PlatformError } from '../errors.ts'
import type { Acting } from './acting.ts'
import type { IdentityTables } from './schema.ts'
import type { IdentityWorld } from './world.ts'

/** An organisation of the installation. */
export interface Organisation {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  /** Since when nobody comes in. Milliseconds UTC, as the next. */
  readonly closedAt?: number
  /** From when on what it has is removed. */
  readonly purgeAt?: number
  /** That is being done: it cannot be restored any more. */
  readonly isGoing?: true
  /** It owns the server: it is not deleted, and its name is a setting. */
  readonly isHome?: true
}

/** Throws `FORBIDDEN` outside the home organisation. */
export function requireHome({ config }: Pick<IdentityWorld, 'config'>, { org }: Acting): void {
  if (org === config.org.id) return
  const message = 'Organisations are managed in the organisation that owns this server.'
  throw new PlatformError('FORBIDDEN', message, { status: 403, about: { why: 'home' } })
}

/** A row as it is answered. */
export function organisationOf(row: IdentityTables['platform_organisation'], home: string): Organisation {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    ...(row.closed_at !== null && { closedAt: row.closed_at }),
    ...(row.purge_at !== null && { purgeAt: row.purge_at }),
    ...(row.purging_at !== null && { isGoing: true as const }),
    ...(row.id === home && { isHome: true as const }),
  }
}
