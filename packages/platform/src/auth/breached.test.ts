// A service that answers as Pwned Passwords does, and one that does not answer.
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { operatorOf } from './acting.ts'
import { openBrowser } from './identity.testing.ts'

const GOOD = 'three wise geese'
const BAD = 'correct donkey stapler'
const asked: IncomingMessage[] = []
let known = [BAD]
let state: 'well' | 'busy' | 'silent' = 'well'

const digest = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

/** Padding has the form of an entry, and was seen never: that is how it is told apart. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  asked.push(request)
  if (state === 'silent') return
  if (state === 'busy') return void response.writeHead(503).end('busy')
  const prefix = /^\/range\/([0-9A-F]{5})$/.exec(request.url ?? '')?.[1]
  if (prefix === undefined) return void response.writeHead(400).end('The hash prefix was not in a valid format')
  const found = known.map(digest).filter((hash) => hash.startsWith(prefix))
  const padding = Array.from({ length: 20 }, () => `${randomBytes(20).toString('hex').toUpperCase().slice(5)}:0`)
  const lines = [...found.map((hash) => `${hash.slice(5)}:37`), ...padding, `${digest(GOOD).slice(5)}:0`]
  response.writeHead(200, { 'content-type': 'text/plain' }).end(lines.toSorted().join('\r\n'))
}

const service = createServer(answer)
beforeAll(() => new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  service.closeAllConnections()
  service.close()
})
beforeEach(() => {
  asked.length = 0
  known = [BAD]
  state = 'well'
})

describe.each(STORES)('a password known from a breach, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  const operator = operatorOf('main')
  const identity = () => world.platform.identity
  const weak = { status: 400, code: 'PASSWORD_WEAK' }

  beforeAll(async () => {
    const { port } = service.address() as AddressInfo
    world = await openTestPlatform({ store, env: { REGIE_BREACHED_PASSWORDS_URL: `http://127.0.0.1:${port}` } })
    address = (await world.platform.start()).address ?? ''
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('is refused wherever one is chosen, and nobody is told more than five digits of its hash', async () => {
    const ada = { email: 'ada@example.com', name: 'Ada', roles: ['owner'] }
    await expect(identity().users.create(operator, { ...ada, password: BAD })).rejects.toMatchObject(weak)
    const { id } = await identity().users.create(operator, { ...ada, password: GOOD })
    const { link } = await identity().invitations.invite(operator, { email: 'bea@example.com', roles: ['member'] })
    const browser = openBrowser(address)
    const accept = { token: link.split('#')[1], password: BAD }
    expect((await browser.call('POST', '/api/v1/invitations/accept', accept)).json).toMatchObject(weak)
    expect((await browser.signIn(ada.email, GOOD)).status).toBe(200)
    const change = { currentPassword: GOOD, newPassword: BAD }
    expect((await browser.call('POST', '/api/v1/auth/change-password', change)).json).toMatchObject(weak)
    const reset = { token: (await identity().passwordLink({ id, email: ada.email })).split('#')[1], newPassword: BAD }
    expect((await browser.call('POST', '/api/v1/auth/reset-password', reset)).json).toMatchObject(weak)
    expect(asked.length).toBeGreaterThan(5)
    for (const { url, headers, method } of asked) {
      expect([method, url]).toEqual(['GET', expect.stringMatching(/^\/range\/[0-9A-F]{5}$/)])
      expect(headers).toMatchObject({ 'add-padding': 'true' })
    }
  })

  test('that lets somebody in is told to them, once', async () => {
    const { id } = await identity().users.create(operator, {
      ...{ email: 'cleo@example.com', name: 'Cleo', roles: ['member'] },
      password: 'seven ripe pears',
    })
    known = ['seven ripe pears']
    const browser = openBrowser(address)
    const unread = async () =>
      (await world.platform.inbox.list({ org: 'main', user: id }, { unread: true, limit: 9 })).rows
    expect((await browser.signIn('cleo@example.com', 'seven ripe pears')).status).toBe(200)
    await expect.poll(unread).toMatchObject([{ title: 'Votre mot de passe est à changer', link: '/account' }])
    asked.length = 0
    expect((await browser.signIn('cleo@example.com', 'seven ripe pears')).status).toBe(200)
    await expect.poll(() => asked.length).toBe(1)
    expect(await unread()).toHaveLength(1)
  })

  test('is accepted while the service is out of order, which stands in the log and is counted', async () => {
    state = store === 'SQLite' ? 'busy' : 'silent'
    const dora = { email: 'dora@example.com', name: 'Dora', roles: ['member'], password: BAD }
    expect(await identity().users.create(operator, dora)).toMatchObject({ email: dora.email })
    await expect.poll(() => world.lines.join('')).toContain('nobody could say whether a password is known')
    expect(world.lines.join('')).not.toContain(digest(BAD))
    const metrics = await world.send(address, '/metrics')
    expect(metrics.body).toMatch(/regie_breached_password_checks_total\{[^}]*outcome="unanswered"[^}]*\} 1\b/)
  })
})
