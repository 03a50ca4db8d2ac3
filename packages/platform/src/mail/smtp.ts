import type { Clock } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import type { Mail, Mailer } from './mailer.ts'
import { messageOf } from './message.ts'

/** What the SMTP mailer is made of. */
export interface SmtpOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  readonly url: string
  readonly from: string
  readonly clock: Clock
  /** Longest wait for the server, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number
}

/** A mailer that holds connections. */
export interface SmtpMailer extends Mailer, AsyncDisposable {}

/** Sends by SMTP; `send` throws `MAIL_FAILED` unless the server took the message. nodemailer is loaded at the first message. */
export function smtpMailer({ url, from, clock, timeoutMs = 15_000 }: SmtpOptions): SmtpMailer {
  let transport: ReturnType<typeof connect> | undefined
  return {
    delivery: 'mail',
    from,
    async send(mail: Mail) {
      const message = messageOf(mail, from, clock.now())
      transport ??= connect(url, timeoutMs)
      try {
        await (await transport).sendMail(message)
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new PlatformError(
          'MAIL_FAILED',
          `the e-mail server ${new URL(url).host} did not take the message: ${reason}`,
          { cause },
        )
      }
    },
    async [Symbol.asyncDispose]() {
      const opened = await transport
      transport = undefined
      opened?.close()
    },
  }
}

async function connect(url: string, timeoutMs: number) {
  const { createTransport } = await import('nodemailer')
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    pool: true,
    maxConnections: 3,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs * 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
