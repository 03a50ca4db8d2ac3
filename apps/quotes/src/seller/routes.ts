import { z } from 'zod'
import { route } from '../regie.ts'
import { sellerInput, sellerView } from './model.ts'
import { readSeller, writeSeller } from './store.ts'

/** `GET /api/v1/quotes/seller` */
export const getSeller = route({
  method: 'GET',
  path: '/seller',
  summary: 'Show who sells in the organisation, if somebody has said so',
  permission: 'quote.read',
  input: z.strictObject({}),
  output: z.object({ seller: sellerView.nullable() }),
  handle: async (ctx) => ({ seller: (await readSeller(ctx.db)) ?? null }),
})

/** `PUT /api/v1/quotes/seller` */
export const putSeller = route({
  method: 'PUT',
  path: '/seller',
  summary: 'Say who sells in the organisation: quotes are sent under this name',
  permission: 'seller.write',
  input: sellerInput,
  output: sellerView,
  handle: (ctx, input) =>
    ctx.transaction(async (tx) => {
      const before = await readSeller(tx.db)
      const after = await writeSeller(tx.db, ctx.clock.now(), input)
      await tx.audit({ object: { type: 'seller', id: ctx.org }, ...(before !== undefined && { before }), after })
      return after
    }),
})
