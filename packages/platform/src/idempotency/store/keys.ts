import type { Database, SqlConnection, SqlValue } from '@regie/engine'
import { type Kysely, sql } from 'kysely'

interface Tables {
  readonly platform_idempotency: {
    readonly org_id: string
    readonly principal: string
    readonly key: string
    readonly fingerprint: string
    readonly state: 'open' | 'changed' | 'answered'
    readonly holder: string
    readonly locked_until: number
    readonly expires_at: number
    readonly status: number | null
    readonly headers: string | null
    readonly body: string | null
  }
}

/** An answer as it is kept. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whose key, for which request, and how long. Instants are milliseconds UTC. */
export interface KeyClaim {
  readonly org: string
  readonly principal: string
  /** Hashed. */
  readonly key: string
  readonly fingerprint: string
  /** This attempt's own id. */
  readonly holder: string
  readonly now: number
  readonly lockedUntil: number
  readonly expiresAt: number
}

/** What is known of a key that could not be claimed. */
export type KnownKey = { readonly fingerprint: string; readonly lockedUntil: number } & (
  | { readonly state: 'open' | 'changed' }
  | { readonly state: 'answered'; readonly answer: Answered }
)

/** Takes a key that is new, expired, or left behind by an attempt that changed nothing; otherwise answers what is known of it. */
export async function claimKey(database: Database, claim: KeyClaim): Promise<'claimed' | KnownKey> {
  const claimed = await insert(database, claim)
  if (claimed !== undefined) return 'claimed'
  const known = await find(database, claim)
  // It was given up in this very moment.
  return known ?? claimKey(database, claim)
}

function insert(
  database: Database,
  { org, principal, key, fingerprint, holder, now, lockedUntil, expiresAt }: KeyClaim,
) {
  const taken = { fingerprint, holder, locked_until: lockedUntil, expires_at: expiresAt }
  const fresh = { ...taken, state: 'open' as const, status: null, headers: null, body: null }
  return database
    .kysely<Tables>()
    .insertInto('platform_idempotency')
    .values({ org_id: org, principal, key, ...fresh })
    .onConflict((conflict) =>
      conflict
        .columns(['org_id', 'principal', 'key'])
        .doUpdateSet(fresh)
        .where((where) =>
          where.or([
            where('platform_idempotency.expires_at', '<=', now),
            where.and([
              where('platform_idempotency.state', '=', 'open'),
              where('platform_idempotency.locked_until', '<=', now),
              where('platform_idempotency.fingerprint', '=', fingerprint),
            ]),
          ]),
        ),
    )
    .returning('holder')
    .executeTakeFirst()
}

async function find(database: Database, { org, principal, key }: KeyClaim): Promise<KnownKey | undefined> {
  const row = await database
    .kysely<Tables>()
    .selectFrom('platform_idempotency')
    .selectAll()
    .where('org_id', '=', org)
    .where('principal', '=', principal)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { fingerprint, locked_until: lockedUntil, state } = row
  if (state !== 'answered') return { fingerprint, lockedUntil, state }
  const answer = { status: row.status ?? 200, headers: JSON.parse(row.headers ?? '{}'), body: row.body ?? '' }
  return { fingerprint, lockedUntil, state, answer }
}

/** On the connection that is about to commit a change; false when another attempt has taken over, and it must not be made. */
export async function markChanged(database: Database, connection: SqlConnection, claim: KeyClaim): Promise<boolean> {
  const { sql: text, parameters } = held(database.kysely<Tables>(), claim)
    .set({ state: 'changed' })
    .returning('holder')
    .compile()
  return (await connection.query(text, parameters as readonly SqlValue[])).length > 0
}

/** Keeps what was answered. */
export async function keepAnswer(
  database: Database,
  claim: KeyClaim,
  { status, headers, body }: Answered,
): Promise<void> {
  await held(database.kysely<Tables>(), claim)
    .set({ state: 'answered', status, headers: JSON.stringify(headers), body })
    .execute()
}

/** Ends an attempt that changed something and has no answer to keep. */
export async function releaseKey(database: Database, claim: KeyClaim): Promise<void> {
  await held(database.kysely<Tables>(), claim).set({ locked_until: sql<number>`0` }).execute()
}

function held(db: Kysely<Tables>, { org, principal, key, holder }: KeyClaim) {
  return db
    .updateTable('platform_idempotency')
    .where('org_id', '=', org)
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('holder', '=', holder)
}

/** Forgets a key whose attempt changed nothing; false when it did, or was taken over. */
export async function forgetKey(database: Database, { org, principal, key, holder }: KeyClaim): Promise<boolean> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_idempotency')
    .where('org_id', '=', org)
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('holder', '=', holder)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Forgets the answers that expired before an instant (milliseconds UTC), of all organisations; answers how many. */
export async function deleteExpiredKeys(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_idempotency')
    .where('expires_at', '<=', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
