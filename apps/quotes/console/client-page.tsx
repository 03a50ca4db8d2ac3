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
  useLocale,
  usePathText,
  useWords,
} from '@regie/console'
import { useState } from 'react'
import { getClient, type QuotesClient } from './api.gen.ts'
import { ClientDialog } from './client-dialog.tsx'
import { QuoteTable } from './quote-table.tsx'
import { quoteWords } from './words.ts'

/** One client, and the quotes for them. */
export function Page() {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  const clientId = usePathText('clientId')
  const query = useApi(getClient, { clientId })
  const client = query.data
  const countries = new Intl.DisplayNames(useLocale(), { type: 'region' })
  return (
    <Frame
      title={client?.name ?? words.client}
      data={client !== undefined}
      up={{ to: '/quotes/clients', title: words.clients }}
      actions={
        client !== undefined && (
          <>
            <Edit client={client} />
            <Act
              icon="document"
              label={words.newQuote}
              tone="primary"
              permission="quotes.quote.write"
              onAct={() => goTo('/quotes/new', { client: clientId })}
            />
          </>
        )
      }
    >
      <Answered query={query}>
        {({ contactName, email, phone, address, postalCode, city, country, siren, vatNumber, language }) => (
          <>
            <Section title={words.facts}>
              <Facts>
                {[
                  [words.contact, contactName],
                  [words.email, email],
                  [words.phone, phone],
                  [words.address, address],
                  [words.city, [postalCode, city].filter((part) => part !== null).join(' ') || null],
                  [words.country, countries.of(country) ?? country],
                  [words.siren, siren],
                  [words.vatNumber, vatNumber],
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

function Edit({ client }: { readonly client: QuotesClient }) {
  const words = useWords(quoteWords)
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Act
        icon="edit"
        label={words.edit}
        permission="quotes.client.write"
        why={client.anonymisedAt === null ? undefined : words.erased}
        onAct={() => setOpened(true)}
      />
      {/* What was typed and not saved is gone with the dialog. */}
      {opened && <ClientDialog client={client} opened onClose={() => setOpened(false)} />}
    </>
  )
}
