// Plain data: pages are loaded when they are opened, and the server's checks read this file without a browser.
import type { ConsoleApp } from '@regie/console'
import { quoteActions } from './actions.ts'
import { quoteProblems } from './problems.ts'

/** The pages of Quotes in the console. */
export const quotesConsole: ConsoleApp = {
  id: 'quotes',
  title: { en: 'Quotes', fr: 'Devis' },
  problems: quoteProblems,
  actions: quoteActions,
  objects: { quote: '/quotes/', client: '/quotes/clients/' },
  pages: [
    {
      id: 'quotes',
      path: '/quotes',
      title: { en: 'Quotes', fr: 'Devis' },
      permission: 'quotes.quote.read',
      menu: { icon: 'document', group: 'app' },
      load: () => import('./quotes-page.tsx'),
    },
    {
      path: '/quotes/new',
      title: { en: 'New quote', fr: 'Nouveau devis' },
      permission: 'quotes.quote.write',
      load: () => import('./draft-page.tsx'),
    },
    {
      id: 'clients',
      path: '/quotes/clients',
      title: { en: 'Clients', fr: 'Clients' },
      permission: 'quotes.client.read',
      menu: { icon: 'users', group: 'app' },
      load: () => import('./clients-page.tsx'),
    },
    {
      path: '/quotes/clients/$clientId',
      title: { en: 'Client', fr: 'Client' },
      permission: 'quotes.client.read',
      load: () => import('./client-page.tsx'),
    },
    {
      path: '/quotes/$quoteId/edit',
      title: { en: 'Change the quote', fr: 'Modifier le devis' },
      permission: 'quotes.quote.write',
      load: () => import('./edit-page.tsx'),
    },
    {
      path: '/quotes/$quoteId',
      title: { en: 'Quote', fr: 'Devis' },
      permission: 'quotes.quote.read',
      load: () => import('./quote-page.tsx'),
    },
  ],
  finds: [
    {
      title: { en: 'Client', fr: 'Client' },
      icon: 'users',
      permission: 'quotes.client.read',
      load: async () => (await import('./finds.ts')).findClients,
    },
    {
      title: { en: 'Quote', fr: 'Devis' },
      icon: 'document',
      permission: 'quotes.quote.read',
      load: async () => (await import('./finds.ts')).findQuotes,
    },
  ],
}
