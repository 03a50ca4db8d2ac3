import { projection } from '../regie.ts'
import { quoteDrafted, quoteMoved, quoteSent } from './events.ts'

/** `quotes_history`: what happened to each quote, a row for each event. Inline, so that who acts sees it in the answer. */
export const history = projection({
  name: 'history',
  version: 1,
  mode: 'inline',
  events: [quoteDrafted, quoteSent, quoteMoved],
  tables: ['quotes_history'],
  create: async (db) => {
    await db.schema
      .createTable('quotes_history')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('quote_id', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('quotes_history_key', ['org_id', 'quote_id', 'position'])
      .execute()
  },
  async apply(tx, events) {
    const rows = events.map((event) => ({
      org_id: event.org,
      quote_id: event.data.quoteId,
      position: event.position,
      status: quoteMoved.is(event) ? event.data.status : quoteSent.is(event) ? 'sent' : 'draft',
      at: event.at,
    }))
    await tx.db.insertInto('quotes_history').values(rows).execute()
  },
})
