import { decodeCursor, keyset, type Page, toPage } from '@regie/platform'
import { sql } from 'kysely'
import type { QuoteStatus, QuoteSummary } from '../quote/model.ts'
import { summaries, toSummary } from '../quote/store.ts'
import type { Db } from '../regie.ts'
import { containing, sortable } from '../text/model.ts'

const LIST = 'quotes.quotes'

/** Which quotes to list, and from where on. */
export interface QuoteQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly status?: QuoteStatus | undefined
  readonly clientId?: string | undefined
  /** Those with it in their number, their title or their client's name. */
  readonly q?: string | undefined
}

/** Quotes, newest first. Throws `CURSOR_INVALID`. */
export async function listQuotes(db: Db, query: QuoteQuery): Promise<Page<QuoteSummary>> {
  const { limit, cursor, status, clientId, q } = query
  let select = summaries(db)
  if (status !== undefined) select = select.where('quote.status', '=', status)
  if (clientId !== undefined) select = select.where('quote.client_id', '=', clientId)
  if (q !== undefined) select = select.where(holding(q))
  const after = decodeCursor(LIST, cursor, ['text'])
  const rows = await keyset(select, { columns: ['quote.id'], direction: 'desc', after, limit }).execute()
  const page = toPage(rows, { list: LIST, limit, key: (row) => [row.id] })
  return { ...page, items: page.items.map(toSummary) }
}

function holding(text: string) {
  const [typed, small] = [containing(text), containing(text.toLowerCase())]
  return sql<boolean>`(lower(quote.number) like ${small} escape '\\' or quote.title like ${typed} escape '\\'
    or lower(quote.title) like ${small} escape '\\' or client.name_sort like ${containing(sortable(text))} escape '\\')`
}
