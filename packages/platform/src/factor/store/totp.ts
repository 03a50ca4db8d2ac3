import type { Database } from '@regie/engine'
import type { Transaction } from 'kysely'
import type { FactorTables } from './tables.ts'

/** An authenticator of a person. */
export interface StoredTotp {
  readonly sealedSecret: string
  readonly confirmed: boolean
}

/** Keeps a secret that is to be confirmed; answers false when the person has a confirmed one, which stays. */
export async function saveTotp(
  database: Database,
  totp: { readonly userId: string; readonly sealedSecret: string; readonly now: number },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .kysely<FactorTables>()
    .insertInto('platform_totp')
    .values({
      user_id: totp.userId,
      secret: totp.sealedSecret,
      created_at: totp.now,
      confirmed_at: null,
      last_step: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ secret: totp.sealedSecret, created_at: totp.now, last_step: 0 })
        .where('platform_totp.confirmed_at', 'is', null),
    )
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The authenticator of a person. */
export async function findTotp(database: Database, userId: string): Promise<StoredTotp | undefined> {
  const row = await database
    .kysely<FactorTables>()
    .selectFrom('platform_totp')
    .select(['secret', 'confirmed_at'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row === undefined ? undefined : { sealedSecret: row.secret, confirmed: row.confirmed_at !== null }
}

/** Takes a step for one caller only: true when no code of it or of a later one has counted. */
export async function takeStep(database: Database, userId: string, secret: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .kysely<FactorTables>()
    .updateTable('platform_totp')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    // The secret that the code was compared with, not one that has taken its place since.
    .where('secret', '=', secret)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Marks the authenticator as confirmed; false when it was, or when another secret has taken its place. */
export async function confirmTotp(
  tx: Transaction<FactorTables>,
  { userId, sealedSecret, now }: { readonly userId: string; readonly sealedSecret: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('platform_totp')
    .set({ confirmed_at: now })
    .where('user_id', '=', userId)
    .where('secret', '=', sealedSecret)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Removes the authenticator. */
export async function deleteTotp(tx: Transaction<FactorTables>, userId: string): Promise<void> {
  await tx.deleteFrom('platform_totp').where('user_id', '=', userId).execute()
}
