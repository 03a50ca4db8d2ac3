import { z } from 'zod'
import { readQuote } from '../quote/store.ts'
import { route } from '../regie.ts'
import { readHistory } from './store.ts'

/** `GET /api/v1/quotes/quotes/:quoteId/history` */
export const getHistory = route({
  method: 'GET',
  path: '/quotes/:quoteId/history',
  summary: 'Show what happened to a quote, first to last',
  permission: 'quote.read',
  input: z.strictObject({ quoteId: z.uuid('quoteId must be the id of a quote') }),
  output: z.object({ items: z.array(z.object({ status: z.string(), at: z.iso.datetime() })) }),
  async handle(ctx, { quoteId }) {
    await readQuote(ctx.db, quoteId)
    return { items: await readHistory(ctx.db, quoteId) }
  },
})
