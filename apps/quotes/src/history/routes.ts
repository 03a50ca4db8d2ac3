import { z } from 'zod'
import { quoteId } from '../quote/model.ts'
import { readQuote } from '../quote/store.ts'
import { route } from '../regie.ts'
import { wholeHistory } from './model.ts'
import { readHistory } from './store.ts'

/** `GET /api/v1/quotes/quotes/:quoteId/history` */
export const getHistory = route({
  method: 'GET',
  path: '/quotes/:quoteId/history',
  summary: 'Show what happened to a quote, first to last',
  permission: 'quote.read',
  input: z.strictObject({ quoteId }),
  output: z.object({ items: z.array(z.object({ status: z.string(), at: z.iso.datetime() })) }),
  async handle(ctx, { quoteId: id }) {
    const quote = await readQuote(ctx.db, id)
    return { items: wholeHistory(quote, await readHistory(ctx.db, id)) }
  },
})
