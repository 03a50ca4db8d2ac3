import { z } from 'zod'
import { event } from '../regie.ts'

// Nothing personal: events outlive the retention of clients and of what they wrote.

/** A quote was drafted; its amount without VAT in cents. */
export const quoteDrafted = event({
  name: 'drafted',
  data: z.object({ quoteId: z.uuid(), netCents: z.int(), currency: z.string() }),
})

/** A quote was mailed to its client. */
export const quoteSent = event({ name: 'sent', data: z.object({ quoteId: z.uuid(), number: z.string().nullable() }) })

/** A quote was answered, withdrawn, or is over: its status from then on. */
export const quoteMoved = event({ name: 'moved', data: z.object({ quoteId: z.uuid(), status: z.string() }) })

/** The stream in which everything about one quote happens. */
export function streamOf(quoteId: string): string {
  return `quote-${quoteId}`
}
