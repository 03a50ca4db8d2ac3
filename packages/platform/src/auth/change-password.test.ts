import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { codeOf, stepAt } from '../factor/code.ts'
import { operatorOf } from './acting.ts'
import { openBrowser } from './identity.testing.ts'

const PASSWORD = 'three wise geese'
const OTHER = 'four wiser geese'
const ADA = 'ada@example.com'

/** The secret that an authenticator app was given, as bytes. */
function bytesOf(secret: string): Buffer {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

describe.each(STORES)('a changed password, over %s', (store) => {
  test('leaves the session where it was: past its second factor, in its organisation', async () => {
    await using world = await openTestPlatform({ store, env: { REGIE_ORG_LANGUAGE: 'en' } })
    const { address = '' } = await world.platform.start()
    const { identity } = world.platform
    const operator = operatorOf('main')
    const { id } = await identity.users.create(operator, {
      email: ADA,
      name: 'Ada',
      password: PASSWORD,
      roles: ['owner'],
    })
    const browser = openBrowser(address)
    await browser.signIn(ADA, PASSWORD)
    const other = (await browser.call('POST', '/api/v1/organisations', { name: 'Other' })).json as {
      readonly id: string
    }
    expect((await browser.call('PUT', '/api/v1/me/organisation', { id: other.id })).status).toBe(200)
    const begun = await browser.call('POST', '/api/v1/me/second-factor/totp', { password: PASSWORD })
    const { secret } = begun.json as { readonly secret: string }
    const code = codeOf(bytesOf(secret), stepAt(systemClock.now()))
    expect((await browser.call('POST', '/api/v1/me/second-factor/totp/confirm', { code })).status).toBe(200)
    const before = browser.cookies.get('regie.session_token')

    const change = { currentPassword: PASSWORD, newPassword: OTHER }
    expect((await browser.call('POST', '/api/v1/auth/change-password', change)).status).toBe(200)
    expect(browser.cookies.get('regie.session_token')).not.toBe(before)
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({ id, organisation: { id: other.id } })
    // Whoever did not do it themselves is told, where they look and where nobody but them does.
    const key = { name: 'reports', permissions: ['shop.order.read'] }
    expect((await browser.call('POST', '/api/v1/me/keys', key)).status).toBe(201)
    const titles = [
      'An API key was made in your name: reports',
      'Your password was changed',
      'An authenticator app was added to your account',
    ]
    expect((await browser.call('GET', '/api/v1/notifications')).json).toMatchObject({
      items: titles.map((title) => ({ title, body: expect.stringContaining('127.0.0.1'), link: '/account' })),
    })
    const folder = join(world.folder, 'outbox')
    const subjects = async (to = ADA) => {
      const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.eml'))
      const mails = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
      return mails.filter((mail) => mail.includes(`To: ${to}`)).map((mail) => /^Subject: (.*)\r$/m.exec(mail)?.[1])
    }
    await expect.poll(async () => (await subjects()).toSorted()).toEqual(titles.toSorted())
    // In the language they have chosen, whichever the organisation's is.
    expect((await browser.call('PATCH', '/api/v1/me', { language: 'fr' })).json).toEqual({
      name: 'Ada',
      language: 'fr',
    })
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({ name: 'Ada', language: 'fr' })
    expect((await browser.call('POST', '/api/v1/me/keys', { ...key, name: 'rapports' })).status).toBe(201)
    expect((await browser.call('GET', '/api/v1/notifications')).json).toMatchObject({
      items: [{ title: 'Une clé d’API a été créée en votre nom : rapports' }, {}, {}, {}],
    })
    const [bea, invited] = ['bea@example.com', { email: 'bea@example.com', roles: ['member'] }]
    const { link } = await identity.invitations.invite(operator, invited)
    const given = { token: link.split('#')[1], name: 'Bea', password: PASSWORD, language: 'fr' }
    expect((await openBrowser(address).call('POST', '/api/v1/invitations/accept', given)).status).toBe(200)
    await browser.call('POST', '/api/v1/auth/request-password-reset', { email: bea })
    await identity.passwordLink(await identity.users.show('main', bea))
    await identity.invitations.invite(operatorOf(other.id), invited)
    const asked = 'Choisir un nouveau mot de passe'
    const invitations = ['=?UTF-8?Q?Invitation_=C3=A0_rejoindre_Other?=', 'You are invited to My organisation']
    await expect.poll(async () => (await subjects(bea)).toSorted()).toEqual([...invitations, asked, asked].toSorted())
    // Another browser with the new password still has to show it.
    const elsewhere = openBrowser(address)
    await elsewhere.signIn(ADA, OTHER)
    expect((await elsewhere.call('GET', '/api/v1/me')).json).toMatchObject({ code: 'SECOND_FACTOR_NEEDED' })
  })
})
