import { isAbsolute } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isPlatformError } from '../errors.ts'
import { defineConfig } from './config.ts'
import { parseConfig } from './parse.ts'

const quotes = { id: 'quotes', config: z.strictObject({ reminderDays: z.int().default(3) }) }

function problemsOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isPlatformError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
  return ''
}

test('an empty environment gives a working configuration on SQLite and loopback', () => {
  const config = parseConfig({})
  expect(config).toMatchObject({
    port: 7070,
    host: '127.0.0.1',
    roles: ['api', 'worker', 'scheduler'],
    database: { kind: 'sqlite', durability: 'full' },
    org: { id: 'main', timeZone: 'Europe/Paris' },
    keep: { dailyBackups: 7, logs: '30d', temporaryFiles: '24h' },
  })
  expect(isAbsolute(config.dataDir)).toBe(true)
  expect(config.discordWebhook).toBeUndefined()
})

test('the environment goes before the file, and the file before the default', () => {
  const config = parseConfig({ REGIE_PORT: '8080' }, defineConfig({ port: 9090, orgName: 'Atelier Nord' }))
  expect(config.port).toBe(8080)
  expect(config.org.name).toBe('Atelier Nord')
})

test('an empty variable counts as absent', () => {
  expect(parseConfig({ REGIE_PORT: '', SMTP_URL: ' ' })).toMatchObject({ port: 7070 })
})

test('DATABASE_URL chooses PostgreSQL', () => {
  const url = 'postgres://regie:secret@127.0.0.1/regie'
  expect(parseConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url })
})

test('roles are a list separated by commas', () => {
  expect(parseConfig({ REGIE_ROLES: 'worker, scheduler,worker' }).roles).toEqual(['worker', 'scheduler'])
})

test('every problem stands in one message, with what was read and what is expected', () => {
  const message = problemsOf(() =>
    parseConfig({
      REGIE_PORT: 'seven',
      REGIE_ROLES: 'api,chef',
      REGIE_KEEP_LOGS: '3 weeks',
      REGIE_ORG_TIME_ZONE: 'Europe/Lutetia',
      REGIE_MIN_FREE_DISK_MB: '-1',
    }),
  )
  expect(message).toContain('5 problems')
  expect(message).toContain('REGIE_PORT: read "seven", expected a whole number from 0 to 65535')
  expect(message).toContain('REGIE_ROLES: read "api,chef"')
  expect(message).toContain('REGIE_KEEP_LOGS: read "3 weeks"')
  expect(message).toContain('Europe/Lutetia')
})

test('a secret is never shown, only that it is wrong', () => {
  const message = problemsOf(() =>
    parseConfig({
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      SMTP_URL: 'http://u:hunter2@mail',
      REGIE_DISCORD_WEBHOOK: 'http://evil.example/hunter2',
    }),
  )
  expect(message).toContain('DATABASE_URL: read a value that is not shown, expected postgres://')
  expect(message).toContain('SMTP_URL')
  expect(message).toContain('REGIE_DISCORD_WEBHOOK')
  expect(message).not.toContain('hunter2')
})

test.each(['0.0.0.0', '192.168.1.20', 'example.com', '::'])(
  '%s is refused as an address without a public one by TLS',
  (host) => {
    expect(problemsOf(() => parseConfig({ REGIE_HOST: host }))).toContain('unless REGIE_PUBLIC_URL is https://')
  },
)

test.each(['127.0.0.1', '127.4.5.6', '::1', 'localhost'])('%s is accepted as an address', (host) => {
  expect(parseConfig({ REGIE_HOST: host }).host).toBe(host)
})

test('a misspelt variable is refused with the name that was meant', () => {
  expect(problemsOf(() => parseConfig({ REGIE_PROT: '80' }))).toContain(
    'REGIE_PROT: no such variable; did you mean REGIE_PORT?',
  )
})

test('a foreign variable that resembles none is only a warning', () => {
  const { warnings } = parseConfig({ REGIE_SERVICE_PORT_HTTP_METRICS: '1', REGIE_TEST_POSTGRES_URL: 'postgres://x' })
  expect(warnings).toEqual(['REGIE_SERVICE_PORT_HTTP_METRICS is set but means nothing to Regie'])
  expect(parseConfig({ regie_port: '5' }).warnings).toEqual([
    'regie_port is set but means nothing to Regie; did you mean REGIE_PORT?',
  ])
})

test('a misspelt name in the file is refused too', () => {
  const file = { prot: 80 } as object
  expect(problemsOf(() => parseConfig({}, file))).toContain(
    'regie.config.ts: prot: no such setting; did you mean port?',
  )
})

test("an app's settings come from the file and from a JSON variable, which goes first", () => {
  const file = defineConfig({ apps: { quotes: { reminderDays: 5 } } })
  expect(parseConfig({}, {}, [quotes]).apps.get('quotes')).toEqual({ reminderDays: 3 })
  expect(parseConfig({}, file, [quotes]).apps.get('quotes')).toEqual({ reminderDays: 5 })
  expect(parseConfig({ REGIE_APP_QUOTES: '{"reminderDays":7}' }, file, [quotes]).apps.get('quotes')).toEqual({
    reminderDays: 7,
  })
})

test("wrong settings of apps are listed with the platform's", () => {
  const file = defineConfig({ apps: { quotes: { reminderDays: 'many' }, quote: {} } })
  const env = { REGIE_PORT: 'x', REGIE_APP_QUOTE: '{}', REGIE_APPS: 'quote', REGIE_QUEUES: 'mails', REGIE_ROLES: '' }
  const message = problemsOf(() => parseConfig(env, file, [quotes]))
  expect(message).toContain('REGIE_PORT')
  expect(message).toContain('REGIE_APPS: there is no app quote')
  expect(message).toContain('REGIE_QUEUES: there is no queue mails')
  expect(message).toContain('REGIE_ROLES: read "", expected one or more of api, worker, scheduler')
  const strict = { ...quotes, config: z.strictObject({ reminderDays: z.number() }) }
  const wrong = { REGIE_APP_QUOTES: '{"reminderDay":3,"reminderDays":1}' }
  expect(problemsOf(() => parseConfig(wrong, {}, [strict]))).toContain(
    'apps.quotes.reminderDay: no such setting; did you mean reminderDays?',
  )
  expect(message).toContain('apps.quotes.reminderDays: Must be a number.')
  expect(message).toContain('apps.quote: no such app; did you mean quotes?')
  expect(message).toContain('REGIE_APP_QUOTE: no such variable; did you mean REGIE_APP_QUOTES?')
  expect(problemsOf(() => parseConfig({ REGIE_APP_QUOTES: '[1]' }, {}, [quotes]))).toContain('is not a JSON object')
})

test('settings of apps that are no objects are refused, not passed over', () => {
  const parse = (apps: never) => problemsOf(() => parseConfig({}, { apps }, [quotes]))
  expect(parse(3 as never)).toContain('regie.config.ts: apps: is not an object')
  expect(parse({ quotes: 3 } as never)).toContain('apps.quotes: is neither an object of settings nor false')
})

const key = Buffer.alloc(32, 7).toString('base64')
const former = Buffer.alloc(32, 8).toString('base64')

test('the keys of persons are 32 bytes each, with those before them', () => {
  expect(parseConfig({}).personKeys).toBeUndefined()
  expect(parseConfig({ REGIE_PERSON_KEY: key }).personKeys).toEqual({ masterKey: key, former: [] })
  const both = parseConfig({ REGIE_PERSON_KEY: key, REGIE_FORMER_PERSON_KEYS: `${former}, ${key}` })
  expect(both.personKeys).toEqual({ masterKey: key, former: [former, key] })
  expect(parseConfig({}, { personKey: key, formerPersonKeys: [former] }).personKeys?.former).toEqual([former])
  expect(parseConfig({ REGIE_FORMER_PERSON_KEYS: former }).warnings).toEqual([
    expect.stringContaining('without REGIE_PERSON_KEY'),
  ])
})

test('a wrong key of persons is refused without being shown', () => {
  const message = problemsOf(() =>
    parseConfig({ REGIE_PERSON_KEY: `${key}AAAA`, REGIE_FORMER_PERSON_KEYS: `${former},hunter2` }),
  )
  expect(message).toContain('REGIE_PERSON_KEY: read a value that is not shown, expected 32 bytes in base64')
  expect(message).toContain('REGIE_FORMER_PERSON_KEYS')
  for (const secret of [key, former, 'hunter2']) expect(message).not.toContain(secret)
})

test('apps are switched off by a list of those that are on, or one by one in the file', () => {
  const apps = ['quotes', 'content'].map((id) => ({ id, config: z.object({}) }))
  const offBy = (env: object, file: object = {}) => [...parseConfig({ ...env }, file, apps).appsOff]
  expect(offBy({})).toEqual([])
  expect(offBy({ REGIE_APPS: 'quotes' })).toEqual(['content'])
  expect(offBy({ REGIE_APPS: ' content , quotes ' })).toEqual([])
  expect(offBy({ REGIE_APPS: 'none' })).toEqual(['quotes', 'content'])
  expect(offBy({}, { apps: { quotes: false } })).toEqual(['quotes'])
  expect(offBy({ REGIE_APPS: 'quotes' }, { apps: { quotes: false } })).toEqual(['content'])
  expect(problemsOf(() => parseConfig({ REGIE_APPS: 'qotes' }, {}, apps))).toContain(
    'REGIE_APPS: there is no app qotes: choose from quotes, content',
  )
})

test('queues are worked as the operator says, as far as apps declare them', () => {
  const apps = [{ ...quotes, queues: { mail: { concurrency: 4 } } }]
  const file = defineConfig({ queues: { mail: { concurrency: 20 }, default: { fair: false } } })
  expect(parseConfig({ REGIE_QUEUES: 'mail, default' }, file, apps)).toMatchObject({
    queues: { mail: { concurrency: 20 }, default: { fair: false } },
    servedQueues: ['mail', 'default'],
  })
  expect(parseConfig({}, {}, apps)).not.toHaveProperty('servedQueues')
  const wrong = { queues: { mial: {}, mail: { concurrency: 0 } } }
  expect(problemsOf(() => parseConfig({ REGIE_QUEUES: 'mial' }, { queues: { mial: {} } }, apps))).toMatch(
    /queues: there is no queue mial: .*did you mean mail\?\n.*REGIE_QUEUES: there is no queue mial/,
  )
  expect(problemsOf(() => parseConfig({}, wrong, apps))).toContain('regie.config.ts: queues.mail.concurrency: ')
})

test('any address is accepted with a public one by TLS and a secret; each alone is refused', () => {
  const secret = Buffer.alloc(32).toString('base64')
  const open = { REGIE_HOST: '0.0.0.0', REGIE_PUBLIC_URL: 'https://regie.example.com/' }
  expect(parseConfig({ ...open, REGIE_SECRET: secret })).toMatchObject({
    host: '0.0.0.0',
    publicUrl: 'https://regie.example.com',
    trustedProxies: [],
  })
  expect(problemsOf(() => parseConfig(open))).toContain('REGIE_SECRET: is needed with REGIE_PUBLIC_URL')
  for (const url of ['http://regie.example.com', 'https://regie.example.com/path', 'ftp://x', 'https://u:p@x.example'])
    expect(problemsOf(() => parseConfig({ REGIE_PUBLIC_URL: url, REGIE_SECRET: secret }))).toContain('REGIE_PUBLIC_URL')
  expect(problemsOf(() => parseConfig({ REGIE_TRUSTED_PROXIES: 'all' }))).toContain('REGIE_TRUSTED_PROXIES')
  expect(parseConfig({ REGIE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' }).trustedProxies).toEqual([
    '127.0.0.1',
    '10.0.0.0/8',
  ])
})
