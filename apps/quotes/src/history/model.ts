import type { QuoteView } from '../quote/model.ts'

/** Something that happened to a quote: its status from then on. */
export interface Happening {
  readonly status: string
  /** ISO 8601. */
  readonly at: string
}

/** What events tell of a quote, first to last; what was before them, as of a sample or of what was taken over, is read off the quote. */
export function wholeHistory(quote: QuoteView, told: readonly Happening[]): Happening[] {
  const [first] = told
  if (first?.status === 'draft') return [...told]
  const { status, createdAt, sentAt, closedAt, updatedAt } = quote
  const isLater = status !== 'draft' && status !== 'sent'
  const own = [
    { status: 'draft', at: createdAt },
    ...(sentAt === null ? [] : [{ status: 'sent', at: sentAt }]),
    ...(isLater ? [{ status, at: closedAt ?? updatedAt }] : []),
  ]
  return [...own.filter(({ at }) => first === undefined || at < first.at), ...told]
}
