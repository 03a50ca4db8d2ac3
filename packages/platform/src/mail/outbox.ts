import { randomUUID } from 'node:crypto'
import { link, mkdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@regie/engine'
import type { Mail, Mailer } from './mailer.ts'
import { type Message, messageName, messageOf } from './message.ts'

/** What the outbox is made of. */
export interface OutboxOptions {
  /** Folder of the .eml files; made when missing. */
  readonly folder: string
  readonly from: string
  readonly clock: Clock
}

/** Writes each message as one complete .eml file, named by its key: sending a key again changes nothing. */
export function outboxMailer({ folder, from, clock }: OutboxOptions): Mailer {
  return {
    delivery: 'outbox',
    from,
    async send(mail: Mail) {
      const content = await render(messageOf(mail, from, clock.now()))
      await mkdir(folder, { recursive: true })
      await writeOnce(join(folder, `${messageName(mail.key)}.eml`), content)
    },
  }
}

/** Linking a finished file is atomic and refuses an existing name, so a reader never sees half a message or a second one. */
async function writeOnce(path: string, content: Buffer): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  await writeFile(unfinished, content, { flag: 'wx', flush: true })
  try {
    await link(unfinished, path)
  } catch (error) {
    if (!isExisting(error)) throw error
  } finally {
    await unlink(unfinished)
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

async function render(message: Message): Promise<Buffer> {
  const { createTransport } = await import('nodemailer')
  const info = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail(message)
  return Buffer.isBuffer(info.message)
    ? info.message
    : Buffer.concat(await Array.fromAsync(info.message, (part) => Buffer.from(part)))
}
