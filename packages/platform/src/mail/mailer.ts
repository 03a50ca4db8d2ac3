/** One message to one person. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** Equal keys are the same message: a repeated attempt does not send it twice to the outbox. Becomes its Message-ID. */
  readonly key: string
}

/** Sends mail by SMTP when configured, otherwise writes .eml files under `data/outbox`. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}
