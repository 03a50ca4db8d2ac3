import type { ConsolePage } from '@regie/platform'
import type { Quotes } from './regie.ts'

/** The entries of Quotes in the console's menu. */
export const pages: readonly ConsolePage<Quotes>[] = [
  {
    id: 'quotes',
    path: '/',
    title: { en: 'Quotes', fr: 'Devis' },
    icon: 'file-text',
    permission: 'quote.read',
    order: 1,
  },
  {
    id: 'clients',
    path: '/clients',
    title: { en: 'Clients', fr: 'Clients' },
    icon: 'users',
    permission: 'client.read',
    order: 2,
  },
]
