/** Every way Quotes refuses, as a stable code with the HTTP status it is answered with. */
export const QUOTES_ERRORS = {
  /** No such client in this organisation. */
  CLIENT_UNKNOWN: 404,
  /** No such quote in this organisation. */
  QUOTE_UNKNOWN: 404,
  /** The quote's status does not allow what was asked. */
  QUOTE_STATE: 409,
  /** The quote was changed since it was read: it has another version. */
  QUOTE_CHANGED: 409,
  /** The client has no e-mail address to send the quote to. */
  CLIENT_WITHOUT_EMAIL: 409,
  /** The client's personal data was erased: nothing more can be made for it. */
  CLIENT_ANONYMISED: 409,
  /** Nobody has said who sends quotes here. */
  SELLER_UNCONFIGURED: 409,
  /** A quote cannot end before the day it is sent. */
  VALIDITY_PAST: 422,
  /** The quote could not be mailed; it is a draft again. */
  QUOTE_UNDELIVERABLE: 422,
  /** A message that no retry can send: its address is none. */
  MAIL_REFUSED: 422,
} as const

/** A stable, documented failure code of Quotes. */
export type QuotesErrorCode = keyof typeof QUOTES_ERRORS

/** The only error class Quotes throws on purpose. The message names the thing and the way out; `code` is stable. */
export class QuotesError extends Error {
  override readonly name = 'QuotesError'
  readonly code: QuotesErrorCode
  /** The HTTP status it is answered with. */
  readonly status: number

  constructor(code: QuotesErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = QUOTES_ERRORS[code]
  }
}
