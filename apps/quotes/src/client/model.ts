import { z } from 'zod'
import { LANGUAGES } from '../letter/model.ts'
import { longText, optional, shortText } from '../text/model.ts'

/** The id of a client, as a route takes it. */
export const clientId = z.uuid('clientId must be the id of a client')

/** A new client, as the seller writes it. */
export const clientInput = z.strictObject({
  name: shortText('name', 200),
  contactName: optional(shortText('contactName', 200)),
  /** Quotes cannot be sent without it. */
  email: optional(
    z.email('email must be an address such as name@example.com').max(254, 'email must have at most 254 characters'),
  ),
  phone: optional(shortText('phone', 40)),
  address: optional(longText('address', 400)),
  postalCode: optional(shortText('postalCode', 20)),
  city: optional(shortText('city', 120)),
  country: z
    .string('country must be text')
    .regex(/^[A-Z]{2}$/, 'country must be two capital letters (ISO 3166) such as FR')
    .default('FR'),
  siren: optional(z.string('siren must be text').regex(/^\d{9}$/, 'siren must be nine digits')),
  vatNumber: optional(
    z.string('vatNumber must be text').regex(/^[A-Z]{2}[A-Z0-9]{2,13}$/, 'vatNumber must be such as FR12345678901'),
  ),
  /** Language in which the client is written to. */
  language: z.enum(LANGUAGES, 'language must be "fr" or "en"').default('fr'),
})

/** A new client, checked. */
export type ClientInput = z.output<typeof clientInput>

/** A client as the API shows it. */
export const clientView = z.object({
  id: z.uuid(),
  name: z.string(),
  contactName: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  postalCode: z.string().nullable(),
  city: z.string().nullable(),
  country: z.string(),
  siren: z.string().nullable(),
  vatNumber: z.string().nullable(),
  language: z.enum(LANGUAGES),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  anonymisedAt: z.iso.datetime().nullable(),
})

/** A client as the API shows it. */
export type ClientView = z.output<typeof clientView>
