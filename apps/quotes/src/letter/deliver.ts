import { QuotesError } from '../errors.ts'
import type { QuotesContext } from '../regie.ts'
import { type Letter, renderLetter } from './model.ts'

/** A letter with its address. Equal keys are the same message: a repeated attempt does not send it twice. */
export interface Delivery {
  readonly to: string
  /** Who reads the answer. Default whoever reads what is sent to the server's own address. */
  readonly replyTo?: string
  readonly letter: Letter
  readonly key: string
}

/** Mails a letter. Throws `MAIL_REFUSED` for what no retry can cure, such as an address that is none. */
export async function deliver(ctx: QuotesContext, { letter, ...envelope }: Delivery): Promise<void> {
  try {
    await ctx.mail.send({ ...envelope, ...renderLetter(letter) })
  } catch (error) {
    if (!isInvalidMail(error)) throw error
    throw new QuotesError('MAIL_REFUSED', `the message ${envelope.key} cannot be sent: ${error.message}`, error)
  }
}

function isInvalidMail(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'MAIL_INVALID'
}
