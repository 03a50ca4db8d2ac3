import { type Column, Go, Moment, PagesTable, type Selection, useApiPages, useWords } from '@regie/console'
import type { ReactNode } from 'react'
import { getQuotes, type QuotesQuote } from './api.gen.ts'
import { instantText, Money, QuoteStatus } from './model.tsx'
import { quoteWords } from './words.ts'

/** Quotes, newest first, all or those that match. */
export function QuoteTable({
  filter,
  empty,
  selection,
  tools,
}: {
  readonly filter: { readonly status?: string | undefined; readonly clientId?: string | undefined }
  readonly empty: ReactNode
  readonly selection?: Selection<QuotesQuote> | undefined
  readonly tools?: ((quotes: readonly QuotesQuote[]) => ReactNode) | undefined
}) {
  const words = useWords(quoteWords)
  const query = useApiPages(getQuotes, filter, { live: 'quotes' })
  return (
    <PagesTable
      id="quotes"
      label={words.quotes}
      query={query}
      rowsOf={({ items }) => items}
      rowKey={({ id }) => id}
      columns={columnsOf(words)}
      line={({ clientName, grossCents, currency }, isNarrow) =>
        isNarrow && (
          <span translate="no">
            {clientName} · <Money cents={grossCents} currency={currency} />
          </span>
        )
      }
      empty={empty}
      {...(selection !== undefined && { selection })}
      {...(tools !== undefined && { tools })}
    />
  )
}

function columnsOf(words: (typeof quoteWords)['en']): readonly Column<QuotesQuote>[] {
  return [
    {
      id: 'title',
      title: words.subject,
      width: 220,
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
      cell: ({ status }) => <QuoteStatus state={status} />,
    },
    {
      id: 'client',
      title: words.client,
      width: 190,
      cell: ({ clientName }) => <span translate="no">{clientName}</span>,
    },
    {
      id: 'number',
      title: words.number,
      width: 130,
      cell: ({ number }) =>
        number === null ? <span className="soft">{words.noNumber}</span> : <span translate="no">{number}</span>,
    },
    {
      id: 'total',
      title: words.total,
      width: 130,
      end: true,
      cell: ({ grossCents, currency }) => <Money cents={grossCents} currency={currency} />,
    },
    {
      id: 'changed',
      title: words.changed,
      width: 130,
      cell: ({ updatedAt }) => <Moment at={instantText(updatedAt)} />,
    },
  ]
}
