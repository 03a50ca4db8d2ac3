import { accepted, acceptedRun, mailDelivery, pageInput } from '@regie/platform'
import { z } from 'zod'
import { actOnQuote } from '../answer/store.ts'
import { clientId } from '../client/model.ts'
import { changeDraft, deleteDraft, requireDraft } from '../draft/store.ts'
import { quoteDrafted, quoteMoved, streamOf } from '../history/events.ts'
import { listQuotes, QUOTE_SORTS } from '../list/store.ts'
import { route } from '../regie.ts'
import { requireSeller } from '../seller/require.ts'
import { sendQuote } from '../sending/jobs.ts'
import { beginSending } from '../sending/store.ts'
import { quoteIdsToSend, requireSendable, sendMany } from '../sending/workflows.ts'
import { longText, optional, searched } from '../text/model.ts'
import {
  aboutQuote,
  QUOTE_STATUSES,
  type QuoteAct,
  quoteId,
  quoteInput,
  quoteSummary,
  quoteVersion,
  quoteView,
} from './model.ts'
import { createQuote, readQuote, readSummaries } from './store.ts'

/** `POST /api/v1/quotes/quotes` */
export const postQuote = route({
  method: 'POST',
  path: '/quotes',
  summary: 'Draft a quote',
  permission: 'quote.write',
  input: quoteInput,
  output: quoteView,
  status: 201,
  async handle(ctx, input) {
    return ctx.transaction(async (tx) => {
      const id = await createQuote(tx.db, ctx.clock.now(), input, ctx.config)
      const quote = await readQuote(tx.db, id)
      const { netCents, currency } = quote
      await tx.audit({ ...aboutQuote(quote), after: quote })
      await tx.append(streamOf(id), 'any', quoteDrafted.with({ quoteId: id, netCents, currency }))
      return quote
    })
  },
})

/** `GET /api/v1/quotes/quotes` */
export const getQuotes = route({
  method: 'GET',
  path: '/quotes',
  summary: 'List quotes, newest first unless `sort` says otherwise',
  permission: 'quote.read',
  input: z.strictObject({
    ...pageInput,
    status: z.enum(QUOTE_STATUSES, `status must be one of ${QUOTE_STATUSES.join(', ')}`).optional(),
    clientId: clientId.optional(),
    sort: z.enum(QUOTE_SORTS, `sort must be one of ${QUOTE_SORTS.join(', ')}`).optional(),
    q: searched,
  }),
  output: z.object({ items: z.array(quoteSummary).readonly(), next: z.string().optional() }),
  handle: (ctx, query) => listQuotes(ctx.db, query),
})

/** `GET /api/v1/quotes/quotes/:quoteId` */
export const getQuote = route({
  method: 'GET',
  path: '/quotes/:quoteId',
  summary: 'Show one quote',
  permission: 'quote.read',
  input: z.strictObject({ quoteId }),
  output: quoteView,
  handle: (ctx, input) => readQuote(ctx.db, input.quoteId),
})

/** `PUT /api/v1/quotes/quotes/:quoteId` */
export const putQuote = route({
  method: 'PUT',
  path: '/quotes/:quoteId',
  summary: 'Replace what a draft says, in the version that was read',
  permission: 'quote.write',
  input: quoteInput.extend({ quoteId, version: quoteVersion }),
  output: quoteView,
  async handle(ctx, { quoteId: id, version, ...input }) {
    return ctx.transaction(async (tx) => {
      const before = await readQuote(tx.db, id)
      requireDraft(before, version)
      await changeDraft(tx.db, ctx.clock.now(), before, input)
      const after = await readQuote(tx.db, id)
      await tx.audit({ ...aboutQuote(after), before, after })
      return after
    })
  },
})

/** `DELETE /api/v1/quotes/quotes/:quoteId` */
export const deleteQuote = route({
  method: 'DELETE',
  path: '/quotes/:quoteId',
  summary: 'Delete a draft that was never numbered',
  permission: 'quote.write',
  input: z.strictObject({ quoteId, version: z.coerce.number().pipe(quoteVersion).optional() }),
  output: z.object({}),
  status: 204,
  async handle(ctx, { quoteId: id, version }) {
    return ctx.transaction(async (tx) => {
      const before = await readQuote(tx.db, id)
      requireDraft(before, version)
      await deleteDraft(tx.db, before)
      await tx.audit({ ...aboutQuote(before), before })
      return {}
    })
  },
})

/** `POST /api/v1/quotes/quotes/:quoteId/send` */
export const postSend = route({
  method: 'POST',
  path: '/quotes/:quoteId/send',
  summary: 'Number a draft, freeze it and mail it to its client',
  permission: 'quote.send',
  input: z.strictObject({
    quoteId,
    validUntil: z.iso.date('validUntil must be a date such as 2026-09-30').optional(),
    /** Nothing is sent that was changed since it was read. */
    version: quoteVersion.optional(),
  }),
  output: z.object({
    number: z.string(),
    issuedOn: z.iso.date(),
    validUntil: z.iso.date(),
    /** `outbox`: there is no e-mail server, and the message reaches nobody. */
    delivery: mailDelivery,
    /** The run that mails it. */
    runId: z.int(),
  }),
  status: 202,
  async handle(ctx, input) {
    await requireSeller(ctx.db, ctx.mail)
    const sending = { ...input, now: ctx.clock.now(), config: ctx.config }
    return ctx.transaction(async (tx) => {
      const before = await readQuote(tx.db, input.quoteId)
      if (input.version !== undefined) requireDraft(before, input.version)
      const begun = await beginSending(tx.db, sending)
      const { delivery } = ctx.mail
      const after = { status: 'sending', ...begun, delivery }
      await tx.audit({ ...aboutQuote(before), before: { status: before.status }, after })
      const run = await tx.enqueue(sendQuote, { quoteId: input.quoteId })
      return { ...begun, delivery, runId: run.id }
    })
  },
})

/** `POST /api/v1/quotes/quotes/send-many` */
export const postSendMany = route({
  method: 'POST',
  path: '/quotes/send-many',
  summary: 'Send up to 200 drafts in one workflow; one that fails stops no other',
  permission: 'quote.send',
  input: z.strictObject({ quoteIds: quoteIdsToSend }),
  output: acceptedRun,
  status: 202,
  async handle(ctx, { quoteIds }) {
    await requireSeller(ctx.db, ctx.mail)
    const { kind, id } = ctx.actor
    return ctx.transaction(async (tx) => {
      const run = await tx.enqueue(sendMany, { quoteIds, ...(kind === 'user' && { tell: id }) })
      // Whoever asks twice is answered the run that has begun with them.
      if (!run.duplicate) requireSendable(quoteIds, await readSummaries(tx.db, quoteIds))
      return accepted(run)
    })
  },
})

/** `POST /api/v1/quotes/quotes/:quoteId/accept` */
export const postAccept = actRoute('accept', 'Record that the client accepted')

/** `POST /api/v1/quotes/quotes/:quoteId/refuse` */
export const postRefuse = actRoute('refuse', 'Record that the client refused')

/** `POST /api/v1/quotes/quotes/:quoteId/request-changes` */
export const postRequestChanges = actRoute('request-changes', 'Record that the client wants changes')

/** `POST /api/v1/quotes/quotes/:quoteId/cancel` */
export const postCancel = actRoute('cancel', 'Withdraw a quote')

function actRoute(act: QuoteAct, summary: string) {
  return route({
    method: 'POST',
    path: `/quotes/:quoteId/${act}`,
    summary,
    permission: 'quote.write',
    input: z.strictObject({ quoteId, reason: optional(longText('reason', 2000)) }),
    output: quoteView,
    async handle(ctx, input) {
      return ctx.transaction(async (tx) => {
        const before = await readQuote(tx.db, input.quoteId)
        const status = await actOnQuote(tx.db, { ...input, act, now: ctx.clock.now() })
        await tx.append(streamOf(input.quoteId), 'any', quoteMoved.with({ quoteId: input.quoteId, status }))
        const quote = await readQuote(tx.db, input.quoteId)
        const { answerReason } = quote
        await tx.audit({ ...aboutQuote(quote), before: { status: before.status }, after: { status, answerReason } })
        return quote
      })
    },
  })
}
