import { QuotesError } from '../errors.ts'
import type { Db, QuotesContext } from '../regie.ts'
import type { Seller } from './model.ts'
import { readSeller } from './store.ts'

/**
 * Who sells in the organisation. A quote binds whoever signs it: while nobody has said who that is, none goes out. Throws
 * `SELLER_UNCONFIGURED`; an invented seller or sender, as that of the sample, counts only where no mail really leaves.
 */
export async function requireSeller(db: Db, mail: QuotesContext['mail']): Promise<Seller> {
  const seller = await readSeller(db)
  const leaves = mail.delivery === 'mail'
  if (seller === undefined || (leaves && seller.email.endsWith('.example')))
    throw new QuotesError(
      'SELLER_UNCONFIGURED',
      'nobody has said who sends the quotes of this organisation: give name and e-mail address with PUT /api/v1/quotes/seller, or on the page Seller',
    )
  if (leaves && /@localhost>?$/.test(mail.from))
    throw new QuotesError(
      'SELLER_UNCONFIGURED',
      'mail would leave from localhost, and be refused: whoever runs the server sets MAIL_FROM and starts it again',
    )
  return seller
}
