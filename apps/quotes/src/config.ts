import { z } from 'zod'
import { CURRENCIES } from './quote/model.ts'

/** Settings under `apps.quotes`. Every one has a default, so that the app starts without any. */
export const config = z.strictObject({
  /** Name under which quotes are sent. */
  sellerName: z.string().trim().min(1).max(120).default('Votre entreprise'),
  /** Where the seller hears of expiring and expired quotes. */
  sellerEmail: z.email().default('devis@entreprise.example'),
  /** Where the weekly summary goes. Default: `sellerEmail`. */
  summaryRecipient: z.email().optional(),
  /** Language of what the seller is sent; clients have their own. Default French. */
  language: z.enum(['fr', 'en']).default('fr'),
  /** IANA zone in which the organisation reads dates. */
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris').default('Europe/Paris'),
  currency: z.enum(CURRENCIES).default('EUR'),
  /** Numbers are `<prefix>-<year>-<0001>`. */
  numberPrefix: z
    .string()
    .regex(/^[A-Z]{1,8}$/, 'must be 1 to 8 capital letters')
    .default('D'),
  /** A quote that says nothing else is valid for this many days from its sending. */
  validityDays: z.int().min(1).max(365).default(30),
  /** Quotes whose last day is at most this many days away are about to expire. */
  expiringSoonDays: z.int().min(1).max(60).default(3),
  /** Quotes without an answer are recalled to the client after this many working days. */
  unansweredAfterDays: z.int().min(1).max(90).default(7),
})

/** The settings of Quotes, complete. */
export type Config = z.output<typeof config>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
