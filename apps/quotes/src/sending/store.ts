import { overtaken } from '../answer/store.ts'
import { addDays, calendarDate } from '../calendar/model.ts'
import type { Config } from '../config.ts'
import { QuotesError } from '../errors.ts'
import { quoteNumber, seriesOf, transition } from '../quote/model.ts'
import { unknownQuote } from '../quote/store.ts'
import type { Db } from '../regie.ts'

/** A quote to be sent. */
export interface Sending {
  readonly quoteId: string
  /** Milliseconds UTC. */
  readonly now: number
  /** Its last day; default: today and the quote's days of validity. */
  readonly validUntil?: string | undefined
  readonly config: Pick<Config, 'timeZone' | 'numberPrefix'>
}

/** What a quote got when its sending began. */
export interface BegunSending {
  readonly clientId: string
  readonly number: string
  readonly issuedOn: string
  readonly validUntil: string
}

/**
 * Gives a draft its number and dates and makes it `sending`; from here on nothing in it changes. Call it in the
 * transaction that enqueues the mail. Throws `QUOTE_UNKNOWN`, `QUOTE_STATE`, `CLIENT_WITHOUT_EMAIL`, `VALIDITY_PAST`.
 */
export async function beginSending(db: Db, { quoteId, now, validUntil, config }: Sending): Promise<BegunSending> {
  const quote = await readForSending(db, quoteId)
  const next = transition(quote.status, 'send')
  if (!next.ok) throw new QuotesError('QUOTE_STATE', next.message)
  if (quote.email === null) {
    throw new QuotesError(
      'CLIENT_WITHOUT_EMAIL',
      `client ${quote.client_id} has no e-mail address to send quote ${quoteId} to`,
    )
  }
  const issuedOn = calendarDate(now, config.timeZone)
  const lastDay = validUntil ?? addDays(issuedOn, quote.validity_days)
  if (lastDay < issuedOn) {
    throw new QuotesError('VALIDITY_PAST', `validUntil is ${lastDay}, which is over: give a date from ${issuedOn} on`)
  }
  const number = quote.number ?? (await nextNumber(db, seriesOf(config.numberPrefix, issuedOn)))
  const changed = await db
    .updateTable('quotes_quote')
    .set({ status: next.status, number, issued_on: issuedOn, valid_until: lastDay, sending_at: now, updated_at: now })
    .where('id', '=', quoteId)
    .where('status', '=', quote.status)
    .executeTakeFirst()
  if (changed.numUpdatedRows !== 1n) throw overtaken(quoteId)
  return { clientId: quote.client_id, number, issuedOn, validUntil: lastDay }
}

/** Makes a quote `sent`; false when it was not `sending` any more. */
export async function markSent(db: Db, quoteId: string, now: number): Promise<boolean> {
  return endSending(db, { quoteId, now, to: { status: 'sent', sent_at: now } })
}

/** Makes a quote that could not be mailed a draft again; it keeps its number. False when it was not `sending` any more. */
export async function returnToDraft(db: Db, quoteId: string, now: number): Promise<boolean> {
  return endSending(db, { quoteId, now, to: { status: 'draft', sending_at: null } })
}

/** Quotes whose sending began before `before` (milliseconds UTC) and has not ended, at most `limit`, oldest id first. */
export async function stuckSendings(db: Db, before: number, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('quotes_quote')
    .select('id')
    .where('status', '=', 'sending')
    .where('sending_at', '<', before)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Restarts the clock of sendings that were enqueued again, so that they are not at once stuck again. */
export async function restartSendings(db: Db, quoteIds: readonly string[], now: number): Promise<void> {
  await db
    .updateTable('quotes_quote')
    .set({ sending_at: now })
    .where('id', 'in', [...quoteIds])
    .where('status', '=', 'sending')
    .execute()
}

/** The next number of a series; a rollback gives it back, so the series has no gaps. */
async function nextNumber(db: Db, series: string): Promise<string> {
  const { last_value: value } = await db
    .insertInto('quotes_counter')
    .values({ series, last_value: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['org_id', 'series'])
        .doUpdateSet(({ eb }) => ({ last_value: eb('quotes_counter.last_value', '+', 1) })),
    )
    .returning('last_value')
    .executeTakeFirstOrThrow()
  return quoteNumber(series, value)
}

async function readForSending(db: Db, quoteId: string) {
  const quote = await db
    .selectFrom('quotes_quote as quote')
    .innerJoin('quotes_client as client', (join) =>
      join.onRef('client.org_id', '=', 'quote.org_id').onRef('client.id', '=', 'quote.client_id'),
    )
    .select(['quote.status', 'quote.number', 'quote.validity_days', 'quote.client_id', 'client.email'])
    .where('quote.id', '=', quoteId)
    .executeTakeFirst()
  if (quote === undefined) throw unknownQuote(quoteId)
  return quote
}

interface EndOfSending {
  readonly quoteId: string
  readonly now: number
  readonly to:
    | { readonly status: 'sent'; readonly sent_at: number }
    | { readonly status: 'draft'; readonly sending_at: null }
}

async function endSending(db: Db, { quoteId, now, to }: EndOfSending): Promise<boolean> {
  const changed = await db
    .updateTable('quotes_quote')
    .set({ ...to, updated_at: now })
    .where('id', '=', quoteId)
    .where('status', '=', 'sending')
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}
