import { sql } from 'kysely'
import { OPEN_STATUSES, type QuoteSummary } from '../quote/model.ts'
import { summaries, toSummary } from '../quote/store.ts'
import type { Db } from '../regie.ts'
import { OUTCOMES, type OutcomeTotal } from './model.ts'

/** A time from `from` to before `to`, in milliseconds UTC. */
export interface Period {
  readonly from: number
  readonly to: number
}

const DECIDED = OUTCOMES.filter((outcome) => outcome !== 'sent')

/** Quotes sent in a period, and those decided in it, per outcome and currency. */
export async function outcomeTotals(db: Db, { from, to }: Period): Promise<readonly OutcomeTotal[]> {
  const sent = await totals(db)
    .select(({ val }) => [val('sent').as('outcome')])
    .where('sent_at', '>=', from)
    .where('sent_at', '<', to)
    .groupBy('currency')
    .orderBy('currency')
    .execute()
  const decided = await totals(db)
    .select('status as outcome')
    .where('status', 'in', DECIDED)
    .where('closed_at', '>=', from)
    .where('closed_at', '<', to)
    .groupBy(['status', 'currency'])
    .orderBy('currency')
    .execute()
  return [...sent, ...decided].flatMap(({ outcome, ...rest }) => {
    const known = OUTCOMES.find((name) => name === outcome)
    return known === undefined ? [] : [{ outcome: known, ...rest }]
  })
}

/** Open quotes by falling amount without VAT. */
export async function biggestOpen(db: Db, limit: number): Promise<readonly QuoteSummary[]> {
  const rows = await summaries(db)
    .where('quote.status', 'in', [...OPEN_STATUSES])
    .orderBy('quote.net_cents', 'desc')
    .orderBy('quote.id')
    .limit(limit)
    .execute()
  return rows.map(toSummary)
}

function totals(db: Db) {
  return (
    db
      .selectFrom('quotes_quote')
      // PostgreSQL sums bigints to a numeric, which its driver hands over as text.
      .select([
        'currency',
        sql<number>`cast(count(*) as bigint)`.as('count'),
        sql<number>`cast(sum(net_cents) as bigint)`.as('netCents'),
      ])
  )
}
