import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'

const PASSWORD = 'three wise geese'
const OTHER = 'four wiser geese'
const operator = operatorOf('main')

/** This machine's clock, some time later. */
function movableClock() {
  let later = 0
  let stopped: number | undefined
  return {
    now: () => (stopped ?? systemClock.now()) + later,
    /** From now on only `advance` moves it. */
    stop: () => {
      stopped = systemClock.now()
    },
    setTimer: systemClock.setTimer,
    advance: (ms: number) => {
      later += ms
    },
  }
}

describe.each(STORES)('signing in on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let browser: Browser
  let clock: ReturnType<typeof movableClock>

  beforeEach(async () => {
    clock = movableClock()
    world = await openTestPlatform({ store, clock })
    address = (await world.platform.start()).address ?? ''
    browser = openBrowser(address)
    await world.platform.identity.users.create(operator, {
      email: 'Ada@Example.com',
      name: 'Ada',
      password: PASSWORD,
      roles: ['owner'],
    })
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const invite = (email: string, role: string, name = 'Bea') =>
    world.platform.identity.users.create(operator, { email, name, password: OTHER, roles: [role] })

  /** The secret behind # of the newest message to somebody. */
  const linkTo = (email: string): Promise<string> =>
    expect
      .poll(async () => {
        const folder = join(world.folder, 'outbox')
        const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.eml'))
        const mails = await Promise.all(files.toSorted().map((file) => readFile(join(folder, file), 'utf8')))
        const to = mails.filter((mail) => mail.includes(`To: ${email}`))
        return /#([\w-]{20,})/.exec(to.map((mail) => mail.replaceAll('=\r\n', '')).join('\n'))?.[1]
      })
      .toBeDefined()
      .then(async () => {
        const folder = join(world.folder, 'outbox')
        const files = (await readdir(folder)).filter((file) => file.endsWith('.eml'))
        const mails = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
        const text = mails
          .filter((mail) => mail.includes(`To: ${email}`))
          .join('\n')
          .replaceAll('=\r\n', '')
        return /#([\w-]{20,})/.exec(text)?.[1] ?? ''
      })

  test('nobody sees anything before: pages send to sign-in, the API says so', async () => {
    const page = await browser.call('GET', '/?lang=en')
    expect(page).toMatchObject({ status: 303, headers: { location: '/sign-in?next=%2F%3Flang%3Den' } })
    for (const path of ['/api/v1/runs', '/api/v1/me', '/api/v1/users', '/api/v1/shop/orders'])
      expect((await browser.call('GET', path)).json).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  })

  test('the right password lets in, and says who one is and what one may do', async () => {
    expect((await browser.signIn('ada@example.com', PASSWORD)).status).toBe(200)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({
      kind: 'user',
      name: 'Ada',
      email: 'ada@example.com',
      organisation: { id: 'main' },
      organisations: [{ id: 'main', roles: ['owner'] }],
      permissions: ['*'],
    })
    expect((await browser.call('GET', '/?lang=en')).status).toBe(200)
  })

  test('a body of another shape is refused by field, as everywhere', async () => {
    const { json } = await browser.call('POST', '/api/v1/auth/sign-in/email', { email: {}, password: [] })
    expect(json).toMatchObject({
      ...{ status: 400, code: 'INPUT_INVALID' },
      errors: { email: ['Must be a text.'], password: ['Must be a text.'] },
    })
    const more = { email: 'ada@example.com', redirectTo: 'https://evil.example' }
    expect((await browser.call('POST', '/api/v1/auth/request-password-reset', more)).json).toMatchObject({
      ...{ status: 400, code: 'INPUT_INVALID' },
      errors: { redirectTo: [expect.any(String)] },
    })
  })

  test('a form post is accepted as well', async () => {
    const answer = await send(address, '/api/v1/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: address },
      body: new URLSearchParams({ email: 'ada@example.com', password: PASSWORD }).toString(),
    })
    expect(answer.status).toBe(200)
  })

  test('the cookie is out of reach of scripts and other sites', async () => {
    const answer = await browser.signIn('ada@example.com', PASSWORD)
    const line = [answer.headers['set-cookie'] ?? []].flat().find((cookie) => cookie.startsWith('regie.session_token='))
    expect(line).toMatch(/HttpOnly/i)
    expect(line).toMatch(/SameSite=Lax/i)
    const token = /=([^.]+)\./.exec(line ?? '')?.[1] ?? 'none'
    const session = await browser.call('GET', '/api/v1/auth/get-session')
    expect(session.json).toMatchObject({ user: { name: 'Ada' }, session: { orgId: 'main' } })
    for (const { json } of [answer, session]) expect(JSON.stringify(json)).not.toContain(token)
    const change = { currentPassword: PASSWORD, newPassword: OTHER }
    const changed = await browser.call('POST', '/api/v1/auth/change-password', change)
    expect(JSON.stringify(changed.json)).not.toContain('token')
  })

  test('each sign-in is a new session: one that was planted before is worth nothing', async () => {
    browser.cookies.set('regie.session_token', 'planted.signature')
    await browser.signIn('ada@example.com', PASSWORD)
    const first = browser.cookies.get('regie.session_token')
    expect(first).not.toContain('planted')
    await browser.signIn('ada@example.com', PASSWORD)
    expect(browser.cookies.get('regie.session_token')).not.toBe(first)
    const other = openBrowser(address)
    other.cookies.set('regie.session_token', `planted.${first?.split('.')[1] ?? ''}`)
    expect((await other.call('GET', '/api/v1/me')).status).toBe(401)
  })

  test('nothing is changed with the cookie from another site', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://localhost:1' }])
      expect((await browser.call('DELETE', '/api/v1/me/sessions', undefined, headers)).json).toMatchObject({
        status: 403,
        code: 'ORIGIN_REFUSED',
      })
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(200)
    const foreign = await browser.call('POST', '/api/v1/auth/sign-out', {}, { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
  })

  test('unknown and known addresses are told the same', async () => {
    const wrong = await browser.signIn('ada@example.com', 'not her password')
    const unknown = await browser.signIn('nobody@example.com', 'not her password')
    expect(wrong.json).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' })
    expect(unknown.json).toEqual(wrong.json)
    const ask = (email: string) => browser.call('POST', '/api/v1/auth/request-password-reset', { email })
    expect((await ask('nobody@example.com')).json).toEqual((await ask('ada@example.com')).json)
  })

  test('eleven guesses are one too many, from wherever; the owner still comes in on a device of hers', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const stranger = openBrowser(address)
    const statuses: number[] = []
    for (let guess = 0; guess < 12; guess += 1) {
      statuses.push((await stranger.signIn('ada@example.com', `guess number ${guess}`)).status)
      clock.advance(20_000)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    const blocked = await stranger.signIn('ADA@example.com', PASSWORD)
    expect(blocked.json).toMatchObject({ status: 429, code: 'SIGN_IN_THROTTLED' })
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0)
    expect((await browser.signIn('ada@example.com', PASSWORD)).status).toBe(200)
    await invite('bea@example.com', 'member')
    expect((await stranger.signIn('bea@example.com', OTHER)).status).toBe(200)
    clock.advance(15 * 60_000)
    expect((await openBrowser(address).signIn('ada@example.com', PASSWORD)).status).toBe(200)
  })

  test('guesses are slowed down, and a hundred at once are no way around it', async () => {
    clock.stop()
    const stranger = openBrowser(address)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, guess) => stranger.signIn('ada@example.com', `guess number ${guess}`)),
    )
    const tried = answers.filter(({ status }) => status === 401).length
    expect(tried).toBeLessThanOrEqual(5)
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true)
  })

  test('an unknown address is slowed down like a known one', async () => {
    clock.stop()
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1)
      statuses.push((await browser.signIn('nobody@example.com', 'some password')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('a session that was ended is refused at once here, within a second elsewhere', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const other = openBrowser(address)
    await other.signIn('ada@example.com', PASSWORD)
    const { sessionId } = (await other.call('GET', '/api/v1/me')).json as { readonly sessionId: string }
    expect((await browser.call('DELETE', `/api/v1/me/sessions/${sessionId}`)).status).toBe(204)
    expect((await other.call('GET', '/api/v1/me')).status).toBe(401)

    // Another process ends it: only the database knows.
    const mine = (await browser.call('GET', '/api/v1/me')).json as { readonly sessionId: string }
    await world.platform.database
      .kysely<{ platform_session: { id: string } }>()
      .deleteFrom('platform_session')
      .where('id', '=', mine.sessionId)
      .execute()
    clock.advance(1_000)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
  })

  test('signing out ends the session, signing out everywhere ends all', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const cookie = browser.cookies.get('regie.session_token') ?? ''
    await browser.call('POST', '/api/v1/auth/sign-out', {})
    browser.cookies.set('regie.session_token', cookie)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
    const [one, two] = [openBrowser(address), openBrowser(address)]
    await one.signIn('ada@example.com', PASSWORD)
    await two.signIn('ada@example.com', PASSWORD)
    expect((await one.call('DELETE', '/api/v1/me/sessions')).json).toEqual({ ended: 2 })
    for (const each of [one, two]) expect((await each.call('GET', '/api/v1/me')).status).toBe(401)
  })

  test('a session ends after 24 hours without use, and after 30 days whatever happens', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    for (let day = 0; day < 30; day += 1) {
      clock.advance(23 * 3_600_000 + 3_000_000)
      expect((await browser.call('GET', '/api/v1/me')).status).toBe(200)
    }
    clock.advance(23 * 3_600_000)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
    await browser.signIn('ada@example.com', PASSWORD)
    clock.advance(24 * 3_600_000)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
  })

  test('a forgotten password is set by the link of a message, once; sessions end, guesses are forgotten', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    await browser.call('POST', '/api/v1/auth/request-password-reset', { email: 'ada@example.com' })
    const token = await linkTo('ada@example.com')
    const set = (newPassword: string) =>
      openBrowser(address).call('POST', '/api/v1/auth/reset-password', { token, newPassword })
    expect((await set('short')).json).toMatchObject({ status: 400, code: 'PASSWORD_WEAK' })
    expect((await set('passwordpassword')).json).toMatchObject({ status: 400, code: 'PASSWORD_WEAK' })
    expect((await set(OTHER)).status).toBe(200)
    expect((await set(OTHER)).json).toMatchObject({ status: 400, code: 'LINK_INVALID' })
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await browser.signIn('ada@example.com', OTHER)).status).toBe(200)
  })

  test('a password is changed with the one before; other sessions end', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const other = openBrowser(address)
    await other.signIn('ada@example.com', PASSWORD)
    const change = (currentPassword: string) =>
      browser.call('POST', '/api/v1/auth/change-password', { currentPassword, newPassword: OTHER })
    expect((await change('not her password')).json).toMatchObject({ code: 'SIGN_IN_REFUSED' })
    expect((await change(PASSWORD)).status).toBe(200)
    expect((await other.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(200)
  })

  test('nobody signs up, and no body sets what is not theirs', async () => {
    const eve = { email: 'eve@example.com', name: 'Eve', password: OTHER, roles: ['owner'], emailVerified: true }
    expect((await browser.call('POST', '/api/v1/auth/sign-up/email', eve)).status).toBe(404)
    const { link } = await world.platform.identity.invitations.invite(operator, {
      email: 'eve@example.com',
      roles: ['member'],
    })
    const token = link.split('#')[1] ?? ''
    const accept = (more: object) =>
      browser.call('POST', '/api/v1/invitations/accept', { token, name: 'Eve', password: OTHER, ...more })
    for (const more of [{ roles: ['owner'] }, { emailVerified: true }, { disabledAt: null }, { orgId: 'main' }])
      expect((await accept(more)).json).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
    expect((await accept({ email: 'other@example.com' })).json).toEqual({ email: 'eve@example.com' })
    expect((await accept({})).json).toMatchObject({ status: 400, code: 'LINK_INVALID' })
    await browser.signIn('eve@example.com', OTHER)
    expect((await browser.call('PATCH', '/api/v1/me', { name: 'Eve', roles: ['owner'] })).status).toBe(400)
    const sneaky = { email: 'eve@example.com', password: OTHER, orgId: 'other', impersonatedBy: 'x' }
    await browser.call('POST', '/api/v1/auth/sign-in/email', sneaky)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({
      organisation: { id: 'main' },
      organisations: [{ roles: ['member'] }],
    })
    expect((await browser.call('GET', '/api/v1/users')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })

  test('the message of an invitation holds its link, for a newcomer and for who has an account', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const invited = await browser.call('POST', '/api/v1/invitations', {
      email: 'Cleo@example.com',
      roles: ['operator'],
    })
    expect(invited.status).toBe(201)
    const token = await linkTo('cleo@example.com')
    // There is no e-mail server here: somebody has to hand the link over.
    expect(invited.json).toMatchObject({ delivery: 'outbox', link: expect.stringMatching(`#${token}$`) })
    const look = await openBrowser(address).call('POST', '/api/v1/invitations/look', { token })
    expect(look.json).toMatchObject({ email: 'cleo@example.com', known: false })
    const cleo = openBrowser(address)
    await cleo.call('POST', '/api/v1/invitations/accept', { token, name: 'Cleo', password: OTHER })
    expect((await cleo.signIn('cleo@example.com', OTHER)).status).toBe(200)
    expect((await cleo.call('GET', '/api/v1/runs')).status).toBe(200)
  })

  test('a disabled user is out at once, cannot come in, and comes back', async () => {
    const bea = await invite('bea@example.com', 'operator')
    await browser.signIn('bea@example.com', OTHER)
    await world.platform.identity.users.disable(operator, bea.id)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await browser.signIn('bea@example.com', OTHER)).json).toMatchObject({ code: 'SIGN_IN_REFUSED' })
    await world.platform.identity.users.enable(operator, bea.id)
    expect((await browser.signIn('bea@example.com', OTHER)).status).toBe(200)
  })

  test('the first administrator comes in by the link of the first start, once', async () => {
    await using fresh = await openTestPlatform({ store })
    const { address: at = '', setupLink = '' } = await fresh.platform.start()
    expect(setupLink).toMatch(new RegExp(`^${at.replace('127.0.0.1', 'localhost')}/accept-invitation#[\\w-]{43}$`))
    const token = setupLink.split('#')[1] ?? ''
    const first = openBrowser(at)
    expect((await first.call('POST', '/api/v1/invitations/look', { token })).json).toMatchObject({ known: false })
    const accept = () =>
      first.call('POST', '/api/v1/invitations/accept', {
        token,
        email: 'ada@example.com',
        name: 'Ada',
        password: PASSWORD,
      })
    // Another process starts, and has a link of its own: both are good until one is taken.
    const second = (await fresh.platform.identity.prepare(at))?.split('#')[1]
    const look = async (each = '') => (await first.call('POST', '/api/v1/invitations/look', { token: each })).status
    expect([await look(token), await look(second)]).toEqual([200, 200])
    expect((await accept()).status).toBe(200)
    expect((await accept()).status).toBe(400)
    expect(await look(second)).toBe(400)
    await first.signIn('ada@example.com', PASSWORD)
    expect((await first.call('GET', '/api/v1/me')).json).toMatchObject({ permissions: ['*'] })
    expect(await fresh.platform.identity.prepare(at)).toBeUndefined()
  })

  test('an operator looks through the eyes of a user for an hour, never of an owner, and comes back', async () => {
    const bea = await invite('bea@example.com', 'member')
    const ada = await world.platform.identity.users.show('main', 'ada@example.com')
    await invite('max@example.com', 'admin', 'Max')
    await browser.signIn('max@example.com', OTHER)
    const through = (id: string) => browser.call('POST', `/api/v1/users/${id}/impersonate`)
    expect((await through(ada.id)).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await through(bea.id)).status).toBe(200)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({
      name: 'Bea',
      impersonation: { by: { name: 'Max' }, until: expect.any(String) },
    })
    const change = { currentPassword: OTHER, newPassword: 'five wisest geese' }
    expect((await browser.call('POST', '/api/v1/auth/change-password', change)).json).toMatchObject({ status: 403 })
    expect((await browser.call('POST', '/api/v1/me/token', {})).json).toMatchObject({ code: 'FORBIDDEN' })
    expect((await through(bea.id)).status).toBe(403)
    expect((await browser.call('DELETE', '/api/v1/me/impersonation')).status).toBe(204)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({ name: 'Max' })
    await through(bea.id)
    clock.advance(3_600_000)
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
  })
})
