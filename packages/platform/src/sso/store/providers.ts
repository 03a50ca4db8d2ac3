import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { SsoTables } from './tables.ts'

/** A provider as it is kept. */
export type StoredProvider = SsoTables['platform_sso_provider']

/** All providers that administrators have set up; there are a handful. */
export function listProviders(database: Database): Promise<readonly StoredProvider[]> {
  return database.kysely<SsoTables>().selectFrom('platform_sso_provider').selectAll().orderBy('id').limit(100).execute()
}

/** One provider. */
export function findProvider(db: Kysely<SsoTables>, id: string): Promise<StoredProvider | undefined> {
  return db.selectFrom('platform_sso_provider').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Keeps a provider, or changes it. */
export async function saveProvider(db: Kysely<SsoTables>, provider: StoredProvider): Promise<void> {
  const { settings, client_secret, updated_at } = provider
  await db
    .insertInto('platform_sso_provider')
    .values(provider)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ settings, client_secret, updated_at }))
    .execute()
}

/** Removes a provider; answers whether there was one. */
export async function deleteProvider(database: Database, id: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .kysely<SsoTables>()
    .deleteFrom('platform_sso_provider')
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
