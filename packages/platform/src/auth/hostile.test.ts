// What somebody tries who has a stolen session, a right that was taken away, or an organisation of their own.
import { systemClock } from '@regie/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'
import type { User } from './users.ts'

const PASSWORD = 'three wise geese'
const SESSION = 'regie.session_token'
const operator = operatorOf('main')

describe.each(STORES)('somebody hostile, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let ada: User
  let bob: User
  let cleo: User
  let stopped: number | undefined
  const clock = { now: () => stopped ?? systemClock.now(), setTimer: systemClock.setTimer }

  const identity = () => world.platform.identity
  const add = (name: string, role: string) =>
    identity().users.create(operator, { email: `${name}@example.com`, name, password: PASSWORD, roles: [role] })
  const signedIn = async (who: User) => {
    const browser = openBrowser(address)
    expect((await browser.signIn(who.email, PASSWORD)).status).toBe(200)
    return browser
  }
  const me = async (browser: Browser) => (await browser.call('GET', '/api/v1/me')).status
  const looks = async (browser: Browser, who: User) =>
    (await browser.call('POST', `/api/v1/users/${who.id}/impersonate`, {})).status

  beforeAll(async () => {
    world = await openTestPlatform({ store, clock })
    address = (await world.platform.start()).address ?? ''
    ada = await add('ada', 'owner')
    bob = await add('bob', 'admin')
    cleo = await add('cleo', 'member')
  })
  beforeEach(async () => {
    await identity().users.enable(operator, bob.id)
    await identity().users.setRoles(operator, bob.id, ['admin'])
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('looks through nobody’s eyes any more once they are less, shut out, or have changed their password', async () => {
    const { users } = identity()
    const ends = [
      () => users.setRoles(operator, bob.id, ['operator']),
      () => users.disable(operator, bob.id),
      () => identity().sessions.endAll(bob.id),
    ]
    for (const end of ends) {
      const looking = await signedIn(bob)
      expect(await looks(looking, cleo)).toBe(200)
      expect((await looking.call('GET', '/api/v1/me')).json).toMatchObject({ id: cleo.id })
      await end()
      expect(await me(looking)).toBe(401)
      await users.enable(operator, bob.id)
      await users.setRoles(operator, bob.id, ['admin'])
    }
    const [looking, elsewhere] = [await signedIn(bob), await signedIn(bob)]
    expect(await looks(looking, cleo)).toBe(200)
    const change = { currentPassword: PASSWORD, newPassword: 'four wiser geese' }
    expect((await elsewhere.call('POST', '/api/v1/auth/change-password', change)).status).toBe(200)
    expect(await me(looking)).toBe(401)
    const back = { currentPassword: 'four wiser geese', newPassword: PASSWORD }
    expect((await elsewhere.call('POST', '/api/v1/auth/change-password', back)).status).toBe(200)
  })

  test('through the eyes of another does nothing to their account, and sees nothing of them elsewhere', async () => {
    const own = await signedIn(cleo)
    const other = await identity().installation.create(
      { ...operator, actor: { kind: 'user', id: cleo.id, name: 'Cleo' } },
      { name: 'Elsewhere' },
    )
    expect((await own.call('PUT', '/api/v1/me/organisation', { id: other.id })).status).toBe(200)
    const looking = await signedIn(bob)
    expect(await looks(looking, cleo)).toBe(200)
    expect((await looking.call('GET', '/api/v1/me')).json).toMatchObject({ organisations: [{ id: 'main' }] })
    const { items: sessions } = (await looking.call('GET', '/api/v1/me/sessions')).json as {
      readonly items: readonly { readonly impersonatedBy?: string; readonly id: string }[]
    }
    expect(sessions.map(({ impersonatedBy }) => impersonatedBy)).toEqual([bob.id])
    for (const { id } of await identity().sessions.list({ userId: cleo.id }))
      expect((await looking.call('DELETE', `/api/v1/me/sessions/${id}`)).status).toBe(403)
    expect((await looking.call('POST', `/api/v1/users/${ada.id}/reset-password`, {})).status).toBe(403)
    expect(await me(own)).toBe(200)
  })

  test('finds no session in a browser that has signed out, or signed in anew', async () => {
    const browser = await signedIn(bob)
    const first = browser.cookies.get(SESSION) ?? ''
    expect((await browser.signIn(bob.email, PASSWORD)).status).toBe(200)
    const second = browser.cookies.get(SESSION) ?? ''
    expect(await looks(browser, cleo)).toBe(200)
    const third = browser.cookies.get(SESSION) ?? ''
    const left = await browser.call('POST', '/api/v1/auth/sign-out', {})
    expect(left).toMatchObject({ status: 200, headers: { 'clear-site-data': '"cache"' } })
    expect(browser.cookies.has(SESSION) || browser.cookies.has('regie.own_session')).toBe(false)
    expect(new Set([first, second, third]).size).toBe(3)
    for (const token of [first, second, third]) {
      browser.cookies.set(SESSION, token)
      expect(await me(browser)).toBe(401)
    }
  })

  test('with a session only, takes no second factor away, not by a key either', async () => {
    const browser = await signedIn(bob)
    const reset = `/api/v1/users/${bob.id}/second-factor/reset`
    expect((await browser.call('POST', reset, {})).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const { key } = (await browser.call('POST', '/api/v1/me/keys', { name: 'own', permissions: ['users.manage'] }))
      .json as { readonly key: string }
    const byKey = { method: 'POST', headers: { authorization: `Bearer ${key}` } }
    expect((await send(address, reset, byKey)).status).toBe(403)
    expect((await send(address, `/api/v1/users/${cleo.id}/second-factor/reset`, byKey)).status).toBe(403)
  })

  test('with a session that was left alone, or with a key, makes no key, gives nobody power and changes no way in', async () => {
    const oidc = { kind: 'oidc', title: 'Acme', issuer: 'https://id.example.com', clientId: 'regie', roles: ['member'] }
    const acts: readonly (readonly [method: string, path: string, body?: object])[] = [
      ['POST', '/api/v1/me/keys', { name: 'own', permissions: ['runs.read'] }],
      ['POST', '/api/v1/keys', { name: 'other', permissions: ['runs.read'] }],
      ['PUT', '/api/v1/roles/everything', { permissions: ['*'] }],
      ['PUT', `/api/v1/users/${bob.id}/roles`, { roles: ['admin'] }],
      ['POST', '/api/v1/invitations', { email: 'dora@example.com', roles: ['owner'] }],
      ['POST', '/api/v1/organisations', { name: 'Acme', owner: 'eve@example.com' }],
      ['PUT', '/api/v1/second-factor/policy', { required: false }],
      ['POST', `/api/v1/users/${cleo.id}/second-factor/reset`, {}],
      ['PUT', '/api/v1/sso/settings/oidc/acme', oidc],
      ['DELETE', '/api/v1/sso/settings/acme'],
    ]
    const browser = await signedIn(ada)
    const codes = async () => {
      const answers: unknown[] = []
      for (const [method, path, body] of acts) {
        const { status, json } = await browser.call(method, path, body)
        answers.push(status < 300 ? 'done' : (json as { readonly code: string }).code)
      }
      return answers
    }
    const all = (answer: string) => acts.map(() => answer)
    const prove = (password: string) => browser.call('POST', '/api/v1/me/proof', { password })
    expect(await codes()).toEqual(all('done'))
    const { token } = (await browser.call('POST', '/api/v1/me/token', {})).json as { readonly token: string }
    const byToken = openBrowser(address)
    const handed = { authorization: `Bearer ${token}` }
    const made = await byToken.call('POST', '/api/v1/me/keys', { name: 'longer', permissions: ['*'] }, handed)
    expect(made.json).toMatchObject({ status: 403, code: 'PROOF_STALE' })
    stopped = systemClock.now() + 11 * 60_000
    expect(await codes()).toEqual(all('PROOF_STALE'))
    // Who is less is not asked.
    expect((await browser.call('PUT', `/api/v1/users/${cleo.id}/roles`, { roles: ['member'] })).status).toBe(200)
    expect((await prove('not her password')).json).toMatchObject({ status: 403, code: 'PROOF_NEEDED' })
    expect(await codes()).toEqual(all('PROOF_STALE'))
    // A repetition is not answered what was refused before the proof.
    const once = { 'idempotency-key': crypto.randomUUID() }
    const policy = () => browser.call('PUT', '/api/v1/second-factor/policy', { required: false }, once)
    expect((await policy()).status).toBe(403)
    expect((await prove(PASSWORD)).status).toBe(204)
    expect((await policy()).status).toBe(200)
    expect(await codes()).toEqual(all('done'))
    stopped += 11 * 60_000
    expect(await codes()).toEqual(all('PROOF_STALE'))
    stopped = undefined
    const { authorization } = await world.key()
    for (const [method, path, body] of acts) {
      const asked = await send(address, path, {
        method,
        headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      expect([path, asked.json]).toMatchObject([path, { status: 403, code: 'FORBIDDEN' }])
    }
  })

  test('through the eyes of another has their messages pushed to no browser of their own, and once out to none of their own', async () => {
    const subscribe = (browser: Browser) =>
      browser.call('POST', '/api/v1/push/subscriptions', {
        endpoint: 'https://fcm.googleapis.com/fcm/send/example',
        keys: { p256dh: `B${'a'.repeat(86)}`, auth: 'a'.repeat(22) },
      })
    const looking = await signedIn(bob)
    expect((await subscribe(looking)).status).toBe(201)
    expect(await looks(looking, cleo)).toBe(200)
    expect((await subscribe(looking)).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const db = world.platform.database.kysely<{ platform_push_subscription: { user_id: string } }>()
    const browsers = () => db.selectFrom('platform_push_subscription').select('user_id').execute()
    expect(await browsers()).toEqual([{ user_id: bob.id }])
    await identity().users.disable(operator, bob.id)
    expect(await browsers()).toEqual([])
  })

  test('who is less than they were gives nothing by an invitation from before', async () => {
    const invite = (email: string) =>
      identity().invitations.invite(
        { ...operator, actor: { kind: 'user', id: bob.id, name: 'Bob' } },
        { email, roles: ['admin'] },
      )
    const accept = async (email: string) => {
      const token = (await invite(email)).link.split('#')[1] ?? ''
      return (given: { readonly name: string }) =>
        identity().invitations.accept({ token, password: PASSWORD, ...given })
    }
    const [before, after] = [await accept('bob-before@example.com'), await accept('bob-after@example.com')]
    expect(await before({ name: 'Before' })).toEqual({ email: 'bob-before@example.com' })
    await identity().users.setRoles(operator, bob.id, ['member'])
    await expect(after({ name: 'After' })).rejects.toMatchObject({ code: 'LINK_INVALID' })
  })

  test('by what is refused makes nobody else be looked up again', async () => {
    let told = 0
    identity().onForget(() => (told += 1))
    const browser = await signedIn(cleo)
    const before = told
    expect((await browser.signIn(cleo.email, 'a wild guess')).status).toBe(401)
    const reset = { token: 'none of ours', newPassword: 'four wiser geese' }
    expect((await browser.call('POST', '/api/v1/auth/reset-password', reset)).status).toBe(400)
    expect(told).toBe(before)
    expect((await browser.call('POST', '/api/v1/auth/sign-out', {})).status).toBe(200)
    expect(told).toBe(before + 1)
  })

  test('as the owner of another organisation, takes no second factor from who belongs here too', async () => {
    const asCleo = { ...operator, actor: { kind: 'user', id: cleo.id, name: 'Cleo' } } as const
    const { id: org } = await identity().installation.create(asCleo, { name: 'Trap' })
    const invited = await identity().invitations.invite({ ...asCleo, org }, { email: ada.email, roles: ['member'] })
    await identity().invitations.accept({ token: invited.link.split('#')[1] ?? '', name: '', password: PASSWORD })
    await expect(identity().factors.reset({ ...asCleo, org }, ada.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(identity().users.disable({ ...asCleo, org }, ada.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('with a session guesses its password five times at once, whatever other cookies come along', async () => {
    const browser = await signedIn(cleo)
    const guess = async (nth: number) => {
      browser.cookies.set('other', String(nth))
      const given = { currentPassword: `guess number ${nth}`, newPassword: 'four wiser geese' }
      return (await browser.call('POST', '/api/v1/auth/change-password', given)).status
    }
    // However long it takes to compare them.
    stopped = systemClock.now()
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(guess))
    stopped = undefined
    expect(answers.toSorted()).toEqual([...Array(5).fill(400), 429])
  })

  test('stands in the log with what was refused, and whence', async () => {
    const browser = await signedIn(cleo)
    expect((await browser.call('GET', '/api/v1/users')).status).toBe(403)
    expect((await send(address, '/api/v1/users', { headers: { authorization: 'Bearer rgk_guess' } })).status).toBe(401)
    const lines = () => world.lines.map((line) => JSON.parse(line) as object)
    const told = { endpoint: '/api/v1/users', access: 'users.read', who: `user:${cleo.id}`, org: 'main' }
    await expect.poll(lines).toContainEqual(expect.objectContaining({ ...told, msg: 'access was refused' }))
    for (const status of [401, 403])
      await expect
        .poll(lines)
        .toContainEqual(expect.objectContaining({ endpoint: '/api/v1/users', status, from: '127.0.0.1' }))
    expect(world.lines.join('')).not.toContain('rgk_guess')
  })

  test('does not come in by the token of a session without its signature', async () => {
    const browser = await signedIn(cleo)
    const token = decodeURIComponent(browser.cookies.get(SESSION) ?? '').split('.')[0] ?? ''
    // In the same second as its owner.
    expect(await me(browser)).toBe(200)
    for (const authorization of [`cookie ${token}`, `Cookie ${token}`, `Bearer ${token}`])
      expect((await send(address, '/api/v1/me', { headers: { authorization } })).status).toBe(401)
  })
})
