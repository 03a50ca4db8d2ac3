import { systemClock } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { createAuthenticator, type TestAuthenticator } from '../factor/authenticator.testing.ts'
import { codeOf, stepAt } from '../factor/code.ts'
import { type OidcServer, startOidcServer } from '../sso/oidc-server.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser, post } from './identity.testing.ts'

const PASSWORD = 'three wise geese'

/** This machine's clock, some time later. */
function movableClock() {
  let later = 0
  const now = () => systemClock.now() + later
  const advance = (ms: number): void => {
    later += ms
  }
  return { now, setTimer: systemClock.setTimer, advance }
}

describe.each(STORES)('second factors at the door, over %s', (store) => {
  let world: TestPlatform
  let address = ''
  let clock: ReturnType<typeof movableClock>
  let ada: Browser
  let device: TestAuthenticator
  let oidc: OidcServer | undefined

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    world = await openTestPlatform({ store, clock, env })
    // Passkeys are bound to names, not to numbers.
    address = ((await world.platform.start()).address ?? '').replace('127.0.0.1', 'localhost')
    device = createAuthenticator(address)
    await member('ada', 'owner')
    ada = openBrowser(address)
  }
  const member = (name: string, role: string) =>
    world.platform.identity.users.create(operatorOf('main'), {
      email: `${name}@example.com`,
      name,
      password: PASSWORD,
      roles: [role],
    })
  beforeEach(async () => {
    clock = movableClock()
    await start()
  })
  afterEach(async () => {
    await world[Symbol.asyncDispose]()
    await oidc?.[Symbol.asyncDispose]()
    oidc = undefined
  })

  const idOf = async (name: string) => (await world.platform.identity.users.show('main', `${name}@example.com`)).id
  const signedIn = async (name: string) => {
    const browser = openBrowser(address)
    expect((await browser.signIn(`${name}@example.com`, PASSWORD)).status).toBe(200)
    return browser
  }
  const stateOf = async (browser: Browser) =>
    ((await browser.call('GET', '/api/v1/me/second-factor')).json as { readonly state: string }).state
  const enrol = async (browser: Browser) => {
    const secret = String((await post(browser, '/me/second-factor/totp', { password: PASSWORD })).secret)
    const bits = [...secret].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
    const code = () => codeOf(key, stepAt(clock.now()))
    const confirmed = await post(browser, '/me/second-factor/totp/confirm', { code: code() })
    clock.advance(60_000)
    return { code, backupCodes: confirmed.backupCodes as readonly string[], secret }
  }
  const registerPasskey = async (browser: Browser) => {
    const { options } = (await post(browser, '/me/passkeys/begin', { password: PASSWORD })) as never
    return post(browser, '/me/passkeys', { name: 'Laptop', response: device.create(options) })
  }
  const passkeyAnswer = async (browser: Browser) => {
    const { options } = (await post(browser, '/passkeys/begin')) as never
    return { response: device.get(options) }
  }
  /** Everything that must stay shut: reading, changing, and better-auth's own addresses. */
  const doors = async (browser: Browser) => {
    const asked = [
      await browser.call('GET', '/api/v1/me'),
      await browser.call('GET', '/api/v1/users'),
      await browser.call('GET', '/api/v1/shop/orders'),
      await browser.call('POST', '/api/v1/me/passkeys/begin', { password: PASSWORD }),
      await browser.call('POST', '/api/v1/me/second-factor/disable', {}),
      await browser.call('POST', '/api/v1/auth/change-password', {
        currentPassword: PASSWORD,
        newPassword: 'four wiser geese',
      }),
    ]
    return [...new Set(asked.map(({ json }) => (json as { readonly code?: string }).code))]
  }
  const want = async (browser: Browser) =>
    expect((await browser.call('PUT', '/api/v1/second-factor/policy', { required: true })).status).toBe(200)

  test('after the password, nothing is open before the code of the app', async () => {
    ada = await signedIn('ada')
    const { code } = await enrol(ada)
    const again = await signedIn('ada')
    expect(await stateOf(again)).toBe('verify')
    expect(await doors(again)).toEqual(['SECOND_FACTOR_NEEDED'])
    expect(await post(again, '/me/second-factor/totp', { password: PASSWORD })).toMatchObject({
      status: 403,
      code: 'SECOND_FACTOR_NEEDED',
    })
    expect(await again.call('GET', '/')).toMatchObject({
      status: 303,
      headers: { location: '/second-factor?next=%2F' },
    })
    expect((await post(again, '/me/second-factor/verify', { code: code() })).status).toBe(204)
    expect(await stateOf(again)).toBe('open')
    expect((await again.call('GET', '/api/v1/me')).status).toBe(200)
  })

  test('a code works in one browser only, also when several use it at once', async () => {
    const { code } = await enrol(await signedIn('ada'))
    const browsers = [await signedIn('ada'), await signedIn('ada'), await signedIn('ada')]
    const right = code()
    const answers = await Promise.all(
      browsers.map((browser) => post(browser, '/me/second-factor/verify', { code: right })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 403, 403])
  })

  test('five wrong codes sign out, and signing in again does not help for a quarter of an hour', async () => {
    const { code } = await enrol(await signedIn('ada'))
    const guesser = await signedIn('ada')
    const wrong = code() === '000000' ? '111111' : '000000'
    const answers: unknown[] = []
    for (const _ of [1, 2, 3, 4, 5])
      answers.push((await post(guesser, '/me/second-factor/verify', { code: wrong })).status)
    expect(answers).toEqual([403, 403, 403, 403, 429])
    expect((await guesser.call('GET', '/api/v1/me/second-factor')).status).toBe(401)
    const again = await signedIn('ada')
    expect(await post(again, '/me/second-factor/verify', { code: code() })).toMatchObject({ status: 429 })
    clock.advance(15 * 60_000)
    expect(await post(await signedIn('ada'), '/me/second-factor/verify', { code: code() })).toMatchObject({
      status: 204,
    })
  })

  test('a backup code lets in once', async () => {
    const { backupCodes } = await enrol(await signedIn('ada'))
    const [backupCode] = backupCodes
    expect(await post(await signedIn('ada'), '/me/second-factor/verify', { backupCode })).toMatchObject({ status: 204 })
    expect(await post(await signedIn('ada'), '/me/second-factor/verify', { backupCode })).toMatchObject({
      status: 403,
      code: 'SECOND_FACTOR_WRONG',
    })
  })

  test('a session that has not shown its factor gets no access token, and one from before opens nothing', async () => {
    ada = await signedIn('ada')
    const { token } = await post(ada, '/me/token')
    const bearer = { authorization: `Bearer ${token}` }
    expect((await openBrowser(address).call('GET', '/api/v1/users', undefined, bearer)).status).toBe(200)
    await enrol(await signedIn('ada'))
    expect(await post(ada, '/me/token')).toMatchObject({ code: 'SECOND_FACTOR_NEEDED' })
    expect((await openBrowser(address).call('GET', '/api/v1/users', undefined, bearer)).json).toMatchObject({
      code: 'SECOND_FACTOR_NEEDED',
    })
  })

  test('where the organisation wants it, everybody sets one up first, and keys go on working', async () => {
    await member('bea', 'member')
    ada = await signedIn('ada')
    await want(ada)
    const bea = await signedIn('bea')
    expect(await stateOf(bea)).toBe('enrol')
    expect(await doors(bea)).toEqual(['SECOND_FACTOR_ENROL'])
    await enrol(bea)
    expect(await stateOf(bea)).toBe('open')
    expect(await stateOf(await signedIn('bea'))).toBe('verify')
    expect((await world.send(address, '/api/v1/shop/orders')).status).toBe(200)
  })

  test('only who may manage users changes what is wanted, or takes a factor away; nobody that of an owner above', async () => {
    await member('bea', 'member')
    await member('cleo', 'admin')
    await enrol(await signedIn('ada'))
    const reset = `/api/v1/users/${await idOf('ada')}/second-factor/reset`
    const bea = await signedIn('bea')
    const codes = await Promise.all([
      bea.call('PUT', '/api/v1/second-factor/policy', { required: false }),
      bea.call('POST', reset, {}),
      (await signedIn('cleo')).call('POST', reset, {}),
    ])
    expect(codes.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  test('an administrator helps who has lost the phone', async () => {
    await member('bea', 'member')
    await enrol(await signedIn('bea'))
    ada = await signedIn('ada')
    const reset = `/api/v1/users/${await idOf('bea')}/second-factor/reset`
    expect((await ada.call('POST', reset, {})).status).toBe(204)
    expect(await stateOf(await signedIn('bea'))).toBe('open')
  })

  test('a passkey signs in without a password, and is a second factor as well', async () => {
    await want(await signedIn('ada'))
    const first = await signedIn('ada')
    await enrol(first)
    expect(await registerPasskey(first)).toMatchObject({ status: 201, name: 'Laptop' })
    const browser = openBrowser(address)
    expect((await post(browser, '/passkeys/sign-in', await passkeyAnswer(browser))).status).toBe(204)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({ email: 'ada@example.com' })
    expect(await stateOf(browser)).toBe('open')
  })

  test('a passkey answer without user verification, or on another site, signs nobody in', async () => {
    await registerPasskey(await signedIn('ada'))
    const browser = openBrowser(address)
    for (const bent of [{ userVerified: false }, { origin: 'http://evil.localhost' }]) {
      const { options } = (await post(browser, '/passkeys/begin')) as never
      expect(await post(browser, '/passkeys/sign-in', { response: device.get(options, bent) })).toMatchObject({
        status: 403,
        code: 'PASSKEY_REFUSED',
      })
    }
    expect(browser.cookies.size).toBe(0)
  })

  test('after the password, a passkey of the same person opens the session; one of another does not', async () => {
    await member('bea', 'member')
    await registerPasskey(await signedIn('ada'))
    await enrol(await signedIn('bea'))
    const bea = await signedIn('bea')
    expect(await post(bea, '/me/second-factor/passkey', await passkeyAnswer(bea))).toMatchObject({
      status: 403,
      code: 'PASSKEY_REFUSED',
    })
    await enrol(await signedIn('ada'))
    const again = await signedIn('ada')
    expect(await post(again, '/me/second-factor/passkey', await passkeyAnswer(again))).toMatchObject({ status: 204 })
    expect(await stateOf(again)).toBe('open')
  })

  test('who is disabled does not come in by a passkey', async () => {
    await member('bea', 'member')
    await registerPasskey(await signedIn('bea'))
    await world.platform.identity.users.disable(operatorOf('main'), 'bea@example.com')
    const browser = openBrowser(address)
    expect(await post(browser, '/passkeys/sign-in', await passkeyAnswer(browser))).toMatchObject({ status: 401 })
  })

  test('keys are no people', async () => {
    const answers = await Promise.all([
      world.send(address, '/api/v1/me/second-factor'),
      world.sendJson(address, '/api/v1/me/second-factor/totp', {}),
      world.send(address, '/api/v1/me/passkeys'),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  test('secrets and codes are in no log line', async () => {
    const { secret, backupCodes } = await enrol(await signedIn('ada'))
    await post(await signedIn('ada'), '/me/second-factor/verify', { backupCode: backupCodes[0] })
    const log = world.lines.join('\n')
    for (const text of [secret, ...backupCodes]) expect(log).not.toContain(text)
  })

  describe('single sign-on', () => {
    const settings = (change: object = {}) => ({
      kind: 'oidc',
      title: 'Keycloak',
      issuer: oidc?.issuer,
      clientId: 'regie',
      clientSecret: 'a client secret',
      trustEmail: true,
      ...change,
    })
    /** With the provider of the configuration: the port of the server must be known before it starts. */
    const withProvider = async (change: object = {}) => {
      const port = new URL(address).port
      oidc = await startOidcServer({
        redirectUris: [`http://localhost:${port}/api/v1/sso/keycloak/callback`],
        secret: 'a client secret',
      })
      oidc.people.set('sub-ada', { email: 'ada@example.com', email_verified: true })
      await world[Symbol.asyncDispose]()
      await start({
        REGIE_PORT: port,
        REGIE_OUTGOING_ALLOW_HOSTS: oidc.host,
        REGIE_SSO_PROVIDERS: JSON.stringify([{ id: 'keycloak', ...settings(change) }]),
      })
    }
    const comeIn = async (browser: Browser, subject = 'sub-ada') => {
      const begun = await browser.call('GET', '/api/v1/sso/keycloak/begin?next=/%3Flang%3Den')
      const back = await oidc?.signIn(String(begun.headers.location), subject)
      const url = new URL(back ?? '')
      return browser.call('GET', url.pathname + url.search)
    }

    test('a real provider signs in, in the browser that began', async () => {
      await withProvider()
      const browser = openBrowser(address)
      expect((await browser.call('GET', '/api/v1/sso/providers')).json).toEqual({
        items: [{ id: 'keycloak', title: 'Keycloak', kind: 'oidc', begin: '/api/v1/sso/keycloak/begin' }],
      })
      expect(await comeIn(browser)).toMatchObject({ status: 303, headers: { location: '/?lang=en' } })
      expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({ email: 'ada@example.com' })
      const begun = await browser.call('GET', '/api/v1/sso/keycloak/begin')
      const back = new URL((await oidc?.signIn(String(begun.headers.location), 'sub-ada')) ?? '')
      const stranger = openBrowser(address)
      expect(await stranger.call('GET', back.pathname + back.search)).toMatchObject({
        status: 303,
        headers: { location: '/sign-in?refused=SSO_REFUSED' },
      })
      expect((await stranger.call('GET', '/api/v1/me')).status).toBe(401)
    })

    test('it does not go around the second factor, nor around the wish of the organisation', async () => {
      await withProvider()
      const { code } = await enrol(await signedIn('ada'))
      const browser = openBrowser(address)
      await comeIn(browser)
      expect(await doors(browser)).toEqual(['SECOND_FACTOR_NEEDED'])
      expect((await post(browser, '/me/second-factor/verify', { code: code() })).status).toBe(204)
      await want(browser)
      await member('bea', 'member')
      oidc?.people.set('sub-bea', { email: 'bea@example.com', email_verified: true })
      const bea = openBrowser(address)
      const people = world.platform.database.kysely<{ platform_user: { email_verified: number; name: string } }>()
      await people.updateTable('platform_user').set({ email_verified: 0 }).where('name', '=', 'bea').execute()
      await comeIn(bea, 'sub-bea')
      expect(await doors(bea)).toEqual(['SECOND_FACTOR_ENROL'])
      // Whoever chose it may have been anybody.
      expect((await openBrowser(address).signIn('bea@example.com', PASSWORD)).status).toBe(401)
    })

    test('only administrators of this organisation set providers up, and none gives more than its maker may do', async () => {
      await member('bea', 'member')
      await member('otto', 'operator')
      const put = (browser: Browser, change: object = {}) =>
        browser.call('PUT', '/api/v1/sso/settings/oidc/other', {
          ...settings(),
          issuer: 'https://sso.example.com',
          ...change,
        })
      for (const name of ['bea', 'otto']) {
        const browser = await signedIn(name)
        expect((await put(browser)).status).toBe(403)
        expect((await browser.call('GET', '/api/v1/sso/settings')).status).toBe(403)
        expect((await browser.call('DELETE', '/api/v1/sso/settings/other')).status).toBe(403)
      }
      expect((await put(openBrowser(address))).status).toBe(401)
      await member('cleo', 'admin')
      const cleo = await signedIn('cleo')
      expect((await put(cleo, { roles: ['owner'] })).status).toBe(403)
      expect((await put(cleo, { roles: ['king'] })).status).toBe(400)
      const made = await put(cleo, { roles: ['member'] })
      expect(made.status).toBe(200)
      const listed = await cleo.call('GET', '/api/v1/sso/settings')
      expect(listed.json).toMatchObject({ items: [{ source: 'administrator', provider: { id: 'other' } }] })
      expect(made.body + listed.body + world.lines.join('')).not.toContain('a client secret')
      expect((await cleo.call('DELETE', '/api/v1/sso/settings/other')).status).toBe(204)
    })

    test('a provider that no request may go to is refused at once, and who comes in is not told where one is', async () => {
      ada = await signedIn('ada')
      const { kind: _, ...given } = settings()
      const put = (issuer: string) => ada.call('PUT', '/api/v1/sso/settings/oidc/inside', { ...given, issuer })
      const inside = ['http://127.0.0.1', 'https://169.254.169.254', 'https://2130706433', 'http://[::ffff:10.0.0.1]/']
      for (const issuer of [...inside, 'https://localhost:7070', 'https://me:secret@sso.example.com'])
        expect([issuer, (await put(issuer)).json]).toMatchObject([
          ...[issuer, { status: 400, code: 'INPUT_INVALID', issues: [{ path: 'issuer' }] }],
        ])
      expect((await put('https://sso.within.invalid')).status).toBe(200)
      const begun = await openBrowser(address).call('GET', '/api/v1/sso/inside/begin')
      expect(begun.json).toMatchObject({ status: 422, code: 'OUTGOING_FAILED' })
      expect(begun.body).not.toContain('within.invalid')
    })

    test('a SAML answer is taken from a foreign page, and judged; nothing else is', async () => {
      const foreign = { origin: 'https://idp.example.com', 'content-type': 'application/x-www-form-urlencoded' }
      const browser = openBrowser(address)
      const path = '/api/v1/sso/nobody/answer'
      const answer = await browser.call('POST', path, undefined, foreign)
      expect(answer.json).toMatchObject({ status: 403, code: 'SSO_REFUSED' })
      expect((await browser.call('POST', '/api/v1/passkeys/begin', {}, { origin: foreign.origin })).json).toMatchObject(
        {
          code: 'ORIGIN_REFUSED',
        },
      )
    })
  })
})
