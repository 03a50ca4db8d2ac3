import type { Database } from '@regie/engine'
import type { Transaction } from 'kysely'
import type { FactorTables } from './tables.ts'

/** Puts these codes in the place of all that the person had. */
export async function replaceBackupCodes(
  tx: Transaction<FactorTables>,
  userId: string,
  hashes: readonly string[],
): Promise<void> {
  await tx.deleteFrom('platform_backup_code').where('user_id', '=', userId).execute()
  if (hashes.length === 0) return
  await tx
    .insertInto('platform_backup_code')
    .values(hashes.map((hash) => ({ user_id: userId, hash, used_at: null })))
    .execute()
}

/** Uses a code for one caller only: true when it is the person's and unused. */
export async function useBackupCode(database: Database, userId: string, hash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .kysely<FactorTables>()
    .updateTable('platform_backup_code')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** How many codes are left. */
export async function countBackupCodes(database: Database, userId: string): Promise<number> {
  const { left } = await database
    .kysely<FactorTables>()
    .selectFrom('platform_backup_code')
    .select(({ fn }) => fn.countAll<number>().as('left'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return left
}
