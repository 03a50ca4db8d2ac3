import type { Db } from '../regie.ts'

/** Clients to be anonymised: those who never accepted a quote, or those who did. */
export type ClientGroup = 'prospect' | 'customer'

/** Which clients. */
export interface InactiveQuery {
  readonly group: ClientGroup
  /** Milliseconds UTC. */
  readonly before: number
  readonly limit: number
  /** Of these only. */
  readonly among?: readonly string[]
}

/** Clients of one group of whom nothing was heard since `before`, at most `limit`. */
export async function inactiveClients(
  db: Db,
  { group, before, limit, among }: InactiveQuery,
): Promise<readonly string[]> {
  if (among?.length === 0) return []
  const rows = await db
    .selectFrom('quotes_client as client')
    .select('client.id')
    .where('client.anonymised_at', 'is', null)
    .where('client.updated_at', '<', before)
    .$if(among !== undefined, (query) => query.where('client.id', 'in', [...(among ?? [])]))
    .where(({ not, exists, selectFrom }) => {
      const quotes = selectFrom('quotes_quote as quote')
        .select('quote.id')
        .whereRef('quote.client_id', '=', 'client.id')
      return not(exists(quotes.where('quote.updated_at', '>=', before)))
    })
    .where(({ not, exists, selectFrom }) => {
      const accepted = exists(
        selectFrom('quotes_quote as quote')
          .select('quote.id')
          .whereRef('quote.client_id', '=', 'client.id')
          .where('quote.status', '=', 'accepted'),
      )
      return group === 'customer' ? accepted : not(accepted)
    })
    .orderBy('client.id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Nobody changes these clients and their quotes, nor makes one a new quote, before this transaction ends. */
export async function holdClients(db: Db, clientIds: readonly string[]): Promise<void> {
  if (clientIds.length === 0) return
  await db
    .updateTable('quotes_client')
    .set(({ ref }) => ({ updated_at: ref('updated_at') }))
    .where('id', 'in', [...clientIds])
    .execute()
  await db
    .updateTable('quotes_quote')
    .set(({ ref }) => ({ updated_at: ref('updated_at') }))
    .where('client_id', 'in', [...clientIds])
    .execute()
}

/** Erases what says who these clients are, and the free text of their quotes; the figures stay. */
export async function anonymiseClients(db: Db, clientIds: readonly string[], now: number): Promise<void> {
  if (clientIds.length === 0) return
  await db
    .updateTable('quotes_client')
    .set({
      name: 'Anonyme',
      name_sort: 'anonyme',
      contact_name: null,
      email: null,
      phone: null,
      address: null,
      postal_code: null,
      city: null,
      siren: null,
      vat_number: null,
      anonymised_at: now,
      updated_at: now,
    })
    .where('id', 'in', [...clientIds])
    .execute()
  await db
    .updateTable('quotes_quote')
    .set({ title: 'Anonyme', notes: null, answer_reason: null })
    .where('client_id', 'in', [...clientIds])
    .execute()
}

/** Quotes in which nothing has changed since `before` (milliseconds UTC), at most `limit`. */
export async function oldQuotes(db: Db, before: number, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('quotes_quote')
    .select('id')
    .where('updated_at', '<', before)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes those of these quotes in which nothing has changed since `before`, with their lines, VAT and notices; answers which. */
export async function deleteQuotes(db: Db, quoteIds: readonly string[], before: number): Promise<readonly string[]> {
  if (quoteIds.length === 0) return []
  const rows = await db
    .deleteFrom('quotes_quote')
    .where('id', 'in', [...quoteIds])
    // Somebody may have changed one since it was found.
    .where('updated_at', '<', before)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes who sells when nobody has said so since `before` (milliseconds UTC) and there is no quote; answers how many, 0 or 1. */
export async function forgetSeller(db: Db, before: number): Promise<number> {
  const rows = await db
    .deleteFrom('quotes_seller')
    .where('updated_at', '<', before)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('quotes_quote').select('id'))))
    .returning('name')
    .execute()
  return rows.length
}
