import type { Database } from '@regie/engine'
import type { SsoTables } from './tables.ts'

/** A sign-in that is under way. */
export type StoredFlow = SsoTables['platform_sso_flow']

/** Keeps a sign-in that begins. */
export async function insertFlow(database: Database, flow: StoredFlow): Promise<void> {
  await database.kysely<SsoTables>().insertInto('platform_sso_flow').values(flow).execute()
}

/** Takes a sign-in out, for one caller only. */
export function takeFlow(database: Database, stateHash: string): Promise<StoredFlow | undefined> {
  return database
    .kysely<SsoTables>()
    .deleteFrom('platform_sso_flow')
    .where('state_hash', '=', stateHash)
    .returningAll()
    .executeTakeFirst()
}

/** A sign-in of a provider that nobody has answered yet. */
export function findOpenFlow(
  database: Database,
  providerId: string,
  stateHash: string,
  now: number,
): Promise<StoredFlow | undefined> {
  return database
    .kysely<SsoTables>()
    .selectFrom('platform_sso_flow')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .where('provider_id', '=', providerId)
    .where('profile', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Keeps who an answer has proved; true for the first answer only. */
export async function answerFlow(database: Database, stateHash: string, profile: string): Promise<boolean> {
  const { numUpdatedRows } = await database
    .kysely<SsoTables>()
    .updateTable('platform_sso_flow')
    .set({ profile })
    .where('state_hash', '=', stateHash)
    .where('profile', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Remembers an assertion; true the first time. */
export async function takeAssertion(
  database: Database,
  assertion: SsoTables['platform_sso_assertion'],
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .kysely<SsoTables>()
    .insertInto('platform_sso_assertion')
    .values(assertion)
    .onConflict((conflict) => conflict.columns(['provider_id', 'assertion_id']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Forgets sign-ins that nobody finished. */
export async function deleteOldFlows(database: Database, now: number): Promise<void> {
  await database.kysely<SsoTables>().deleteFrom('platform_sso_flow').where('expires_at', '<', now).execute()
}

/** Forgets assertions past their end. */
export async function deleteOldAssertions(database: Database, now: number): Promise<void> {
  await database.kysely<SsoTables>().deleteFrom('platform_sso_assertion').where('expires_at', '<', now).execute()
}
