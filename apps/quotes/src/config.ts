import { z } from 'zod'
import { CURRENCIES } from './quote/model.ts'

/** What stands where nobody has said who sells: nothing is sent under it. */
export const UNNAMED = { sellerName: 'Votre entreprise', sellerEmail: 'devis@entreprise.example' } as const

/** Settings under `apps.quotes`. Every one has a default, so that the app starts without any. */
export const config = z.strictObject({
  /** Name under which quotes are sent. Until it and `sellerEmail` are set, none is. */
  sellerName: z.string().trim().min(1).max(120).default(UNNAMED.sellerName),
  /** Where the seller hears of expiring and expired quotes. */
  sellerEmail: z.email().default(UNNAMED.sellerEmail),
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

/** The settings under which the sample is shown: its seller has a name, unless somebody has given another. */
export function sampleConfig(config: Config): Config {
  if (config.sellerName !== UNNAMED.sellerName || config.sellerEmail !== UNNAMED.sellerEmail) return config
  return { ...config, sellerName: 'Atelier Kermadec', sellerEmail: 'devis@atelier-kermadec.example' }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
