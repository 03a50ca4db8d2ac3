import type { Db } from '../regie.ts'

/** One thing that happened to a quote. */
export interface HistoryEntry {
  /** The status it had from then on. */
  readonly status: string
  /** Milliseconds UTC. */
  readonly at: number
}

// A quote has few: nobody sends one a hundred times.
const LONGEST = 500

/** What happened to one quote, first to last. */
export async function readHistory(db: Db, quoteId: string): Promise<readonly HistoryEntry[]> {
  return db
    .selectFrom('quotes_history')
    .select(['status', 'at'])
    .where('quote_id', '=', quoteId)
    .orderBy('position')
    .limit(LONGEST)
    .execute()
}
