import { QuotesError } from '../errors.ts'
import type { QuoteInput, QuoteView } from '../quote/model.ts'
import { holdClient, insertParts, quoteRows } from '../quote/store.ts'
import type { Db } from '../regie.ts'

/** Refuses a quote that is no draft, or of another version than was read. Throws `QUOTE_STATE` and `QUOTE_CHANGED`. */
export function requireDraft(
  { id, status, version }: Pick<QuoteView, 'id' | 'status' | 'version'>,
  read: number | undefined,
): void {
  if (status !== 'draft')
    throw new QuotesError('QUOTE_STATE', `quote ${id} is ${status}, and only a draft is changed: draft another one`)
  if (read !== undefined && read !== version) throw changed(id, version)
}

/**
 * Replaces what a draft says, at `now` (milliseconds UTC): its currency and days of validity stay when they are left out. Call it in the
 * transaction in which `before` was read. Throws `CLIENT_UNKNOWN`, `CLIENT_ANONYMISED`, and `QUOTE_CHANGED` for who comes second.
 */
export async function changeDraft(db: Db, now: number, before: QuoteView, input: QuoteInput): Promise<void> {
  await holdClient(db, input.clientId)
  const rows = quoteRows(now, input, before, before.id)
  const { client_id, title, notes, currency, validity_days, net_cents, vat_cents, gross_cents } = rows.quote
  const { numUpdatedRows } = await db
    .updateTable('quotes_quote')
    .set({ client_id, title, notes, currency, validity_days, net_cents, vat_cents, gross_cents, updated_at: now })
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', before.id)
    .where('status', '=', 'draft')
    .where('version', '=', before.version)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw changed(before.id, before.version + 1)
  await db.deleteFrom('quotes_line').where('quote_id', '=', before.id).execute()
  await db.deleteFrom('quotes_vat').where('quote_id', '=', before.id).execute()
  await insertParts(db, [rows])
}

/** Deletes a draft that was never numbered, with all its parts. Throws `QUOTE_STATE`, and `QUOTE_CHANGED` for who comes second. */
export async function deleteDraft(db: Db, { id, number, version }: QuoteView): Promise<void> {
  if (number !== null) throw new QuotesError('QUOTE_STATE', `quote ${id} has the number ${number}: withdraw it instead`)
  const { numDeletedRows } = await db
    .deleteFrom('quotes_quote')
    .where('id', '=', id)
    .where('status', '=', 'draft')
    .where('version', '=', version)
    .executeTakeFirst()
  if (numDeletedRows !== 1n) throw changed(id, version + 1)
}

function changed(quoteId: string, version: number): QuotesError {
  return new QuotesError(
    'QUOTE_CHANGED',
    `quote ${quoteId} was changed meanwhile and has the version ${version}: read it again`,
  )
}
