import { z } from 'zod'
import { calendarDate } from '../calendar/model.ts'
import { QuotesError } from '../errors.ts'
import { quoteMoved, streamOf } from '../history/events.ts'
import { deliver } from '../letter/deliver.ts'
import { readCorrespondence } from '../letter/store.ts'
import { job, type QuotesContext, type QuotesTransaction, schedule } from '../regie.ts'
import { readSeller } from '../seller/store.ts'
import {
  AUDIENCES,
  isTimely,
  NOTICE_AUDIENCES,
  NOTICE_KINDS,
  type NoticeDates,
  type NoticeKind,
  noticeDates,
  noticeLetter,
} from './model.ts'
import { type DueNotice, dueExpiring, dueUnanswered, expireQuotes, recordNotices } from './store.ts'

// Small enough to keep SQLite's only writer for milliseconds.
const PAGE = 100

/** `quotes.notice`: mails one notice about one quote to one person. */
export const sendNotice = job({
  name: 'notice',
  permission: 'quote.send',
  input: z.strictObject({
    quoteId: z.uuid(),
    kind: z.enum(NOTICE_KINDS),
    audience: z.enum(AUDIENCES),
    period: z.string(),
  }),
  timeout: '1m',
  retry: { permanent: [QuotesError] },
  async run(ctx, { quoteId, kind, audience, period }) {
    const { quote, addressee } = await readCorrespondence(ctx.db, quoteId)
    // The client may have answered between the notice and this run.
    if (!isTimely(kind, quote.status)) return { outcome: 'obsolete', status: quote.status }
    const seller = await readSeller(ctx.db)
    if (seller === undefined) return { outcome: 'no-seller' }
    const { name, email, language } = audience === 'client' ? addressee : seller
    if (email === null) return { outcome: 'no-address' }
    const letter = noticeLetter(kind, audience, { quote, name, language, sellerName: seller.name })
    await deliver(ctx, {
      to: email,
      ...(audience === 'client' && { replyTo: seller.email }),
      letter,
      key: `quotes.notice:${ctx.org}:${quoteId}:${kind}:${period}:${audience}`,
    })
    return { outcome: 'sent' }
  },
})

/** How many quotes a run of `quotes.notify` acted on, and how many mails it enqueued. */
export interface Notified {
  readonly expiring: number
  readonly expired: number
  readonly unanswered: number
  readonly mails: number
}

/** `quotes.notify`: finds quotes that expire soon, have expired or wait for an answer, and enqueues who is to be told. */
export const notify = job({
  name: 'notify',
  permission: 'quote.send',
  input: z.strictObject({}),
  unique: { onConflict: 'return' },
  async run(ctx): Promise<Notified> {
    const dates = noticeDates(calendarDate(ctx.clock.now(), ctx.config.timeZone), ctx.config)
    const expired = await notifyAll(ctx, 'expired', dates)
    await ctx.progress(33, `${expired} expired`)
    const expiring = await notifyAll(ctx, 'expiring', dates)
    await ctx.progress(66, `${expiring} about to expire`)
    const unanswered = await notifyAll(ctx, 'unanswered', dates)
    const told = { expiring, expired, unanswered }
    const mails = NOTICE_KINDS.reduce((sum, kind) => sum + told[kind] * NOTICE_AUDIENCES[kind].length, 0)
    return { ...told, mails }
  },
})

/** Weekdays at nine in Paris. */
export const notifySchedule = schedule({
  name: 'notify',
  for: 'each-organisation',
  description: {
    en: 'Tells clients and seller of quotes that expire soon, have expired or have no answer',
    fr: 'Prévient clients et vendeur des devis bientôt expirés, expirés ou sans réponse',
  },
  cron: '0 9 * * 1-5',
  timeZone: 'Europe/Paris',
  catchUp: { within: '12h', max: 1 },
  job: notify,
  input: {},
})

/** Page by page, each in one commit: the notice's row, the quote's status and the mails' runs. A mail that cannot be sent fails alone, in its own run. */
async function notifyAll(
  ctx: QuotesContext & { readonly signal: AbortSignal },
  kind: NoticeKind,
  dates: NoticeDates,
): Promise<number> {
  for (let told = 0; ; ) {
    ctx.signal.throwIfAborted()
    const page = await ctx.transaction((tx) => notifyPage(ctx, tx, kind, dates))
    told += page.told
    if (page.found < PAGE) return told
  }
}

async function notifyPage(ctx: QuotesContext, tx: QuotesTransaction, kind: NoticeKind, dates: NoticeDates) {
  const now = ctx.clock.now()
  const due = await findDue(tx, { kind, now, dates })
  // An append is about one stream, and each of these quotes has its own.
  if (kind === 'expired')
    for (const { quoteId } of due)
      await tx.append(streamOf(quoteId), 'any', quoteMoved.with({ quoteId, status: 'expired' }))
  const fresh = await recordNotices(tx.db, { kind, due, now })
  const inputs = fresh.flatMap(({ quoteId, period }) =>
    NOTICE_AUDIENCES[kind].map((audience) => ({ quoteId, kind, audience, period })),
  )
  if (inputs.length > 0) await tx.enqueueMany(sendNotice, inputs)
  return { found: due.length, told: fresh.length }
}

interface Search {
  readonly kind: NoticeKind
  readonly now: number
  readonly dates: NoticeDates
}

function findDue(tx: QuotesTransaction, { kind, now, dates }: Search): Promise<readonly DueNotice[]> {
  if (kind === 'expired') return expireQuotes(tx.db, { today: dates.today, now, limit: PAGE })
  return kind === 'expiring' ? dueExpiring(tx.db, dates, PAGE) : dueUnanswered(tx.db, dates, PAGE)
}
