import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseConfig } from '../config/parse.ts'
import { createLog } from './log.ts'
import { scrubber, secretsOf } from './scrub.ts'

let folder = ''
let now = Date.UTC(2026, 10, 21, 9, 30)
const clock = { now: () => now, setTimer: () => () => {} }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-log-'))
  now = Date.UTC(2026, 10, 21, 9, 30)
})
afterEach(() => rm(folder, { recursive: true }))

function open(env: Readonly<Record<string, string>> = {}, isTTY = false) {
  const lines: string[] = []
  const config = parseConfig({ REGIE_DATA_DIR: folder, REGIE_LOG_LEVEL: 'debug', ...env })
  const log = createLog({ config, clock, screen: { isTTY, write: (line) => lines.push(line) } })
  return { log, lines }
}

const fileOf = (day: string) => readFile(join(folder, 'logs', `regie-${day}.log`), 'utf8')

test('a line is JSON on the screen and in the file of its day', async () => {
  const { log, lines } = open()
  log.info({ runId: 7 }, 'the run started')
  log.close()
  const [line = ''] = lines
  expect(JSON.parse(line)).toEqual({ level: 30, time: now, runId: 7, msg: 'the run started' })
  expect(await fileOf('2026-11-21')).toBe(line)
})

test('the first line after midnight goes to the next file', async () => {
  const { log } = open()
  log.debug({}, 'before')
  now = Date.UTC(2026, 10, 22, 0, 0, 1)
  log.warn({}, 'after')
  log.close()
  expect(await fileOf('2026-11-21')).not.toContain('after')
  expect(await fileOf('2026-11-22')).toContain('after')
})

test('less severe lines than the level are left out', () => {
  const { log, lines } = open({ REGIE_LOG_LEVEL: 'error' })
  log.warn({}, 'a warning')
  log.error({}, 'an error')
  expect(lines.join('')).not.toContain('a warning')
  expect(lines.join('')).toContain('an error')
})

test('a terminal gets a line for people, with the stack of an error', () => {
  const { log, lines } = open({}, true)
  log.child({ app: 'quotes' }).error({ err: new Error('no paper') }, 'printing failed')
  expect(lines[0]).toContain('printing failed')
  expect(lines[0]).toContain('quotes')
  expect(lines[0]).toContain('Error: no paper')
  expect(lines[0]?.startsWith('{')).toBe(false)
})

test('an error is written with its code and cause, not with what hangs on it', () => {
  const { log, lines } = open()
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request: { headers: 'huge' } })
  log.error({ err: new Error('cannot send', { cause }) }, 'mail')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message: 'cannot send', cause: { code: 'ECONNREFUSED' } } })
  expect(lines[0]).not.toContain('huge')
})

test('no secret reaches screen or file, wherever it stands', async () => {
  const canary = 'canary-4711'
  const { log, lines } = open({
    DATABASE_URL: `postgres://regie:${canary}@db/regie`,
    REGIE_DISCORD_WEBHOOK: `https://discord.com/api/webhooks/1/${canary}`,
  })
  log.error({ err: new Error(`connect postgres://regie:${canary}@db/regie failed`) }, `plain ${canary}`)
  log.info(
    { deep: { list: [{ password: 'another-secret' }], headers: { authorization: 'Bearer abcdefgh12345678' } } },
    'x',
  )
  log.info({ body: JSON.stringify({ apiKey: 'third-secret', amount: 12 }) }, 'GET /x?token=fourth-secret&page=2')
  log.close()
  const written = lines.join('') + (await fileOf('2026-11-21'))
  for (const secret of [canary, 'another-secret', 'abcdefgh12345678', 'third-secret', 'fourth-secret']) {
    expect(written).not.toContain(secret)
  }
  expect(written).toContain('page=2')
  expect(written).toContain('amount')
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
})

test('ordinary text passes unchanged', () => {
  const text =
    'the job backup.daily took 30 s; see http://127.0.0.1:7070/api/v1/runs/12?state=failed and mail jean@example.com'
  expect(scrubber(['abc'])(text)).toBe(text)
})

test('the secret parts of an address are its password, decoded too, and the path of a webhook', () => {
  expect(secretsOf('smtp://u:p%40ssword@mail')).toEqual(['p%40ssword', 'p@ssword'])
  expect(secretsOf('https://discord.com/api/webhooks/1/abc')).toEqual(['1/abc'])
  expect(secretsOf(undefined)).toEqual([])
})
