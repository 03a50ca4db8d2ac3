/** What is asked of a server, in the order it is measured. */
export const ROUTES = ['read', 'list', 'write', 'accept'] as const

/** One of them. */
export type Route = (typeof ROUTES)[number]

/** A request as it is sent again and again. */
export interface Asked {
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
}

/** The requests; `{base}` differs between the servers, the work does not. */
export const ASKED: Readonly<Record<Route, Asked>> = {
  read: { title: 'Read a row', method: 'GET', path: '/items/item-00042' },
  list: { title: 'List 20 rows', method: 'GET', path: '/items?limit=20' },
  write: {
    title: 'Write a row, an event and a job',
    method: 'POST',
    path: '/items',
    body: { name: 'Tea, green, 100 g', price: 420 },
  },
  accept: { title: 'Accept work (202)', method: 'POST', path: '/packs', body: { itemId: 'item-00042' } },
}

/** A server that is up. */
export interface OpenServer {
  /** With the path before `/items`. */
  readonly base: string
}

/** A server that is measured, opened in a process of its own. */
export type OpenHttp = (folder: string) => Promise<OpenServer>

/** Rows that are there before. */
export const ROWS = 1_000

/** The nth of them. */
export function seedRow(index: number): { readonly id: string; readonly name: string; readonly price: number } {
  return { id: `item-${String(index).padStart(5, '0')}`, name: `Item ${index}`, price: 100 + index }
}
