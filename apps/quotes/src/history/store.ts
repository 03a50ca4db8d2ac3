import { isoOf } from '@regie/platform'
import type { Db } from '../regie.ts'

// A quote has few: nobody sends one a hundred times.
const LONGEST = 500

/** What happened to one quote, first to last, each with the status it had from then on. */
export async function readHistory(db: Db, quoteId: string) {
  const rows = await db
    .selectFrom('quotes_history')
    .select(['status', 'at'])
    .where('quote_id', '=', quoteId)
    .orderBy('position')
    .limit(LONGEST)
    .execute()
  return rows.map(({ status, at }) => ({ status, at: isoOf(at) }))
}
