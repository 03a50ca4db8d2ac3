import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@regie/engine'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMailer } from './create.ts'
import type { Mail } from './mailer.ts'
import { messageName } from './message.ts'
import { settling } from './settling.ts'
import { smtpMailer } from './smtp.ts'

const mail: Mail = {
  key: 'quotes:reminder:42',
  to: 'jeanne@example.com',
  subject: 'Votre devis expire bientôt — 3 jours',
  text: 'Bonjour,\nle devis D-2026-0042 expire mardi.\n',
  html: '<p>Bonjour, le devis <b>D-2026-0042</b> expire mardi.</p>',
}
const from = 'Regie <regie@example.org>'

let folder = ''
const undo: (() => Promise<unknown> | unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-mail-'))
})
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
  await rm(folder, { recursive: true })
})

const outbox = () => createMailer({ dataDir: folder, mailFrom: from }, systemClock)
const filesIn = () => readdir(join(folder, 'outbox'))

test('a message that nobody waits for is whole before the mailer is gone', async () => {
  const mailer = outbox()
  void mailer.send(mail)
  await mailer[Symbol.asyncDispose]()
  expect(await filesIn()).toEqual([`${messageName(mail.key)}.eml`])
})

test('a message that cannot be sent does not keep the mailer from going', async () => {
  let given = () => {}
  const clock = {
    now: () => 0,
    setTimer: (callback: () => void) => {
      given = callback
      return () => {}
    },
  }
  const mailer = settling({ delivery: 'mail', from, send: () => new Promise<void>(() => {}) }, clock)
  void mailer.send(mail)
  const gone = mailer[Symbol.asyncDispose]()
  given()
  await expect(gone).resolves.toBeUndefined()
})

test('without an e-mail server a message is a complete .eml file in the outbox', async () => {
  await outbox().send(mail)
  expect(await filesIn()).toEqual([`${messageName(mail.key)}.eml`])
  const text = await readFile(join(folder, 'outbox', `${messageName(mail.key)}.eml`), 'utf8')
  expect(text).toContain('To: jeanne@example.com\r\n')
  expect(text).toContain('From: Regie <regie@example.org>\r\n')
  expect(text).toContain(`Message-ID: <${messageName(mail.key)}@example.org>`)
  expect(text).toMatch(/^Subject: =\?UTF-8\?/m)
  expect(text).toContain('D-2026-0042')
})

test('a key that was written already changes nothing, even from many callers at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => outbox().send(mail)))
  await outbox().send({ ...mail, text: 'another text' })
  const [name = '', ...others] = await filesIn()
  expect(others).toEqual([])
  expect(await readFile(join(folder, 'outbox', name), 'utf8')).not.toContain('another text')
})

test.each(['', 'not an address', 'a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example'])(
  'the recipient %j is refused',
  async (to) => {
    await expect(outbox().send({ ...mail, to })).rejects.toMatchObject({ code: 'MAIL_INVALID' })
  },
)

test('a line break in the subject does not become a header', async () => {
  await outbox().send({ ...mail, subject: 'Hello\r\nBcc: spy@example.com' })
  const [name = ''] = await filesIn()
  expect(await readFile(join(folder, 'outbox', name), 'utf8')).not.toMatch(/^Bcc:/m)
})

test('a message without a key is refused: a retry would send it twice', async () => {
  await expect(outbox().send({ ...mail, key: ' ' })).rejects.toMatchObject({ code: 'MAIL_INVALID' })
})

async function smtpServer(options: { readonly refuse?: boolean } = {}) {
  const received: { readonly to: string; readonly user: unknown; readonly text: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === 's:cret' ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: (_address, _session, done) => done(options.refuse === true ? new Error('mailbox is full') : null),
    async onData(stream, session, done) {
      const text = Buffer.concat(await Array.fromAsync(stream, (part) => Buffer.from(part))).toString()
      received.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), user: session.user, text })
      done()
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  undo.push(() => new Promise<void>((done) => server.close(done)))
  return { received, port: portOf(server.server) }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return address.port
}

function mailerFor(url: string, timeoutMs = 5_000) {
  const mailer = smtpMailer({ url, from, clock: systemClock, timeoutMs })
  undo.push(() => mailer[Symbol.asyncDispose]())
  return mailer
}

test('with an e-mail server the message goes there, signed in with the decoded password', async () => {
  const { port, received } = await smtpServer()
  await mailerFor(`smtp://jean:s%3Acret@127.0.0.1:${port}`).send(mail)
  expect(received).toHaveLength(1)
  expect(received[0]).toMatchObject({ to: 'jeanne@example.com', user: 'jean' })
  expect(received[0]?.text).toContain(`Message-ID: <${messageName(mail.key)}@example.org>`)
  expect(await readdir(folder)).toEqual([])
})

test('a server that refuses is an error that names it and its reason, without the password', async () => {
  const { port } = await smtpServer({ refuse: true })
  const sending = mailerFor(`smtp://jean:s%3Acret@127.0.0.1:${port}`).send(mail)
  await expect(sending).rejects.toMatchObject({
    code: 'MAIL_FAILED',
    message: expect.stringMatching(/127\.0\.0\.1.*mailbox is full/),
  })
  await expect(sending).rejects.not.toThrow('cret')
})

test('a wrong password, no server at all and a silent server are MAIL_FAILED', async () => {
  const { port } = await smtpServer()
  await expect(mailerFor(`smtp://jean:wrong@127.0.0.1:${port}`).send(mail)).rejects.toMatchObject({
    code: 'MAIL_FAILED',
  })
  await expect(mailerFor('smtp://127.0.0.1:1').send(mail)).rejects.toMatchObject({ code: 'MAIL_FAILED' })
  const silent = createServer((socket) => undo.push(() => socket.destroy()))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  undo.push(() => silent.close())
  await expect(mailerFor(`smtp://127.0.0.1:${portOf(silent)}`, 100).send(mail)).rejects.toMatchObject({
    code: 'MAIL_FAILED',
  })
})
