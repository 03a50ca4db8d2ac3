import type { QuoteView } from '../quote/model.ts'
import { readQuote } from '../quote/store.ts'
import type { Db } from '../regie.ts'
import type { Language } from './model.ts'

/** A quote and the person it is for: what a letter is written from. */
export interface Correspondence {
  readonly quote: QuoteView
  readonly addressee: {
    /** The contact, or the client where there is none. */
    readonly name: string
    readonly email: string | null
    readonly language: Language
  }
}

/** Reads what a letter about a quote is written from. Throws `QUOTE_UNKNOWN`. */
export async function readCorrespondence(db: Db, quoteId: string): Promise<Correspondence> {
  const quote = await readQuote(db, quoteId)
  const client = await db
    .selectFrom('quotes_client')
    .select(['name', 'contact_name', 'email', 'language'])
    .where('id', '=', quote.clientId)
    .executeTakeFirstOrThrow()
  const { email, language } = client
  return { quote, addressee: { name: client.contact_name ?? client.name, email, language } }
}
