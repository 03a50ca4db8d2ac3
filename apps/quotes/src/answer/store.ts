import { QuotesError } from '../errors.ts'
import { isFinal, type QuoteAct, type QuoteStatus, transition } from '../quote/model.ts'
import { unknownQuote } from '../quote/store.ts'
import type { Db } from '../regie.ts'

/** One act on one quote. */
export interface ActOnQuote {
  readonly quoteId: string
  readonly act: QuoteAct
  /** Milliseconds UTC. */
  readonly now: number
  /** What the client said, kept with the answer. */
  readonly reason?: string | null | undefined
}

/** Applies an act; answers the new status. Call it in a transaction. Throws `QUOTE_UNKNOWN` and `QUOTE_STATE`. */
export async function actOnQuote(db: Db, { quoteId, act, now, reason }: ActOnQuote): Promise<QuoteStatus> {
  const from = await readStatus(db, quoteId)
  const next = transition(from, act)
  if (!next.ok) throw new QuotesError('QUOTE_STATE', next.message)
  const changed = await db
    .updateTable('quotes_quote')
    .set({
      status: next.status,
      updated_at: now,
      ...(isFinal(next.status) ? { closed_at: now } : {}),
      ...(reason === undefined || reason === null ? {} : { answer_reason: reason }),
    })
    .where('id', '=', quoteId)
    .where('status', '=', from)
    .executeTakeFirst()
  if (changed.numUpdatedRows !== 1n) throw overtaken(quoteId)
  return next.status
}

async function readStatus(db: Db, quoteId: string): Promise<QuoteStatus> {
  const row = await db.selectFrom('quotes_quote').select('status').where('id', '=', quoteId).executeTakeFirst()
  if (row === undefined) throw unknownQuote(quoteId)
  return row.status
}

/** The refusal of who comes second when two change one quote at the same time. */
export function overtaken(quoteId: string): QuotesError {
  return new QuotesError('QUOTE_STATE', `quote ${quoteId} was changed by somebody else at the same time: read it again`)
}
