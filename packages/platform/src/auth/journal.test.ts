import { systemClock } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { rowsOf } from '../audit/audit.testing.ts'
import { codeOf, stepAt } from '../factor/code.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'

const PASSWORD = 'three wise geese'
const OTHER = 'four wiser geese'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const operator = operatorOf('main')

describe.each(STORES)('the door in the audit log on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let browser: Browser
  let later = 0

  beforeEach(async () => {
    later = 0
    const clock = { now: () => systemClock.now() + later, setTimer: systemClock.setTimer }
    world = await openTestPlatform({ store, clock })
    address = (await world.platform.start()).address ?? ''
    browser = openBrowser(address)
    await world.platform.identity.users.create(operator, {
      ...{ email: 'ada@example.com', name: 'Ada', password: PASSWORD },
      roles: ['owner'],
    })
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const adaId = async () => (await world.platform.identity.users.show('main', 'ada@example.com')).id
  const entries = async (action: string) =>
    (await world.platform.audit.search({ org: 'main', action }, { limit: 200 })).entries
  const actions = async () => (await entries('*')).map(({ action }) => action)

  test('who comes in and goes out is entered, with how, and without the password', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    await browser.call('POST', '/api/v1/auth/sign-out', {})
    await openBrowser(address).call('POST', '/api/v1/auth/sign-out', {})
    const ada = { kind: 'user', id: await adaId(), name: 'Ada' }
    expect(await entries('auth.*')).toMatchObject([
      { action: 'auth.sign-out', actor: ada, requestId: expect.any(String) },
      { action: 'auth.sign-in', actor: ada, after: { by: 'password' }, requestId: expect.any(String) },
    ])
    expect(JSON.stringify(await rowsOf(world.platform))).not.toContain(PASSWORD)
  })

  test('whoever has only the password is in nowhere: neither the log nor the list of sessions says otherwise', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const made = await browser.call('POST', '/api/v1/me/second-factor/totp', { password: PASSWORD })
    const { secret } = made.json as { readonly secret: string }
    const digits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    const bytes = digits.join('').match(/.{8}/g) ?? []
    const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
    const code = codeOf(key, stepAt(systemClock.now()))
    const confirmed = await browser.call('POST', '/api/v1/me/second-factor/totp/confirm', { code })
    const [backupCode] = (confirmed.json as { readonly backupCodes: readonly string[] }).backupCodes
    const other = openBrowser(address)
    await other.signIn('ada@example.com', PASSWORD)
    const cameIn = async () => (await entries('auth.*')).map(({ action, after }) => [action, after])
    const awaited = async () =>
      (await world.platform.identity.sessions.list({ org: 'main' })).map((one) => one.awaitsFactor)
    const half = [
      ['auth.first-factor', { by: 'password' }],
      ['auth.sign-in', { by: 'password' }],
    ]
    expect(await cameIn()).toEqual(half)
    expect(await awaited()).toEqual([true, undefined])
    expect((await other.call('POST', '/api/v1/me/second-factor/verify', { backupCode })).status).toBe(204)
    expect(await cameIn()).toEqual([['auth.sign-in', { by: 'second-factor' }], ...half])
    expect(await awaited()).toEqual([undefined, undefined])
  })

  test('what is made is entered with its id, which its address could not know', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const make = async (path: string, body: object) =>
      ((await browser.call('POST', path, body)).json as { readonly id: string }).id
    const key = await make('/api/v1/keys', { name: 'ci', permissions: ['runs.read'] })
    const own = await make('/api/v1/me/keys', { name: 'mine', permissions: ['runs.read'] })
    const invitation = await make('/api/v1/invitations', { email: 'bob@example.com', roles: ['member'] })
    const organisation = await make('/api/v1/organisations', { name: 'Second' })
    const objects = async (action: string) => (await entries(action)).map(({ object }) => object)
    expect(await objects('keys.create')).toEqual([{ type: 'key', id: key }])
    expect(await objects('me.keys.create')).toEqual([{ type: 'key', id: own }])
    expect(await objects('invitations.create')).toEqual([{ type: 'invitation', id: invitation }])
    expect(await objects('organisations.create')).toEqual([{ type: 'organisation', id: organisation }])
  })

  test('of a hundred guesses the first and the lock are entered, and nothing of what was guessed', async () => {
    for (let guess = 0; guess < 30; guess += 1) {
      await browser.signIn('ada@example.com', `guess ${guess}`)
      later += 20_000
    }
    const object = { type: 'user', id: await adaId() }
    expect(await entries('auth.*')).toMatchObject([
      { action: 'auth.sign-in-locked', actor: { kind: 'system' }, object, after: { from: '127.0.0.1' } },
      { action: 'auth.sign-in-failed', actor: { kind: 'system' }, object },
    ])
    expect(JSON.stringify(await rowsOf(world.platform))).not.toContain('guess ')
  })

  test('a hundred addresses that are none are one entry, which names none of them', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, one) => browser.signIn(`nobody${one}@example.com`, OTHER)))
    expect(await entries('auth.*')).toMatchObject([{ action: 'auth.sign-in-failed', after: { account: 'unknown' } }])
    expect(JSON.stringify(await rowsOf(world.platform))).not.toContain('nobody')
  })

  test('a password that is set by a link or changed is entered, and neither link nor password', async () => {
    const link = await world.platform.identity.passwordLink({ id: await adaId(), email: 'ada@example.com' })
    const token = link.split('#')[1] ?? ''
    const set = { token, newPassword: OTHER }
    await browser.call('POST', '/api/v1/auth/reset-password', { token: 'x'.repeat(24), newPassword: OTHER })
    expect((await browser.call('POST', '/api/v1/auth/reset-password', set)).status).toBe(200)
    await browser.signIn('ada@example.com', OTHER)
    const change = { currentPassword: OTHER, newPassword: PASSWORD }
    expect((await browser.call('POST', '/api/v1/auth/change-password', change)).status).toBe(200)
    expect(await actions()).toEqual(['auth.password-change', 'auth.sign-in', 'auth.password-set'])
    const kept = JSON.stringify(await rowsOf(world.platform))
    for (const secret of [token, PASSWORD, OTHER]) expect(kept).not.toContain(secret)
  })

  test('an invitation and the first administrator are entered with what they change', async () => {
    await browser.signIn('ada@example.com', PASSWORD)
    const invited = { email: 'bea@example.com', roles: ['member'] }
    expect((await browser.call('POST', '/api/v1/invitations', invited)).status).toBe(201)
    const { link, id } = await world.platform.identity.invitations.invite(operator, invited)
    const token = link.split('#')[1] ?? ''
    await openBrowser(address).call('POST', '/api/v1/invitations/accept', { token, name: 'Bea', password: OTHER })
    expect(await entries('invitations.*')).toMatchObject([
      { action: 'invitations.accept', actor: { kind: 'user', name: 'Bea' }, object: { type: 'invitation', id } },
      { action: 'invitations.create', actor: { name: 'Ada' }, after: { roles: ['member'], linkShown: true } },
    ])
    const kept = JSON.stringify(await rowsOf(world.platform))
    for (const secret of [token, 'bea@example.com']) expect(kept).not.toContain(secret)

    await using fresh = await openTestPlatform({ store })
    const { address: at = '', setupLink = '' } = await fresh.platform.start()
    await openBrowser(at).call('POST', '/api/v1/invitations/accept', {
      ...{ token: setupLink.split('#')[1] ?? '', email: 'ada@example.com', name: 'Ada', password: PASSWORD },
    })
    const { entries: first } = await fresh.platform.audit.search({ org: 'main' })
    expect(first).toMatchObject([{ action: 'auth.bootstrap', actor: { kind: 'user', name: 'Ada' } }])
  })

  test('who looks through whose eyes is entered at both ends', async () => {
    const bea = await world.platform.identity.users.create(operator, {
      ...{ email: 'bea@example.com', name: 'Bea', password: OTHER },
      roles: ['member'],
    })
    await browser.signIn('ada@example.com', PASSWORD)
    await browser.call('POST', `/api/v1/users/${bea.id}/impersonate`)
    await browser.call('DELETE', '/api/v1/me/impersonation')
    expect((await entries('*')).slice(0, 2)).toMatchObject([
      { action: 'me.impersonation.delete', actor: { id: bea.id }, impersonatedBy: await adaId() },
      { action: 'users.impersonate', actor: { name: 'Ada' }, object: { type: 'user', id: bea.id } },
    ])
    // Whoever asks what Ada did finds what she did as Bea, by her id and by her name.
    const { search } = world.platform.audit
    for (const asked of [{ actor: await adaId() }, { text: 'ada' }])
      expect((await search({ org: 'main', action: 'me.impersonation.delete', ...asked })).entries).toHaveLength(1)
  })

  test('who is forgotten is forgotten in all of these, and the chain holds', async () => {
    await browser.signIn('ada@example.com', 'a wrong one')
    await browser.signIn('ada@example.com', PASSWORD)
    await browser.call('PATCH', '/api/v1/me', { name: 'Countess' })
    await world.platform.audit.forget('main', await adaId())
    await world.platform.audit.seal()
    const kept = JSON.stringify(await rowsOf(world.platform))
    for (const personal of ['Ada', 'Countess', '127.0.0.1', 'ada@example.com']) expect(kept).not.toContain(personal)
    expect(await world.platform.audit.verify()).toMatchObject({ ok: true })
  })

  test('nobody comes in when it cannot be entered', async () => {
    const { sql } = await import('kysely')
    const refuse =
      store === 'SQLite'
        ? `create trigger refuse before insert on platform_audit begin select raise(abort, 'refused'); end`
        : 'alter table platform_audit add constraint refuse check (false) not valid'
    await sql.raw(refuse).execute(world.platform.database.kysely())
    const answer = await browser.signIn('ada@example.com', PASSWORD)
    expect(answer.json).toMatchObject({ status: 503, code: 'AUDIT_FAILED' })
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
  })
})
