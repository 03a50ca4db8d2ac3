import { api, type Find } from '@regie/console'
import { getClients, getQuotes } from './api.gen.ts'

const MOST = 5

/** Clients by name. */
export const findClients: Find = async (text, signal) => {
  const { items } = await getClients(api, { q: text, limit: MOST }, { signal })
  return items.map(({ id, name, city }) => ({ text: name, detail: city ?? undefined, to: `/quotes/clients/${id}` }))
}

/** Quotes by number, title and client. */
export const findQuotes: Find = async (text, signal) => {
  const { items } = await getQuotes(api, { q: text, limit: MOST }, { signal })
  return items.map(({ id, number, title, clientName }) => ({
    text: number === null ? title : `${number} ${title}`,
    detail: clientName,
    to: `/quotes/${id}`,
  }))
}
