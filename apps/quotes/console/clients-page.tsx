import {
  Act,
  EmptyByFilter,
  Page as Frame,
  Go,
  PagesTable,
  SearchField,
  Section,
  State,
  Toolbar,
  useApiPages,
  useWords,
} from '@regie/console'
import { useState } from 'react'
import { getClients } from './api.gen.ts'
import { ClientDialog } from './client-dialog.tsx'
import { useFind } from './use-find.ts'
import { quoteWords } from './words.ts'

/** All clients, by name. */
export function Page() {
  const words = useWords(quoteWords)
  const [adding, setAdding] = useState(false)
  const { text, setText, q } = useFind()
  const query = useApiPages(getClients, { q })
  const add = (
    <Act
      icon="user"
      label={words.newClient}
      tone="primary"
      permission="quotes.client.write"
      onAct={() => setAdding(true)}
    />
  )
  return (
    <Frame title={words.clients} about={words.clientsAbout} actions={add}>
      <ClientDialog opened={adding} onClose={() => setAdding(false)} />
      <Toolbar>
        <SearchField label={words.findClients} value={text} onChange={setText} />
      </Toolbar>
      <Section flush>
        <PagesTable
          id="clients"
          label={words.clients}
          query={query}
          rowsOf={({ items }) => items}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'name',
              title: words.name,
              width: 220,
              grow: true,
              phone: true,
              cell: ({ id, name }) => (
                <Go to={`/quotes/clients/${id}`}>
                  <span translate="no">{name}</span>
                </Go>
              ),
            },
            { id: 'email', title: words.email, width: 340, cell: ({ email }) => <span translate="no">{email}</span> },
            {
              id: 'contact',
              title: words.contact,
              width: 160,
              extra: true,
              cell: ({ contactName }) => <span translate="no">{contactName}</span>,
            },
            {
              id: 'phone',
              title: words.phone,
              width: 140,
              cell: ({ phone }) => <span translate="no">{phone}</span>,
            },
            {
              id: 'city',
              title: words.city,
              width: 150,
              phone: true,
              cell: ({ city }) => <span translate="no">{city}</span>,
            },
          ]}
          empty={
            q === undefined ? (
              <State icon="users" title={words.clientsEmptyTitle} action={add}>
                {words.clientsEmptyNext}
              </State>
            ) : (
              <EmptyByFilter onClear={() => setText('')} />
            )
          }
        />
      </Section>
    </Frame>
  )
}
