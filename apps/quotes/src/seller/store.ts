import type { Db } from '../regie.ts'
import type { Seller, SellerInput } from './model.ts'

/** Who sells in this organisation; undefined while nobody has said. */
export async function readSeller(db: Db): Promise<Seller | undefined> {
  const row = await db
    .selectFrom('quotes_seller')
    .select(['name', 'email', 'summary_recipient', 'language'])
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { summary_recipient: summaryRecipient, ...rest } = row
  return { ...rest, summaryRecipient }
}

/** Says who sells from now on. Call it in a transaction. */
export async function writeSeller(db: Db, now: number, input: SellerInput): Promise<Seller> {
  const { summaryRecipient = null, ...rest } = input
  const row = { ...rest, summary_recipient: summaryRecipient, updated_at: now }
  await db
    .insertInto('quotes_seller')
    .values(row)
    .onConflict((conflict) => conflict.column('org_id').doUpdateSet(row))
    .execute()
  return { ...rest, summaryRecipient }
}
