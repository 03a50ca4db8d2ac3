import { z } from 'zod'

/** One message to one person. */
export interface Mail {
  readonly to: string
  /** Who reads the answer, when that is not who sends. */
  readonly replyTo?: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** Equal keys are the same message: a repeated attempt does not send it twice to the outbox. Becomes its Message-ID. */
  readonly key: string
}

/** Where messages go: to an e-mail server, or into .eml files under `data/outbox`, which reach nobody. */
export const mailDelivery = z.enum(['mail', 'outbox'])

/** One of these places. */
export type MailDelivery = z.infer<typeof mailDelivery>

/** Sends mail by SMTP when configured, otherwise writes .eml files under `data/outbox`. */
export interface Mailer {
  /** What {@link Mailer.send} does here: whoever tells a person that a message is on its way must say so. */
  readonly delivery: MailDelivery
  /** Who they are from, as it is configured. */
  readonly from: string
  send(mail: Mail): Promise<void>
}
