import type { StuckOperation } from '@regie/platform'
import { z } from 'zod'
import { QuotesError } from '../errors.ts'
import { quoteSent, streamOf } from '../history/events.ts'
import { deliver } from '../letter/deliver.ts'
import { type Correspondence, readCorrespondence } from '../letter/store.ts'
import { job, type Quotes, type QuotesContext } from '../regie.ts'
import { requireSeller } from '../seller/require.ts'
import { quoteLetter } from './model.ts'
import { markSent, restartSendings, returnToDraft, stuckSendings } from './store.ts'

const PAGE = 200

/** `quotes.send`: mails a quote that is `sending` to its client and makes it `sent`. When its last attempt fails, the quote is a draft again. */
export const sendQuote = job({
  name: 'send',
  permission: 'quote.send',
  input: z.strictObject({ quoteId: z.uuid() }),
  priority: 'high',
  timeout: '1m',
  retry: { attempts: 8, base: '2s', max: '5m', permanent: [QuotesError] },
  // Not unique: then no workflow could call it. Whoever comes second waits, and finds nothing to do.
  limits: [{ key: ({ quoteId }) => quoteId, concurrency: 1 }],
  async run(ctx, { quoteId }) {
    const correspondence = await readCorrespondence(ctx.db, quoteId)
    const { status } = correspondence.quote
    if (status !== 'sending') return { outcome: 'not-sending', status }
    await mailQuote(ctx, correspondence).catch((error: unknown) => giveBack(ctx, quoteId, error))
    return ctx.complete(async (tx) => {
      const sent = await markSent(tx.db, quoteId, ctx.clock.now())
      const { number } = correspondence.quote
      if (sent) await tx.append(streamOf(quoteId), 'any', quoteSent.with({ quoteId, number }))
      return sent ? { outcome: 'sent', delivery: ctx.mail.delivery } : { outcome: 'not-sending' }
    })
  },
})

/** Sendings whose run was lost: enqueued again. Of two runs the second finds nothing to do. */
export const stuckSending: StuckOperation<Quotes> = {
  kind: 'sending',
  after: '15m',
  async release(ctx, before) {
    for (let released = 0; ; ) {
      const page = await ctx.transaction(async (tx) => {
        const quoteIds = await stuckSendings(tx.db, before, PAGE)
        if (quoteIds.length === 0) return 0
        await restartSendings(tx.db, quoteIds, ctx.clock.now())
        await tx.enqueueMany(
          sendQuote,
          quoteIds.map((quoteId) => ({ quoteId })),
        )
        return quoteIds.length
      })
      released += page
      if (page < PAGE) return released
    }
  },
}

async function mailQuote(ctx: QuotesContext, { quote, addressee }: Correspondence): Promise<void> {
  const { name, email, language } = addressee
  if (email === null)
    throw new QuotesError('CLIENT_WITHOUT_EMAIL', `client ${quote.clientId} has no e-mail address any more`)
  const seller = await requireSeller(ctx.db, ctx.mail)
  const letter = quoteLetter({ quote, name, language, sellerName: seller.name })
  await deliver(ctx, {
    to: email,
    replyTo: seller.email,
    letter,
    key: `quotes.send:${ctx.org}:${quote.id}:${quote.issuedOn}`,
  })
}

type Attempting = QuotesContext & { readonly run: { readonly attempt: number; readonly attempts: number } }

/** After an error no retry can cure, or at the last attempt, the seller gets the quote back instead of one that stays `sending`. */
async function giveBack(ctx: Attempting, quoteId: string, error: unknown): Promise<never> {
  const incurable = error instanceof QuotesError
  if (!incurable && ctx.run.attempt < ctx.run.attempts) throw error
  await ctx.transaction((tx) => returnToDraft(tx.db, quoteId, ctx.clock.now()))
  const reason = error instanceof Error ? error.message : String(error)
  throw new QuotesError(
    'QUOTE_UNDELIVERABLE',
    `quote ${quoteId} could not be mailed and is a draft again: ${reason}`,
    error,
  )
}
