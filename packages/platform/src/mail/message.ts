import { createHash } from 'node:crypto'
import { PlatformError } from '../errors.ts'
import type { Mail } from './mailer.ts'

/** A message in nodemailer's words. */
export interface Message {
  readonly from: string
  readonly to: string
  readonly replyTo?: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly messageId: string
  readonly date: Date
}

const ADDRESS = /^[^\r\n@]{0,200}[^\s@<>,;:]{1,64}@[^\s@<>,;:]{1,255}>?$/

/** A name of the message that depends on its key only: 32 hexadecimal characters. */
export function messageName(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

/** Completes a mail. Throws `MAIL_INVALID` unless `to` and `replyTo` are one address each and the key is not empty. */
export function messageOf(mail: Mail, from: string, now: number): Message {
  if (mail.key.trim() === '')
    throw new PlatformError('MAIL_INVALID', 'a message needs a key, so that a retry does not send it twice')
  requireAddress(mail.to, 'the recipient')
  if (mail.replyTo !== undefined) requireAddress(mail.replyTo, 'whom the answer goes to')
  const domain = /@([^\s@<>]+?)>?$/.exec(from)?.[1] ?? 'localhost'
  return {
    from,
    to: mail.to,
    ...(mail.replyTo !== undefined && { replyTo: mail.replyTo }),
    subject: mail.subject,
    text: mail.text,
    ...(mail.html !== undefined && { html: mail.html }),
    messageId: `<${messageName(mail.key)}@${domain}>`,
    date: new Date(now),
  }
}

function requireAddress(address: string, who: string): void {
  if (!ADDRESS.test(address))
    throw new PlatformError(
      'MAIL_INVALID',
      `${JSON.stringify(address.slice(0, 100))} is not one e-mail address: correct ${who}`,
    )
}
