import { Act, Page as Frame, Go, PagesTable, Section, State, useApiPages, useWords } from '@regie/console'
import { useState } from 'react'
import { getClients } from './api.gen.ts'
import { ClientDialog } from './client-dialog.tsx'
import { quoteWords } from './words.ts'

/** All clients, by name. */
export function Page() {
  const words = useWords(quoteWords)
  const [adding, setAdding] = useState(false)
  const query = useApiPages(getClients)
  return (
    <Frame
      title={words.clients}
      about={words.clientsAbout}
      actions={
        <Act
          icon="user"
          label={words.newClient}
          tone="primary"
          permission="quotes.client.write"
          onAct={() => setAdding(true)}
        />
      }
    >
      <ClientDialog opened={adding} onClose={() => setAdding(false)} />
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
            { id: 'email', title: words.email, width: 260, cell: ({ email }) => <span translate="no">{email}</span> },
            {
              id: 'city',
              title: words.city,
              width: 150,
              phone: true,
              cell: ({ city }) => <span translate="no">{city}</span>,
            },
          ]}
          empty={
            <State icon="users" title={words.clientsEmptyTitle}>
              {words.clientsEmptyNext}
            </State>
          }
        />
      </Section>
    </Frame>
  )
}
