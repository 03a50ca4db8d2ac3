import {
  type Column,
  Go,
  Moment,
  PagesTable,
  type Selection,
  useApiPages,
  useSearchText,
  useWords,
} from '@regie/console'
import type { ReactNode } from 'react'
import { getQuotes, type QuotesQuote } from './api.gen.ts'
import { Day, Money, QuoteStatus } from './model.tsx'
import { quoteWords } from './words.ts'

const SORTS = ['created', 'client', 'total', 'changed'].flatMap((by) => [by, `-${by}`])
const NEWEST = '-created'

/** Quotes, newest first unless the address says otherwise, all or those that match. */
export function QuoteTable({
  filter,
  waiting,
  empty,
  selection,
  tools,
}: {
  readonly filter: {
    readonly status?: string | undefined
    readonly clientId?: string | undefined
    readonly q?: string | undefined
  }
  /** Drafts that a sending has still to come to. */
  readonly waiting?: ReadonlySet<string>
  readonly empty: ReactNode
  readonly selection?: Selection<QuotesQuote> | undefined
  readonly tools?: ((quotes: readonly QuotesQuote[]) => ReactNode) | undefined
}) {
  const words = useWords(quoteWords)
  const [asked, setOrder] = useSearchText('sort')
  const order = SORTS.includes(asked) ? asked : NEWEST
  const query = useApiPages(getQuotes, { ...filter, sort: order }, { live: 'quotes' })
  return (
    <PagesTable
      id="quotes"
      label={words.quotes}
      query={query}
      rowsOf={({ items }) => items}
      rowKey={({ id }) => id}
      columns={columnsOf(words, { waiting, order, onOrder: (next) => setOrder(next === NEWEST ? '' : next) })}
      line={({ clientName, grossCents, currency }, isNarrow) =>
        isNarrow && (
          <span translate="no">
            <Money cents={grossCents} currency={currency} /> · {clientName}
          </span>
        )
      }
      empty={empty}
      {...(selection !== undefined && { selection })}
      {...(tools !== undefined && { tools })}
    />
  )
}

function columnsOf(
  words: (typeof quoteWords)['en'],
  {
    waiting,
    order,
    onOrder,
  }: {
    readonly waiting: ReadonlySet<string> | undefined
    readonly order: string
    readonly onOrder: (order: string) => void
  },
): readonly Column<QuotesQuote>[] {
  return [
    {
      id: 'title',
      title: words.subject,
      width: 200,
      grow: true,
      phone: true,
      cell: ({ id, title }) => (
        <Go to={`/quotes/${id}`}>
          <span translate="no">{title}</span>
        </Go>
      ),
    },
    {
      id: 'status',
      title: words.state,
      width: 160,
      phone: true,
      cell: ({ id, status }) => <QuoteStatus state={status} isOrdered={waiting?.has(id) === true} />,
    },
    {
      id: 'client',
      title: words.client,
      width: 180,
      sorting: { by: 'client', order, onOrder },
      cell: ({ clientName }) => <span translate="no">{clientName}</span>,
    },
    {
      id: 'number',
      title: words.number,
      width: 120,
      cell: ({ number }) =>
        number === null ? <span className="soft">{words.noNumber}</span> : <span translate="no">{number}</span>,
    },
    {
      id: 'total',
      title: words.total,
      width: 130,
      end: true,
      sorting: { by: 'total', first: 'desc', order, onOrder },
      cell: ({ grossCents, currency }) => <Money cents={grossCents} currency={currency} />,
    },
    {
      id: 'valid',
      title: words.validUntil,
      width: 150,
      cell: ({ validUntil }) => validUntil !== null && <Day date={validUntil} short />,
    },
    {
      id: 'changed',
      title: words.changed,
      width: 130,
      extra: true,
      sorting: { by: 'changed', first: 'desc', order, onOrder },
      cell: ({ updatedAt }) => <Moment at={updatedAt} />,
    },
  ]
}
