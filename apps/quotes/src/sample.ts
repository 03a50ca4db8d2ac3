import { addDays, calendarDate } from './calendar/model.ts'
import { clientInput } from './client/model.ts'
import { clientRow } from './client/store.ts'
import { sendNotice } from './notice/jobs.ts'
import { type QuoteInput, quoteInput, quoteNumber, seriesOf } from './quote/model.ts'
import { type QuoteRows, quoteRows } from './quote/store.ts'
import type { QuotesContext } from './regie.ts'
import { CLIENTS, FORGOTTEN, PLANS, type SamplePlan, SELLER, WORKS } from './sample/model.ts'
import { hasClients, insertSample, sampleDrafts } from './sample/store.ts'
import type { CounterTable } from './schema.ts'
import { sendMany } from './sending/workflows.ts'

const DAY_MS = 86_400_000
const KEPT_DRAFTS = 2
// To the seller: whoever repairs it writes to no client. Sellers are told of quotes that expire soon, so any quote's id mends it.
const MISTAKEN = {
  quoteId: '00000000-0000-0000-0000-000000000000',
  kind: 'expiring',
  audience: 'seller',
  period: 'sample',
} as const

/** Fills an organisation without clients with 13 clients and 30 quotes around today; answers what it made. */
export async function sample(ctx: QuotesContext): Promise<string> {
  const now = ctx.clock.now()
  const clients = CLIENTS.map((client) => clientRow(now - 120 * DAY_MS, clientInput.parse(client)))
  const { daysAgo, ...forgotten } = FORGOTTEN
  const prospect = clientRow(now - daysAgo * DAY_MS, clientInput.parse(forgotten))
  const drafts = PLANS.map((plan, index) => {
    const input = sampleInput(index, plan, clients[index % clients.length]?.id ?? '')
    return {
      plan,
      rows: quoteRows(now - (plan.daysAgo + 1) * DAY_MS, input, ctx.config),
    }
  })
  const { quotes, counters } = issueAll(ctx, drafts)
  return ctx.transaction(async (tx) => {
    if (await hasClients(tx.db)) return 'Quotes: has clients already, nothing added'
    await insertSample(tx.db, now, { seller: SELLER, clients: [...clients, prospect], quotes, counters })
    // Something that went wrong, to be found and repaired: the number of a quote is missing in what it was given.
    await tx.enqueue(sendNotice, MISTAKEN, { tags: ['sample'] })
    return `Quotes: ${clients.length + 1} clients and ${quotes.length} quotes`
  })
}

/** Sends the older drafts of the sample, and leaves two to try it with; answers the run, undefined when there is none to send. */
export async function demo(ctx: QuotesContext): Promise<number | undefined> {
  const drafts = await sampleDrafts(ctx.db)
  const quoteIds = drafts.slice(KEPT_DRAFTS)
  return quoteIds.length === 0 ? undefined : (await ctx.enqueue(sendMany, { quoteIds })).id
}

interface SampleQuote {
  readonly plan: SamplePlan
  readonly rows: QuoteRows
}

function sampleInput(index: number, plan: SamplePlan, clientId: string): QuoteInput {
  const work = WORKS[index % WORKS.length]
  const lines = (work?.lines ?? []).map(([description, unit, quantity, unitPrice, vatRate, discount]) => ({
    description,
    unit,
    quantity,
    unitPrice,
    vatRate,
    ...(discount === undefined ? {} : { discount }),
  }))
  return quoteInput.parse({ clientId, title: work?.title, notes: work?.notes, validityDays: plan.validityDays, lines })
}

/** Gives what was sent its number, oldest first, as sending one by one would have. */
function issueAll({ clock, config }: QuotesContext, drafts: readonly SampleQuote[]) {
  const last = new Map<string, number>()
  const quotes = drafts
    .toSorted((a, b) => b.plan.daysAgo - a.plan.daysAgo)
    .map(({ plan, rows }) => {
      if (plan.status === 'draft') return rows
      const sentAt = clock.now() - plan.daysAgo * DAY_MS
      const issuedOn = calendarDate(sentAt, config.timeZone)
      const series = seriesOf(config.numberPrefix, issuedOn)
      const value = (last.get(series) ?? 0) + 1
      last.set(series, value)
      return issue(rows, { plan, sentAt, issuedOn, number: quoteNumber(series, value), now: clock.now() })
    })
  const counters = [...last].map(([series, value]): CounterTable => ({ series, last_value: value }))
  return { quotes, counters }
}

interface Issue {
  readonly plan: SamplePlan
  readonly sentAt: number
  readonly issuedOn: string
  readonly number: string
  readonly now: number
}

function issue(rows: QuoteRows, { plan, sentAt, issuedOn, number, now }: Issue): QuoteRows {
  const closedAt = plan.closedDaysAgo === undefined ? null : now - plan.closedDaysAgo * DAY_MS
  return {
    ...rows,
    quote: {
      ...rows.quote,
      status: plan.status,
      number,
      issued_on: issuedOn,
      valid_until: addDays(issuedOn, plan.validityDays),
      answer_reason: plan.reason ?? null,
      sending_at: sentAt,
      sent_at: sentAt,
      closed_at: closedAt,
      updated_at: closedAt ?? sentAt,
    },
  }
}
