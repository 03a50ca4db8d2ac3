import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { createAuthenticator } from '../factor/authenticator.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser, post } from './identity.testing.ts'

const EVES = 'three wise geese'
const OWN = 'four wiser herons'
const CFO = 'cfo@victim.test'

describe.each(STORES)('the address of an account, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let ada: Browser

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    world = await openTestPlatform({ store, env: { REGIE_ORG_LANGUAGE: 'en', ...env } })
    // Passkeys are bound to names, not to numbers.
    address = ((await world.platform.start()).address ?? '').replace('127.0.0.1', 'localhost')
    const owner = { email: 'ada@example.com', name: 'Ada', password: EVES, roles: ['owner'] }
    await world.platform.identity.users.create(operatorOf('main'), owner)
    ada = await signIn(owner.email, EVES)
  }
  let postOffice: SMTPServer | undefined
  afterEach(async () => {
    await world[Symbol.asyncDispose]()
    await new Promise<void>((resolve) => (postOffice === undefined ? resolve() : postOffice.close(() => resolve())))
    postOffice = undefined
  })

  const signIn = async (email: string, password: string) => {
    const browser = openBrowser(address)
    expect((await browser.signIn(email, password)).status).toBe(200)
    return browser
  }
  const statusOf = async (browser: Browser) => (await browser.call('GET', '/api/v1/me')).status
  const accept = async (link: unknown, password: string) => {
    const given = { token: String(link).split('#')[1], name: 'Somebody', password }
    expect((await post(openBrowser(address), '/invitations/accept', given)).status).toBe(200)
  }
  const reset = async (id: string, body: object) => {
    const link = await world.platform.identity.passwordLink({ id, email: CFO })
    return post(openBrowser(address), '/auth/reset-password', { token: link.split('#')[1], ...body })
  }
  const openPhone = () => {
    const device = createAuthenticator(address)
    return {
      async register(browser: Browser, password: string) {
        const { options } = (await post(browser, '/me/passkeys/begin', { password })) as never
        const made = await post(browser, '/me/passkeys', { name: 'Phone', response: device.create(options) })
        expect(made.status).toBe(201)
      },
      async signIn() {
        const browser = openBrowser(address)
        const { options } = (await post(browser, '/passkeys/begin')) as never
        return (await post(browser, '/passkeys/sign-in', { response: device.get(options) })).status
      },
    }
  }

  test('is proven by a link for its password: what was set up before is gone, what comes after stays', async () => {
    await start()
    const acme = await post(ada, '/organisations', { name: 'Acme', owner: 'eve@acme.test' })
    await accept(acme.link, EVES)
    const eve = await signIn('eve@acme.test', EVES)
    // A link is shown to members of the organisation that runs the server, and to no key.
    const invitation = { email: CFO, roles: ['member'] }
    const invited = await post(eve, '/invitations', invitation)
    expect(invited).toMatchObject({ status: 201, delivery: 'outbox' })
    expect(invited).not.toHaveProperty('link')
    expect((await world.sendJson(address, '/api/v1/invitations', invitation)).json).not.toHaveProperty('link')

    // The operator of the server hands it over, to the wrong one.
    const handed = await world.platform.identity.invitations.invite(operatorOf(String(acme.id)), invitation)
    await accept(handed.link, EVES)
    const foreign = await signIn(CFO, EVES)
    const { id } = (await foreign.call('GET', '/api/v1/me')).json as { readonly id: string }
    const evesPhone = openPhone()
    await evesPhone.register(foreign, EVES)
    expect((await post(foreign, '/me/second-factor/totp', { password: EVES })).status).toBe(201)
    const { key } = await post(foreign, '/me/keys', { name: 'kept', permissions: ['shop.order.read'] })
    const byKey = () =>
      openBrowser(address).call('GET', '/api/v1/me', undefined, { authorization: `Bearer ${String(key)}` })
    expect((await byKey()).status).toBe(200)

    // All of it or nothing: what cannot be entered leaves the link and what was before.
    const db = world.platform.database.kysely()
    const token = (await world.platform.identity.passwordLink({ id, email: CFO })).split('#')[1]
    const byLink = () => post(openBrowser(address), '/auth/reset-password', { token, newPassword: OWN })
    await sql`alter table platform_audit rename to platform_audit_away`.execute(db)
    expect((await byLink()).status).toBe(503)
    await sql`alter table platform_audit_away rename to platform_audit`.execute(db)
    expect([await statusOf(foreign), (await byKey()).status]).toEqual([200, 200])
    const both = await Promise.all([byLink(), byLink()])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
    expect(await evesPhone.signIn()).toBe(403)
    expect(await statusOf(foreign)).toBe(401)
    expect((await byKey()).status).toBe(401)
    const own = await signIn(CFO, OWN)
    expect((await own.call('GET', '/api/v1/me/second-factor')).json).toMatchObject({ totp: 'none', hasPasskey: false })

    const phone = openPhone()
    await phone.register(own, OWN)
    const made = await world.platform.audit.search({ org: String(acme.id), action: 'me.passkeys.create' })
    const entered = { object: { type: 'passkey', id: expect.any(String) }, after: { name: 'Phone' } }
    expect(made.entries[0]).toMatchObject(entered)
    expect(made.entries[0]?.after).toEqual(entered.after)
    expect(await reset(id, { newPassword: EVES })).toMatchObject({ status: 200, passkeys: 1 })
    expect(await phone.signIn()).toBe(204)
    const told = (await (await signIn(CFO, EVES)).call('GET', '/api/v1/notifications')).json
    expect(told).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          title: 'A new password was set by a link',
          body: expect.stringContaining('let in: 1'),
        }),
        expect.objectContaining({ title: 'A passkey was added to your account: Phone' }),
      ]),
    })
    expect(await reset(id, { newPassword: OWN, removePasskeys: 'perhaps' })).toMatchObject({
      ...{ status: 400, code: 'INPUT_INVALID' },
    })
    expect(await reset(id, { newPassword: OWN, removePasskeys: true })).toMatchObject({ status: 200, passkeys: 0 })
    expect(await phone.signIn()).toBe(403)
  })

  test('is proven by an invitation that came by e-mail', async () => {
    const mails: string[] = []
    postOffice = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onData: (stream, _session, done) =>
        void text(stream).then((mail) => {
          mails.push(mail.replaceAll('=\r\n', ''))
          done()
        }),
    })
    const server = postOffice.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await start({ SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` })
    const invited = await post(ada, '/invitations', { email: CFO, roles: ['member'] })
    expect(invited).toMatchObject({ status: 201, delivery: 'mail' })
    await accept(/http:\S+#[\w-]+/.exec(mails.find((mail) => mail.includes(CFO)) ?? '')?.[0], OWN)
    const own = await signIn(CFO, OWN)
    const { id } = (await own.call('GET', '/api/v1/me')).json as { readonly id: string }
    const phone = openPhone()
    await phone.register(own, OWN)
    expect(await reset(id, { newPassword: EVES })).toMatchObject({ status: 200, passkeys: 1 })
    expect(await phone.signIn()).toBe(204)
  })
})
