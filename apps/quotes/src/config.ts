import { z } from 'zod'
import { CURRENCIES } from './quote/model.ts'

/** Settings under `apps.quotes`. Every one has a default, so that the app starts without any. */
export const config = z.strictObject({
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

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
