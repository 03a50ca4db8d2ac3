import { expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { operatorOf } from '../auth/acting.ts'
import { openBrowser } from '../auth/identity.testing.ts'
import { send } from '../http/request.testing.ts'
import { createSamlIdp, samlRequestOf } from './saml-idp.testing.ts'

test.each(STORES)('a SAML provider that an administrator set up signs a member in, on %s', async (store) => {
  await using world = await openTestPlatform({ store })
  const { address = '' } = await world.platform.start()
  for (const [name, role] of [
    ['ada', 'owner'],
    ['bea', 'member'],
  ] as const) {
    const person = { email: `${name}@example.com`, name, password: 'three wise geese', roles: [role] }
    await world.platform.identity.users.create(operatorOf('main'), person)
  }
  const base = `${address}/api/v1/sso/company`
  const idp = createSamlIdp({ entityId: `${base}/metadata`, answerUrl: `${base}/answer` }, () => Date.now())
  const ada = openBrowser(address)
  await ada.signIn('ada@example.com', 'three wise geese')
  const set = await ada.call('PUT', '/api/v1/sso/settings/saml/company', {
    kind: 'saml',
    title: 'Company',
    entityId: idp.entityId,
    signInUrl: 'https://idp.example.com/sign-in',
    certificates: [idp.certificate],
    trustEmail: true,
  })
  expect(set.status).toBe(200)
  expect(await send(address, '/api/v1/sso/company/metadata')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/samlmetadata+xml; charset=utf-8' },
    body: expect.stringContaining(`entityID="${base}/metadata"`),
  })
  /** As a browser does: the post comes from the provider's page and without cookies, what follows with them. */
  const comeIn = async (nameId: string, id: string) => {
    const browser = openBrowser(address)
    const begun = await browser.call('GET', '/api/v1/sso/company/begin?next=/')
    const { id: requestId, state } = samlRequestOf(String(begun.headers.location))
    const form = { SAMLResponse: idp.answer({ requestId, nameId, id }), RelayState: state }
    const posted = await send(address, '/api/v1/sso/company/answer', {
      method: 'POST',
      headers: { origin: 'https://idp.example.com', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })
    expect(posted.status).toBe(303)
    const end = await browser.call('GET', String(posted.headers.location))
    return { end, browser }
  }
  const bea = await comeIn('bea@example.com', '_a1')
  expect(bea.end).toMatchObject({ status: 303, headers: { location: '/' } })
  expect((await bea.browser.call('GET', '/api/v1/me')).json).toMatchObject({ email: 'bea@example.com' })
  const owner = await comeIn('ada@example.com', '_a2')
  expect(owner.end).toMatchObject({ status: 303, headers: { location: '/sign-in?refused=SSO_REFUSED' } })
})
