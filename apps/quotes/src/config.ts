import { z } from 'zod'
import { LANGUAGES } from './letter/model.ts'
import { CURRENCIES } from './quote/model.ts'

/** What stands where nobody has said who sells: nothing is sent under it. */
export const UNNAMED = { sellerName: 'Votre entreprise', sellerEmail: 'devis@entreprise.example' } as const

/** Settings under `apps.quotes`. Every one has a default, so that the app starts without any. */
export const config = z.strictObject({
  sellerName: z.string().trim().min(1).max(120).default(UNNAMED.sellerName).meta({
    description: 'Name under which quotes are sent. Until it and sellerEmail are set, none is.',
    french: 'Nom sous lequel les devis sont envoyés. Tant que lui et sellerEmail manquent, aucun ne l’est.',
  }),
  sellerEmail: z.email().default(UNNAMED.sellerEmail).meta({
    description: 'Where the seller hears of expiring and expired quotes.',
    french: 'Où le vendeur apprend que des devis vont expirer ou ont expiré.',
  }),
  summaryRecipient: z.email().optional().meta({
    description: 'Where the weekly summary goes. Absent: sellerEmail.',
    french: 'Où va le résumé hebdomadaire. Absent : sellerEmail.',
  }),
  language: z.enum(LANGUAGES).default('fr').meta({
    description: 'Language of what the seller is sent; clients have their own.',
    french: 'Langue de ce qui est envoyé au vendeur ; les clients ont la leur.',
  }),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris')
    .default('Europe/Paris')
    .meta({
      description: 'IANA zone in which dates are read.',
      french: 'Fuseau horaire IANA dans lequel les dates sont lues.',
    }),
  currency: z.enum(CURRENCIES).default('EUR').meta({
    description: 'Currency of new quotes.',
    french: 'Monnaie des nouveaux devis.',
  }),
  numberPrefix: z
    .string()
    .regex(/^[A-Z]{1,8}$/, 'must be 1 to 8 capital letters')
    .default('D')
    .meta({
      description: 'Numbers are <prefix>-<year>-<0001>.',
      french: 'Les numéros sont <préfixe>-<année>-<0001>.',
    }),
  validityDays: z.int().min(1).max(365).default(30).meta({
    description: 'A quote that says nothing else is valid for this many days from its sending.',
    french: 'Un devis qui ne dit rien d’autre est valable ce nombre de jours après son envoi.',
  }),
  expiringSoonDays: z.int().min(1).max(60).default(3).meta({
    description: 'A quote whose last day is at most this many days away is about to expire.',
    french: 'Un devis dont le dernier jour est au plus à ce nombre de jours va bientôt expirer.',
  }),
  unansweredAfterDays: z.int().min(1).max(90).default(7).meta({
    description: 'A quote without an answer is recalled to the client after this many working days.',
    french: 'Un devis sans réponse est rappelé au client après ce nombre de jours ouvrés.',
  }),
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
