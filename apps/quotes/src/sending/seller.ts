import { UNNAMED } from '../config.ts'
import { QuotesError } from '../errors.ts'
import type { QuotesContext } from '../regie.ts'

/**
 * A quote binds whoever signs it: while nobody has said who that is, none goes out. Throws `SELLER_UNCONFIGURED`, with the settings
 * that are missing; an invented sender counts only where mail really leaves.
 */
export function requireSeller({ config, mail }: Pick<QuotesContext, 'config' | 'mail'>): void {
  const missing = [
    ...(config.sellerName === UNNAMED.sellerName ? ['sellerName'] : []),
    ...(config.sellerEmail === UNNAMED.sellerEmail ? ['sellerEmail'] : []),
  ].map((name) => `apps.quotes.${name}`)
  if (mail.delivery === 'mail' && /@localhost>?$/.test(mail.from)) missing.push('MAIL_FROM')
  if (missing.length === 0) return
  throw new QuotesError(
    'SELLER_UNCONFIGURED',
    `nobody has said who sends quotes here: set ${missing.join(', ')} (those of apps.quotes in regie.config.ts or as JSON in REGIE_APP_QUOTES) and start the server again`,
  )
}
