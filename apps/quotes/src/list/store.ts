import { invalidCursor } from '../client/store.ts'
import { decodeCursor, type Page, toPage } from '../page/model.ts'
import type { QuoteStatus, QuoteSummary } from '../quote/model.ts'
import { summaries, toSummary } from '../quote/store.ts'
import type { Db } from '../regie.ts'

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
  if (cursor !== undefined) {
    const [id] = decodeCursor(cursor, 1) ?? []
    if (id === undefined) throw invalidCursor()
    select = select.where('quote.id', '<', id)
  }
  const rows = await select
    .orderBy('quote.id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = toPage(rows, limit, (row) => [row.id])
  return { ...page, items: page.items.map(toSummary) }
}
