import { z } from 'zod'
import { LANGUAGES } from '../letter/model.ts'
import { optional, shortText } from '../text/model.ts'

const address = (name: string) =>
  z.email(`${name} must be an address such as name@example.com`).max(254, `${name} must have at most 254 characters`)

/** Who sells in an organisation, as somebody there writes it. */
export const sellerInput = z.strictObject({
  /** Under which quotes are sent. */
  name: shortText('name', 120),
  /** Where clients' replies go, and where the seller hears of quotes that expire. */
  email: address('email'),
  /** Where the weekly summary goes. Default `email`. */
  summaryRecipient: optional(address('summaryRecipient')),
  /** Of what the seller is sent; clients have their own. */
  language: z.enum(LANGUAGES, 'language must be "fr" or "en"').default('fr'),
})

/** Who sells, checked. */
export type SellerInput = z.output<typeof sellerInput>

/** Who sells, as the API shows it. */
export const sellerView = z.object({
  name: z.string(),
  email: z.string(),
  summaryRecipient: z.string().nullable(),
  language: z.enum(LANGUAGES),
})

/** Who sells in one organisation. */
export type Seller = z.output<typeof sellerView>
