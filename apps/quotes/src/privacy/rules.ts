import type { PersonalData } from '@regie/platform'
import type { Quotes, QuotesTransaction } from '../regie.ts'
import {
  anonymiseClients,
  type ClientGroup,
  deleteQuotes,
  forgetSeller,
  holdClients,
  inactiveClients,
  oldQuotes,
} from './store.ts'

const PAGE = 200

/** Where Quotes keeps personal data, why, and for how long. */
export const personalData: readonly PersonalData<Quotes>[] = [
  {
    kind: 'client-prospect',
    table: 'quotes_client',
    purpose:
      'Offering work to people who asked for it; three years after the last contact they are no prospects any more.',
    keep: '1095d',
    purge: (ctx, before) => anonymise(ctx, 'prospect', before),
  },
  {
    kind: 'client-customer',
    table: 'quotes_client',
    purpose: 'Records of accepted quotes, which accounting law has kept for ten years.',
    keep: '3653d',
    purge: (ctx, before) => anonymise(ctx, 'customer', before),
  },
  {
    kind: 'quote',
    table: 'quotes_quote',
    purpose: 'What was offered to whom at which price, as proof while claims and accounting may ask for it.',
    keep: '3653d',
    purge: (ctx, before) =>
      page(ctx, async (tx) => {
        const found = await oldQuotes(tx.db, before, PAGE)
        const deleted = await deleteQuotes(tx.db, found, before)
        await tx.forget(deleted)
        return { found: found.length, done: deleted.length }
      }),
  },
  {
    kind: 'seller',
    table: 'quotes_seller',
    purpose: 'Who signs the quotes, and where clients’ answers go, as long as the organisation has quotes.',
    keep: '3653d',
    purge: (ctx, before) => ctx.transaction((tx) => forgetSeller(tx.db, before)),
  },
]

type PurgeContext = Parameters<PersonalData<Quotes>['purge']>[0]

function anonymise(ctx: PurgeContext, group: ClientGroup, before: number): Promise<number> {
  return page(ctx, async (tx) => {
    const found = await inactiveClients(tx.db, { group, before, limit: PAGE })
    await holdClients(tx.db, found)
    // A quote may have been made for one, or accepted, since they were found.
    const clientIds = await inactiveClients(tx.db, { group, before, limit: PAGE, among: found })
    await anonymiseClients(tx.db, clientIds, ctx.clock.now())
    await tx.forget(clientIds)
    return { found: found.length, done: clientIds.length }
  })
}

interface Page {
  readonly found: number
  readonly done: number
}

/** Repeats `work`, each time in its own transaction, until it finds less than a page; answers how many it did in all. */
async function page(ctx: PurgeContext, work: (tx: QuotesTransaction) => Promise<Page>): Promise<number> {
  for (let total = 0; ; ) {
    const { found, done } = await ctx.transaction(work)
    total += done
    // What somebody keeps changing is left to the next night.
    if (found < PAGE || done === 0) return total
  }
}
