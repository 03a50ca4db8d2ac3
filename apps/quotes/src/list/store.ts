import { decodeCursor, keyset, type Page, toPage } from '@regie/platform'
import type { QuoteStatus, QuoteSummary } from '../quote/model.ts'
import { summaries, toSummary } from '../quote/store.ts'
import type { Db } from '../regie.ts'

const LIST = 'quotes.quotes'

/** Which quotes to list, and from where on. */
export interface QuoteQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly status?: QuoteStatus | undefined
  readonly clientId?: string | undefined
}

/** Quotes, newest first. Throws `CURSOR_INVALID`. */
export async function listQuotes(db: Db, query: QuoteQuery): Promise<Page<QuoteSummary>> {
  const { limit, cursor, status, clientId } = query
  let select = summaries(db)
  if (status !== undefined) select = select.where('quote.status', '=', status)
  if (clientId !== undefined) select = select.where('quote.client_id', '=', clientId)
  const after = decodeCursor(LIST, cursor, ['text'])
  const rows = await keyset(select, { columns: ['quote.id'], direction: 'desc', after, limit }).execute()
  const page = toPage(rows, { list: LIST, limit, key: (row) => [row.id] })
  return { ...page, items: page.items.map(toSummary) }
}
