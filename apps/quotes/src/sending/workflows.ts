import type { AppWorkflowContext } from '@regie/platform'
import { z } from 'zod'
import { QuotesError } from '../errors.ts'
import { aboutQuote, type QuoteSummary } from '../quote/model.ts'
import { readSummaries, unknownQuote } from '../quote/store.ts'
import { type Quotes, workflow } from '../regie.ts'
import { requireSeller } from '../seller/require.ts'
import { readSeller } from '../seller/store.ts'
import { sendQuote } from './jobs.ts'
import { type Outcome, sendingNotice } from './notice.ts'
import { beginSending, returnToDraft } from './store.ts'

const MOST = 200
// So many transactions at once leave other work its connections.
const SIDE_BY_SIDE = 4

/** The quotes of one order; one named twice counts once. */
export const quoteIdsToSend = z
  .array(z.uuid('quoteIds must be ids of quotes'), 'quoteIds must be a list')
  .min(1, 'quoteIds must name at least one quote')
  .max(MOST, `quoteIds must name at most ${MOST} quotes`)
  .overwrite((ids) => [...new Set(ids)])

/**
 * `quotes.send-many`: numbers drafts, mails each as `quotes.send`, and tells whoever asked. What cannot be sent is told of and
 * stops no other. Cancelled, it gives back as drafts what was not mailed yet.
 */
export const sendMany = workflow({
  name: 'send-many',
  permission: 'quote.send',
  input: z.strictObject({
    quoteIds: quoteIdsToSend,
    /** The user who is told. Default nobody. */
    tell: z.string().optional(),
  }),
  priority: 'high',
  unique: { key: ({ quoteIds }) => quoteIds.toSorted().join() },
  async run(wf, { quoteIds, tell }) {
    const begun = await wf.all(
      quoteIds.map((quoteId, index) => () => begin(wf, quoteId, `number ${index + 1} of ${quoteIds.length}`)),
      { concurrency: SIDE_BY_SIDE },
    )
    const quotes = await wf.all(begun.map((quote) => () => mail(wf, quote)))
    const failed = quotes.filter(({ code }) => code !== undefined)
    const result = { sent: quotes.length - failed.length, failed: failed.length, quotes }
    if (tell === undefined) return result
    const failedIds = failed.map(({ quoteId }) => quoteId)
    await wf.step('tell', (ctx) =>
      ctx.complete(async (tx) => {
        const named = await readSummaries(tx.db, failedIds)
        const { language = 'fr' } = (await readSeller(tx.db)) ?? {}
        await tx.notify(
          tell,
          sendingNotice({ ...result, named, language, run: wf.run.id, delivery: ctx.mail.delivery }),
        )
      }),
    )
    return result
  },
})

/** Refuses an order with a quote that is not there, or of which nothing can be sent. Throws `QUOTE_UNKNOWN`, `QUOTE_STATE` and `CLIENT_WITHOUT_EMAIL`. */
export function requireSendable(quoteIds: readonly string[], quotes: readonly QuoteSummary[]): void {
  const missing = quoteIds.find((quoteId) => !quotes.some(({ id }) => id === quoteId))
  if (missing !== undefined) throw unknownQuote(missing)
  if (quotes.some(({ status, clientHasEmail }) => status === 'draft' && clientHasEmail)) return
  const draft = quotes.find(({ status }) => status === 'draft')
  if (draft === undefined)
    throw new QuotesError('QUOTE_STATE', 'none of these quotes is a draft: there is nothing to send')
  throw new QuotesError(
    'CLIENT_WITHOUT_EMAIL',
    `none of these quotes has a client with an e-mail address: add one to client ${draft.clientId}`,
  )
}

async function begin(wf: AppWorkflowContext<Quotes>, quoteId: string, name: string): Promise<Outcome> {
  try {
    const number = await wf.step(
      name,
      (ctx) =>
        ctx.complete(async (tx) => {
          await requireSeller(tx.db, ctx.mail)
          const { config } = ctx
          const begun = await beginSending(tx.db, { quoteId, now: ctx.clock.now(), config })
          const after = { status: 'sending', ...begun, delivery: ctx.mail.delivery, run: wf.run.id }
          await tx.audit({
            ...aboutQuote({ id: quoteId, clientId: begun.clientId }),
            before: { status: 'draft' },
            after,
          })
          return begun.number
        }),
      {
        retry: { permanent: [QuotesError] },
        // What is sent by then stays sent.
        undo: (_, ctx) => ctx.transaction((tx) => returnToDraft(tx.db, quoteId, ctx.clock.now())),
      },
    )
    return { quoteId, number }
  } catch (error) {
    return { quoteId, code: codeOf(error) }
  }
}

async function mail(wf: AppWorkflowContext<Quotes>, quote: Outcome): Promise<Outcome> {
  const { quoteId, number, code } = quote
  if (code !== undefined) return quote
  try {
    const { outcome } = await wf.call(sendQuote, { quoteId }, { name: `send ${number}` })
    return outcome === 'sent' ? quote : { ...quote, code: 'QUOTE_STATE' }
  } catch (error) {
    return { ...quote, code: codeOf(error) }
  }
}

/** Of the failure behind a step that has failed. */
function codeOf(error: unknown): string {
  const reason = error instanceof Error ? error.cause : undefined
  return typeof reason === 'object' && reason !== null && 'code' in reason ? String(reason.code) : 'UNKNOWN'
}
