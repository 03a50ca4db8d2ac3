import { decodeCursor, type KeyPart, keyset, type Page, toPage } from '@regie/platform'
import { sql } from 'kysely'
import type { QuoteStatus, QuoteSummary } from '../quote/model.ts'
import { summaries, toSummary } from '../quote/store.ts'
import type { Db } from '../regie.ts'
import { containing, sortable } from '../text/model.ts'

const SORTED_BY = ['created', 'client', 'total', 'changed'] as const

/** What quotes may be listed by; `-` is the other way round. Ids begin with when a quote was drafted. */
export const QUOTE_SORTS = SORTED_BY.flatMap((by) => [by, `-${by}`] as const)

/** An order of quotes. */
export type QuoteSort = (typeof QUOTE_SORTS)[number]

/** Which quotes to list, and from where on. */
export interface QuoteQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  /** Default `-created`. */
  readonly sort?: QuoteSort | undefined
  readonly status?: QuoteStatus | undefined
  readonly clientId?: string | undefined
  /** Those with it in their number, their title or their client's name. */
  readonly q?: string | undefined
}

/** Quotes in the order asked for. Throws `CURSOR_INVALID`. */
export async function listQuotes(db: Db, query: QuoteQuery): Promise<Page<QuoteSummary>> {
  const { limit, cursor, sort = '-created', status, clientId, q } = query
  let select = summaries(db)
  if (status !== undefined) select = select.where('quote.status', '=', status)
  if (clientId !== undefined) select = select.where('quote.client_id', '=', clientId)
  if (q !== undefined) select = select.where(holding(q))
  const { columns, types, key } = ORDERS[sort.replace('-', '') as keyof typeof ORDERS]
  // A place in one order is none in another.
  const list = `quotes.quotes ${sort}`
  const after = decodeCursor(list, cursor, types)
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const rows = await keyset(select, { columns, direction, after, limit }).execute()
  const page = toPage(rows, { list, limit, key })
  return { ...page, items: page.items.map(toSummary) }
}

type Sorted = Awaited<ReturnType<ReturnType<typeof summaries>['executeTakeFirstOrThrow']>>

interface Order {
  readonly columns: readonly string[]
  readonly types: readonly ('text' | 'number')[]
  readonly key: (row: Sorted) => readonly KeyPart[]
}

const ORDERS: Readonly<Record<(typeof SORTED_BY)[number], Order>> = {
  created: { columns: ['quote.id'], types: ['text'], key: ({ id }) => [id] },
  client: order('client.name_sort', 'text', (row) => row.client_name_sort),
  total: order('quote.gross_cents', 'number', (row) => row.gross_cents),
  changed: order('quote.updated_at', 'number', (row) => row.updated_at),
}

function order(column: string, type: 'text' | 'number', of: (row: Sorted) => KeyPart): Order {
  return { columns: [column, 'quote.id'], types: [type, 'text'], key: (row) => [of(row), row.id] }
}

function holding(text: string) {
  const [typed, small] = [containing(text), containing(text.toLowerCase())]
  return sql<boolean>`(lower(quote.number) like ${small} escape '\\' or quote.title like ${typed} escape '\\'
    or lower(quote.title) like ${small} escape '\\' or client.name_sort like ${containing(sortable(text))} escape '\\')`
}
