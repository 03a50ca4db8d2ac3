import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { FactorTables } from './tables.ts'

/** A passkey as it is kept. */
export type StoredPasskey = FactorTables['platform_passkey']

/** Keeps a passkey; false when the credential is registered already, whoever has it. */
export async function insertPasskey(database: Database, passkey: StoredPasskey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .kysely<FactorTables>()
    .insertInto('platform_passkey')
    .values(passkey)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The passkeys of a person, the oldest first, 50 at most. */
export function listPasskeys(database: Database, userId: string): Promise<readonly StoredPasskey[]> {
  return database
    .kysely<FactorTables>()
    .selectFrom('platform_passkey')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id')
    .limit(50)
    .execute()
}

/** The passkey of a credential. */
export function findPasskey(database: Database, credentialId: string): Promise<StoredPasskey | undefined> {
  return database
    .kysely<FactorTables>()
    .selectFrom('platform_passkey')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** Writes that a passkey was used, when its counter still is what was looked at. */
export async function touchPasskey(
  database: Database,
  { id, counter }: Pick<StoredPasskey, 'id' | 'counter'>,
  used: { readonly counter: number; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .kysely<FactorTables>()
    .updateTable('platform_passkey')
    .set({ counter: used.counter, used_at: used.now })
    .where('id', '=', id)
    .where('counter', '=', counter)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Removes a passkey of a person; answers whether there was one. */
export async function deletePasskey(database: Database, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .kysely<FactorTables>()
    .deleteFrom('platform_passkey')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Removes every passkey of a person. */
export async function deletePasskeys(db: Kysely<FactorTables>, userId: string): Promise<void> {
  await db.deleteFrom('platform_passkey').where('user_id', '=', userId).execute()
}

/** Uses a challenge up: true for the first answer only. */
export async function useChallenge(database: Database, challenge: string, endsAt: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .kysely<FactorTables>()
    .insertInto('platform_passkey_challenge')
    .values({ challenge, expires_at: endsAt })
    .onConflict((conflict) => conflict.column('challenge').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Forgets challenges past their end, which no longer hold anyway. */
export async function deleteOldChallenges(database: Database, now: number): Promise<void> {
  await database.kysely<FactorTables>().deleteFrom('platform_passkey_challenge').where('expires_at', '<', now).execute()
}
