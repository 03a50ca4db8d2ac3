import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { type Acting, requireCover } from './acting.ts'
import { requireFresh } from './fresh.ts'
import { KEY_PREFIX } from './guard.ts'
import { readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { hashToken, newToken } from './secret.ts'
import { findKey, insertKey, listKeys, revokeKey } from './store/keys.ts'
import type { IdentityWorld } from './world.ts'

/** An API key as it is listed: what it lets in is shown once, when it is made. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  /** Its first characters. */
  readonly start: string
  readonly permissions: readonly string[]
  /** Who made it; absent for one made at the command line. */
  readonly userId?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly lastUsedAt?: number
}

/** What a new key is made of. */
export interface NewKey {
  readonly name: string
  /** `*` is everything its maker may do, for who may do everything. */
  readonly permissions: readonly string[]
  /** Milliseconds from now. Default: no end. */
  readonly forMs?: number
}

/** The API keys of an organisation. */
export interface ApiKeys {
  /** Of an organisation, or of one of its users. */
  list(org: string, userId?: string): Promise<readonly ApiKey[]>
  /** Answers the key itself, this once. Throws `PERMISSION_UNKNOWN`, `PROOF_STALE`, and `FORBIDDEN` for more than its maker may do. */
  create(acting: Acting, key: NewKey): Promise<ApiKey & { readonly key: string }>
  /** With a user: only one of theirs. Throws `KEY_UNKNOWN`. */
  revoke(acting: Acting, id: string, userId?: string): Promise<void>
}

/** The keys over a world. */
export function createKeys(world: IdentityWorld): ApiKeys {
  const { database, clock, guard } = world
  const db = () => database.kysely<IdentityTables>()
  return {
    async list(org, userId) {
      return (await listKeys(db(), org, userId)).map((row) => ({
        id: row.id,
        name: row.name,
        start: row.start,
        permissions: readList(row.permissions),
        ...(row.user_id !== null && { userId: row.user_id }),
        createdAt: row.created_at,
        ...(row.expires_at !== null && { expiresAt: row.expires_at }),
        ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
      }))
    },
    async create(acting, { name, permissions, forMs }) {
      requireKnown(world, permissions)
      // `*` too, which would grow with its maker: who holds something less now names it.
      requireCover(acting, new Set(permissions), 'This key')
      await requireFresh(world, acting)
      const now = clock.now()
      const userId = await makerOf(world, acting)
      const key = `${KEY_PREFIX}${newToken()}`
      const row = {
        id: newId(now),
        org_id: acting.org,
        user_id: userId,
        name,
        start: key.slice(0, KEY_PREFIX.length + 6),
        key_hash: hashToken(key),
        permissions: JSON.stringify([...new Set(permissions)]),
        created_at: now,
        expires_at: forMs === undefined ? null : now + forMs,
        last_used_at: null,
        revoked_at: null,
      }
      world.journal.makes('key', row.id)
      await insertKey(db(), row)
      return {
        id: row.id,
        name,
        start: row.start,
        permissions,
        ...(row.user_id !== null && { userId: row.user_id }),
        createdAt: now,
        ...(row.expires_at !== null && { expiresAt: row.expires_at }),
        key,
      }
    },
    async revoke({ org }, id, userId) {
      if (!(await revokeKey(db(), { org, id, userId }, clock.now())))
        throw new PlatformError('KEY_UNKNOWN', `There is no API key ${id}.`, { status: 404 })
      guard.forget()
    },
  }
}

/** The person who acts, by a session or by a key of theirs; null for nobody's. A key that makes a key makes it for that person: when they leave, both are over. */
export async function makerOf(
  { database }: Pick<IdentityWorld, 'database'>,
  { actor }: Acting,
): Promise<string | null> {
  if (actor.kind === 'user') return actor.id
  if (actor.kind !== 'key') return null
  return (await findKey(database.kysely<IdentityTables>(), { id: actor.id }))?.user_id ?? null
}

/** Throws `PERMISSION_UNKNOWN` with what there is. */
export function requireKnown({ book }: Pick<IdentityWorld, 'book'>, permissions: readonly string[]): void {
  const unknown = permissions.find((permission) => permission !== '*' && !book.permissions.has(permission))
  if (unknown === undefined) return
  const known = [...book.permissions.keys()].join(', ')
  throw new PlatformError(
    'PERMISSION_UNKNOWN',
    `There is no permission ${unknown.slice(0, 100)}; there are ${known}.`,
    { status: 400 },
  )
}
