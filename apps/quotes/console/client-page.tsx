import {
  Act,
  Answered,
  Fact,
  Facts,
  Page as Frame,
  Section,
  State,
  useApi,
  useGoTo,
  usePathText,
  useWords,
} from '@regie/console'
import { getClient } from './api.gen.ts'
import { QuoteTable } from './quote-table.tsx'
import { quoteWords } from './words.ts'

/** One client, and the quotes for them. */
export function Page() {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  const clientId = usePathText('clientId')
  const query = useApi(getClient, { clientId })
  const client = query.data
  return (
    <Frame
      title={client?.name ?? words.client}
      data={client !== undefined}
      up={{ to: '/quotes/clients', title: words.clients }}
      actions={
        client !== undefined && (
          <Act
            icon="edit"
            label={words.newQuote}
            permission="quotes.quote.write"
            onAct={() => goTo('/quotes/new', { client: clientId })}
          />
        )
      }
    >
      <Answered query={query}>
        {({ contactName, email, city, language }) => (
          <>
            <Section title={words.facts}>
              <Facts>
                {[
                  [words.contact, contactName],
                  [words.email, email],
                  [words.city, city],
                ].map(([name, value]) => (
                  <Fact key={name} name={name ?? ''}>
                    {value === null ? <span className="soft">{words.unset}</span> : <span translate="no">{value}</span>}
                  </Fact>
                ))}
                <Fact name={words.language}>{words.languages[language]}</Fact>
              </Facts>
            </Section>
            <Section title={words.theirQuotes} flush>
              <QuoteTable filter={{ clientId }} empty={<State icon="document" title={words.noQuotes} />} />
            </Section>
          </>
        )}
      </Answered>
    </Frame>
  )
}
