import { insertQuotes, type QuoteRows, summaries } from '../quote/store.ts'
import type { Db } from '../regie.ts'
import type { ClientTable, CounterTable } from '../schema.ts'
import type { SellerInput } from '../seller/model.ts'
import { readSeller, writeSeller } from '../seller/store.ts'

/** True when the organisation has a client already. */
export async function hasClients(db: Db): Promise<boolean> {
  const row = await db.selectFrom('quotes_client').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}

/** Drafts that no real person can be sent, newest first. */
export async function sampleDrafts(db: Db): Promise<readonly string[]> {
  const rows = await summaries(db)
    .where('quote.status', '=', 'draft')
    .where('client.email', 'like', '%.example')
    .orderBy('quote.created_at', 'desc')
    .limit(200)
    .execute()
  return rows.map(({ id }) => id)
}

/** What the sample is made of. */
export interface SampleRows {
  /** Who sells, unless somebody has said. */
  readonly seller: SellerInput
  readonly clients: readonly ClientTable[]
  readonly quotes: readonly QuoteRows[]
  readonly counters: readonly CounterTable[]
}

/** Writes the sample at `now`. Call it in a transaction. */
export async function insertSample(
  db: Db,
  now: number,
  { seller, clients, quotes, counters }: SampleRows,
): Promise<void> {
  if ((await readSeller(db)) === undefined) await writeSeller(db, now, seller)
  await db
    .insertInto('quotes_client')
    .values([...clients])
    .execute()
  await insertQuotes(db, quotes)
  await db
    .insertInto('quotes_counter')
    .values([...counters])
    .execute()
}
