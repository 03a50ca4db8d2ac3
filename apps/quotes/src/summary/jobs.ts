import { z } from 'zod'
import { calendarDate, startOfDay, weekBefore } from '../calendar/model.ts'
import { QuotesError } from '../errors.ts'
import { deliver } from '../letter/deliver.ts'
import { job, schedule } from '../regie.ts'
import { readSeller } from '../seller/store.ts'
import { conversionRate, countOf, OUTCOMES, summaryLetter } from './model.ts'
import { biggestOpen, outcomeTotals } from './store.ts'

const BIGGEST = 5

/** `quotes.weekly-summary`: mails the seller what became of quotes in the last whole week. */
export const weeklySummary = job({
  name: 'weekly-summary',
  permission: 'quote.read',
  input: z.strictObject({}),
  retry: { permanent: [QuotesError] },
  unique: { onConflict: 'return' },
  async run(ctx) {
    const { timeZone } = ctx.config
    const seller = await readSeller(ctx.db)
    if (seller === undefined) return { outcome: 'no-seller' }
    const week = weekBefore(calendarDate(ctx.clock.now(), timeZone))
    const period = { from: startOfDay(week.from, timeZone), to: startOfDay(week.to, timeZone) }
    const totals = await outcomeTotals(ctx.db, period)
    const summary = { week, totals, biggestOpen: await biggestOpen(ctx.db, BIGGEST) }
    await deliver(ctx, {
      to: seller.summaryRecipient ?? seller.email,
      letter: summaryLetter(summary, seller.language),
      key: `quotes.weekly-summary:${ctx.org}:${week.name}`,
    })
    const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, countOf(totals, outcome)]))
    const rate = conversionRate(totals)
    return { week: week.name, ...counts, ...(rate === undefined ? {} : { conversionPermille: rate }) }
  },
})

/** Mondays at eight in Paris. */
export const weeklySummarySchedule = schedule({
  name: 'weekly-summary',
  for: 'each-organisation',
  description: {
    en: 'Mails the seller the quotes sent, accepted, refused and expired last week',
    fr: 'Envoie au vendeur le bilan de la semaine : devis envoyés, acceptés, refusés, expirés',
  },
  cron: '0 8 * * 1',
  timeZone: 'Europe/Paris',
  catchUp: { within: '24h', max: 1 },
  job: weeklySummary,
  input: {},
})
