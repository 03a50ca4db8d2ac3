import { join } from 'node:path'
import type { Clock } from '@regie/engine'
import type { Config } from '../config/config.ts'
import type { Mailer } from './mailer.ts'
import { outboxMailer } from './outbox.ts'
import { settling } from './settling.ts'
import { smtpMailer } from './smtp.ts'

/** The mailer that is configured: SMTP, or .eml files under `outbox` in the data directory. */
export function createMailer(
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'dataDir'>,
  clock: Clock,
): Mailer & AsyncDisposable {
  return settling(
    config.smtpUrl === undefined
      ? outboxMailer({ folder: join(config.dataDir, 'outbox'), from: config.mailFrom, clock })
      : smtpMailer({ url: config.smtpUrl, from: config.mailFrom, clock }),
    clock,
  )
}
