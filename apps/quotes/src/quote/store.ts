import { isoOf, isoOrNull, newId } from '@regie/platform'
import { unknownClient } from '../client/store.ts'
import type { Config } from '../config.ts'
import { formatDecimal } from '../decimal/model.ts'
import { QuotesError } from '../errors.ts'
import { lineNetCents, quoteAmounts } from '../line/model.ts'
import type { Db } from '../regie.ts'
import type { LineTable, QuoteTable, VatTable } from '../schema.ts'
import type { QuoteInput, QuoteSummary, QuoteView } from './model.ts'

/** The rows one quote is made of. */
export interface QuoteRows {
  readonly quote: QuoteTable
  readonly lines: readonly LineTable[]
  readonly vat: readonly VatTable[]
}

/** A new draft as rows, its amounts computed. What the input leaves out comes from `defaults`. */
export function quoteRows(
  now: number,
  input: QuoteInput,
  defaults: Pick<Config, 'currency' | 'validityDays'>,
  id = newId(now),
): QuoteRows {
  const amounts = quoteAmounts(input.lines)
  const quote: QuoteTable = {
    id,
    client_id: input.clientId,
    number: null,
    title: input.title,
    notes: input.notes ?? null,
    status: 'draft',
    currency: input.currency ?? defaults.currency,
    validity_days: input.validityDays ?? defaults.validityDays,
    issued_on: null,
    valid_until: null,
    net_cents: amounts.netCents,
    vat_cents: amounts.vatCents,
    gross_cents: amounts.grossCents,
    answer_reason: null,
    sending_at: null,
    sent_at: null,
    closed_at: null,
    created_at: now,
    updated_at: now,
    version: 1,
  }
  const lines = input.lines.map(
    (line, index): LineTable => ({
      quote_id: id,
      position: index + 1,
      description: line.description,
      unit: line.unit,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      discount_bp: line.discountBp,
      vat_bp: line.vatBp,
      net_cents: lineNetCents(line),
    }),
  )
  const vat = amounts.vat.map((share) => ({
    quote_id: id,
    vat_bp: share.vatBp,
    base_cents: share.baseCents,
    vat_cents: share.vatCents,
  }))
  return { quote, lines, vat }
}

/** Writes a new draft; answers its id. Call it in a transaction. Throws `CLIENT_UNKNOWN` and `CLIENT_ANONYMISED`. */
export async function createQuote(
  db: Db,
  now: number,
  input: QuoteInput,
  defaults: Pick<Config, 'currency' | 'validityDays'>,
): Promise<string> {
  await holdClient(db, input.clientId)
  const rows = quoteRows(now, input, defaults)
  await insertQuotes(db, [rows])
  return rows.quote.id
}

/** Held until the quote is written: the client must not be anonymised in between. Throws `CLIENT_UNKNOWN` and `CLIENT_ANONYMISED`. */
export async function holdClient(db: Db, clientId: string): Promise<void> {
  const client = await db
    .updateTable('quotes_client')
    .set(({ ref }) => ({ updated_at: ref('updated_at') }))
    .where('id', '=', clientId)
    .returning('anonymised_at')
    .executeTakeFirst()
  if (client === undefined) throw unknownClient(clientId)
  if (client.anonymised_at !== null) {
    throw new QuotesError('CLIENT_ANONYMISED', `the data of client ${clientId} was erased: add the client anew`)
  }
}

/** Writes quotes with their parts, one statement per table. */
export async function insertQuotes(db: Db, quotes: readonly QuoteRows[]): Promise<void> {
  await db
    .insertInto('quotes_quote')
    .values(quotes.map((rows) => rows.quote))
    .execute()
  await insertParts(db, quotes)
}

/** Writes the lines and the VAT of quotes that are there. */
export async function insertParts(db: Db, quotes: readonly QuoteRows[]): Promise<void> {
  await db
    .insertInto('quotes_line')
    .values(quotes.flatMap((rows) => rows.lines))
    .execute()
  await db
    .insertInto('quotes_vat')
    .values(quotes.flatMap((rows) => rows.vat))
    .execute()
}

/** A quote with all it says. Throws `QUOTE_UNKNOWN`. */
export async function readQuote(db: Db, quoteId: string): Promise<QuoteView> {
  const row = await summaries(db).where('quote.id', '=', quoteId).executeTakeFirst()
  if (row === undefined) throw unknownQuote(quoteId)
  return {
    ...toSummary(row),
    version: row.version,
    notes: row.notes,
    validityDays: row.validity_days,
    answerReason: row.answer_reason,
    sentAt: isoOrNull(row.sent_at),
    closedAt: isoOrNull(row.closed_at),
    lines: await readLines(db, quoteId),
    vat: await readVat(db, quoteId),
  }
}

/** Quotes joined with their client's name; callers add conditions, order and limit. */
export function summaries(db: Db) {
  return db
    .selectFrom('quotes_quote as quote')
    .innerJoin('quotes_client as client', (join) =>
      join.onRef('client.org_id', '=', 'quote.org_id').onRef('client.id', '=', 'quote.client_id'),
    )
    .selectAll('quote')
    .select(['client.name as client_name', 'client.name_sort as client_name_sort', 'client.email as client_email'])
}

/** A quote's row as lists show it. */
export function toSummary(
  row: QuoteTable & { readonly client_name: string; readonly client_email: string | null },
): QuoteSummary {
  return {
    id: row.id,
    clientId: row.client_id,
    clientName: row.client_name,
    clientHasEmail: row.client_email !== null,
    number: row.number,
    title: row.title,
    status: row.status,
    currency: row.currency,
    netCents: row.net_cents,
    vatCents: row.vat_cents,
    grossCents: row.gross_cents,
    issuedOn: row.issued_on,
    validUntil: row.valid_until,
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  }
}

/** Those of these quotes that are there, in no order. */
export async function readSummaries(db: Db, quoteIds: readonly string[]): Promise<readonly QuoteSummary[]> {
  if (quoteIds.length === 0) return []
  const rows = await summaries(db).where('quote.id', 'in', quoteIds).execute()
  return rows.map(toSummary)
}

/** The refusal of a quote that is not there. */
export function unknownQuote(quoteId: string): QuotesError {
  return new QuotesError('QUOTE_UNKNOWN', `no quote has the id ${quoteId}: list them with GET /api/v1/quotes/quotes`)
}

async function readLines(db: Db, quoteId: string): Promise<QuoteView['lines']> {
  const rows = await db
    .selectFrom('quotes_line')
    .selectAll()
    .where('quote_id', '=', quoteId)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    description: row.description,
    unit: row.unit,
    quantity: formatDecimal(row.quantity, 4),
    unitPrice: formatDecimal(row.unit_price, 4),
    discount: formatDecimal(row.discount_bp, 2),
    vatRate: formatDecimal(row.vat_bp, 2),
    netCents: row.net_cents,
  }))
}

async function readVat(db: Db, quoteId: string): Promise<QuoteView['vat']> {
  const rows = await db.selectFrom('quotes_vat').selectAll().where('quote_id', '=', quoteId).orderBy('vat_bp').execute()
  return rows.map((row) => ({ rate: formatDecimal(row.vat_bp, 2), baseCents: row.base_cents, vatCents: row.vat_cents }))
}
