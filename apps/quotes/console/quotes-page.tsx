import {
  Act,
  Choice,
  EmptyByFilter,
  Page as Frame,
  SearchField,
  Section,
  State,
  Toolbar,
  useGoTo,
  useMay,
  useSearchText,
  useSearchView,
  useWords,
} from '@regie/console'
import { useState } from 'react'
import type { QuotesQuote } from './api.gen.ts'
import { isQuoteState } from './model.tsx'
import { QuoteTable } from './quote-table.tsx'
import { SellerAct } from './seller.tsx'
import { SendMany, useSending, Watch } from './send-many.tsx'
import { useFind } from './use-find.ts'
import { quoteWords } from './words.ts'

/** All quotes. */
export function Page() {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  const [asked, setState] = useSearchText('state')
  const status = isQuoteState(asked) ? asked : undefined
  const { text, setText, q } = useFind()
  const [, setView] = useSearchView(['state', 'q'])
  const maySend = useMay('quotes.quote.send')
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  const { begun, state: sending, waiting, begin } = useSending()
  const isReady = ({ id, status: each }: QuotesQuote): boolean => each === 'draft' && !waiting.has(id)
  const draft = (
    <Act
      icon="edit"
      label={words.newQuote}
      tone="primary"
      permission="quotes.quote.write"
      onAct={() => goTo('/quotes/new')}
    />
  )
  return (
    <Frame
      title={words.quotes}
      about={words.quotesAbout}
      actions={
        <>
          <SellerAct />
          {draft}
        </>
      }
    >
      <Toolbar>
        <Choice
          name="status"
          label={words.state}
          value={status ?? ''}
          onChange={(next) => {
            setKeys(new Set())
            setState(next)
          }}
          options={[
            { value: '', label: words.all },
            ...Object.entries(words.states).map(([value, label]) => ({
              value,
              label: `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
            })),
          ]}
        />
        <SearchField label={words.findQuotes} value={text} onChange={setText} />
        {/* Not in the table: it goes when the last draft has. */}
        {begun !== undefined && <Watch {...begun} state={sending} />}
      </Toolbar>
      <Section flush>
        <QuoteTable
          filter={{ status, q }}
          waiting={waiting}
          selection={maySend ? { keys, onChange: setKeys, may: isReady, name: ({ title }) => title } : undefined}
          tools={
            maySend
              ? (quotes) => (
                  <SendMany
                    shown={quotes.length}
                    chosen={quotes.filter((quote) => keys.has(quote.id) && isReady(quote))}
                    onBegun={(next) => {
                      begin(next)
                      setKeys(new Set())
                    }}
                  />
                )
              : undefined
          }
          empty={
            status === undefined && q === undefined ? (
              <State icon="document" title={words.emptyTitle} action={draft}>
                {words.emptyNext}
              </State>
            ) : (
              <EmptyByFilter onClear={() => setView('')} />
            )
          }
        />
      </Section>
    </Frame>
  )
}
