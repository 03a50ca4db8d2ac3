import {
  Answered,
  Fact,
  Facts,
  Page as Frame,
  Go,
  Moment,
  Section,
  SimpleTable,
  State,
  useApi,
  usePathText,
  useWords,
} from '@regie/console'
import { getQuote, getQuoteHistory, type QuotesQuoteDetail } from './api.gen.ts'
import { Day, Decimal, isQuoteState, Money, Percent, QuoteStatus } from './model.tsx'
import { QuoteActs } from './quote-acts.tsx'
import { quoteWords } from './words.ts'

/** One quote: what it says, what became of it, and what can be done. */
export function Page() {
  const words = useWords(quoteWords)
  const quoteId = usePathText('quoteId')
  const query = useApi(getQuote, { quoteId }, { live: 'quotes' })
  const quote = query.data
  return (
    <Frame
      title={quote?.title ?? words.quotes}
      data={quote !== undefined}
      up={{ to: '/quotes', title: words.quotes }}
      badge={quote !== undefined && <QuoteStatus state={quote.status} />}
      actions={quote !== undefined && <QuoteActs quote={quote} />}
    >
      <Answered query={query}>
        {(answer) => (
          <>
            <QuoteFacts quote={answer} />
            <Lines quote={answer} />
            <History quoteId={quoteId} />
          </>
        )}
      </Answered>
    </Frame>
  )
}

function QuoteFacts({ quote }: { readonly quote: QuotesQuoteDetail }) {
  const words = useWords(quoteWords)
  const { currency } = quote
  return (
    <Section title={words.facts}>
      <Facts>
        <Fact name={words.client}>
          <Go to={`/quotes/clients/${quote.clientId}`}>
            <span translate="no">{quote.clientName}</span>
          </Go>
        </Fact>
        <Fact name={words.number}>
          {quote.number === null ? words.noNumber : <span translate="no">{quote.number}</span>}
        </Fact>
        {quote.validUntil !== null && (
          <Fact name={words.validUntil}>
            <Day date={quote.validUntil} />
          </Fact>
        )}
        <Fact name={words.net}>
          <Money cents={quote.netCents} currency={currency} />
        </Fact>
        <Fact name={words.vat}>
          <Money cents={quote.vatCents} currency={currency} />
        </Fact>
        <Fact name={words.total}>
          <b>
            <Money cents={quote.grossCents} currency={currency} />
          </b>
        </Fact>
        {quote.answerReason !== null && (
          <Fact name={words.reason}>
            <span translate="no">{quote.answerReason}</span>
          </Fact>
        )}
        {quote.notes !== null && (
          <Fact name={words.notes}>
            <span translate="no">{quote.notes}</span>
          </Fact>
        )}
      </Facts>
    </Section>
  )
}

function Lines({ quote }: { readonly quote: QuotesQuoteDetail }) {
  const words = useWords(quoteWords)
  return (
    <Section title={words.lines} flush>
      <SimpleTable
        label={words.lines}
        heads={[
          { title: words.description, wide: true },
          { title: words.quantity, end: true },
          { title: words.unitPrice, end: true },
          { title: words.discountShort, end: true },
          { title: words.vat, end: true },
          { title: words.amount, end: true },
        ]}
        rows={quote.lines.map((line, index) => ({
          key: String(index),
          cells: [
            <span key="description" translate="no">
              {line.description}
            </span>,
            <Decimal key="quantity" text={line.quantity} unit={line.unit} />,
            <Decimal key="price" text={line.unitPrice} currency={quote.currency} />,
            <Percent key="discount" text={line.discount} />,
            <Percent key="vat" text={line.vatRate} />,
            <Money key="amount" cents={line.netCents} currency={quote.currency} />,
          ],
        }))}
      />
    </Section>
  )
}

function History({ quoteId }: { readonly quoteId: string }) {
  const words = useWords(quoteWords)
  const query = useApi(getQuoteHistory, { quoteId }, { live: 'quotes' })
  return (
    <Section title={words.history} flush>
      <Answered query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <State icon="clock" title={words.noHistory} />
          ) : (
            <SimpleTable
              label={words.history}
              heads={[
                { title: words.state, wide: true },
                { title: words.changed, end: true },
              ]}
              rows={items.map(({ status, at }) => ({
                key: `${status} ${at}`,
                cells: [
                  isQuoteState(status) ? (
                    <QuoteStatus key="state" state={status} />
                  ) : (
                    <span key="state" translate="no">
                      {status}
                    </span>
                  ),
                  <Moment key="at" at={at} exact />,
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  )
}
