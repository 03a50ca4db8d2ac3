import { AWAITING_STATUSES, OPEN_STATUSES } from '../quote/model.ts'
import type { Db } from '../regie.ts'
import type { NoticeDates, NoticeKind } from './model.ts'

/** A quote somebody should be told about, and the date that makes this notice different from an earlier one. */
export interface DueNotice {
  readonly quoteId: string
  readonly period: string
}

/** Quotes that wait for an answer and whose last day is near, not yet told of; at most `limit`. */
export async function dueExpiring(db: Db, dates: NoticeDates, limit: number): Promise<readonly DueNotice[]> {
  const rows = await awaiting(db)
    .select('quote.valid_until as period')
    .where('quote.valid_until', '>=', dates.today)
    .where('quote.valid_until', '<=', dates.expiringUntil)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('quotes_notice as notice')
            .select('notice.quote_id')
            .where('notice.kind', '=', 'expiring')
            .whereRef('notice.quote_id', '=', 'quote.id')
            .whereRef('notice.period', '=', 'quote.valid_until'),
        ),
      ),
    )
    .limit(limit)
    .execute()
  return rows.map(toDue)
}

/** Quotes that have waited for an answer for long and do not expire soon, not yet recalled; at most `limit`. */
export async function dueUnanswered(db: Db, dates: NoticeDates, limit: number): Promise<readonly DueNotice[]> {
  const rows = await awaiting(db)
    .select('quote.issued_on as period')
    .where('quote.issued_on', '<=', dates.issuedUntil)
    .where('quote.valid_until', '>', dates.expiringUntil)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('quotes_notice as notice')
            .select('notice.quote_id')
            .where('notice.kind', '=', 'unanswered')
            .whereRef('notice.quote_id', '=', 'quote.id')
            .whereRef('notice.period', '=', 'quote.issued_on'),
        ),
      ),
    )
    .limit(limit)
    .execute()
  return rows.map(toDue)
}

/** Makes open quotes whose last day is over `expired`, at most `limit`, and answers them. */
export async function expireQuotes(
  db: Db,
  { today, now, limit }: { readonly today: string; readonly now: number; readonly limit: number },
): Promise<readonly DueNotice[]> {
  const rows = await db
    .updateTable('quotes_quote')
    .set({ status: 'expired', closed_at: now, updated_at: now })
    .where('status', 'in', [...OPEN_STATUSES])
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('quotes_quote as past')
        .select('past.id')
        .where('past.status', 'in', [...OPEN_STATUSES])
        .where('past.valid_until', '<', today)
        .orderBy('past.id')
        .limit(limit),
    )
    .returning(['id', 'valid_until as period'])
    .execute()
  return rows.map(toDue)
}

/** Records notices and answers the quotes of those that are new: only these may be sent. Call it in the transaction that enqueues them. */
export async function recordNotices(
  db: Db,
  { kind, due, now }: { readonly kind: NoticeKind; readonly due: readonly DueNotice[]; readonly now: number },
): Promise<readonly DueNotice[]> {
  if (due.length === 0) return []
  const rows = await db
    .insertInto('quotes_notice')
    .values(due.map(({ quoteId, period }) => ({ quote_id: quoteId, kind, period, noticed_at: now })))
    .onConflict((conflict) => conflict.columns(['org_id', 'quote_id', 'kind', 'period']).doNothing())
    .returning(['quote_id as id', 'period'])
    .execute()
  return rows.map(toDue)
}

function awaiting(db: Db) {
  return db
    .selectFrom('quotes_quote as quote')
    .select('quote.id')
    .where('quote.status', 'in', [...AWAITING_STATUSES])
    .orderBy('quote.id')
}

function toDue({ id, period }: { readonly id: string; readonly period: string | null }): DueNotice {
  return { quoteId: id, period: period ?? '' }
}
