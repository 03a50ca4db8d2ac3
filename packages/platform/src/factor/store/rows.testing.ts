import type { Database } from '@regie/engine'
import type { FactorTables } from './tables.ts'

/** All that the tables of second factors hold, for tests that look for secrets in it. */
export async function rowsOf(database: Database): Promise<readonly unknown[]> {
  const db = database.kysely<FactorTables>()
  return [
    await db.selectFrom('platform_totp').selectAll().execute(),
    await db.selectFrom('platform_backup_code').selectAll().execute(),
    await db.selectFrom('platform_passkey').selectAll().execute(),
  ]
}
