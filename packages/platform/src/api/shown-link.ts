import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { Principal } from '../auth/principal.ts'
import { type MailDelivery, mailDelivery } from '../mail/mailer.ts'

/** Where the link of an invitation has gone, as it is answered. */
export const shownLink = {
  delivery: mailDelivery,
  /**
   * Only where no e-mail is sent, and only to a person of the organisation that runs the server: somebody has to hand it over. Others ask
   * its operator, who has it under `data/outbox`.
   */
  link: z.string().optional(),
}

/** Whoever has a link can come in with another's address, so it is shown to as few as can be: a link that is mailed to nobody, one that is not to members of the home organisation, who are there themselves. */
export function showLink(
  principal: Principal,
  delivery: MailDelivery,
  link: string,
): { readonly delivery: MailDelivery; readonly link?: string } {
  return { delivery, ...(seesLink(principal, delivery) && { link }) }
}

/** True when {@link showLink} shows a link to somebody, which the audit log has to say. */
export function seesLink(principal: Principal | undefined, delivery: MailDelivery): boolean {
  if (delivery !== 'outbox' || principal === undefined) return false
  return principal.guest !== true && actingAs(principal).sessionId !== undefined
}
