import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { systemClock } from '@regie/engine'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'

const PASSWORD = 'three wise geese'
const operator = operatorOf('main')

describe.each(STORES)('what one may do, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let later = 0

  beforeEach(async () => {
    later = 0
    const clock = { now: () => systemClock.now() + later, setTimer: systemClock.setTimer }
    world = await openTestPlatform({ store, clock })
    address = (await world.platform.start()).address ?? ''
    await person('ada@example.com', 'owner')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const person = (email: string, ...roles: readonly string[]) =>
    world.platform.identity.users.create(operator, {
      email,
      name: email.split('@')[0] ?? '',
      password: PASSWORD,
      roles,
    })
  const signedIn = async (email: string): Promise<Browser> => {
    const browser = openBrowser(address)
    expect((await browser.signIn(email, PASSWORD)).status).toBe(200)
    return browser
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const withToken = (token: string, path = '/api/v1/me') =>
    openBrowser(address).call('GET', path, undefined, bearer(token))
  const keyOf = (answer: { readonly json: unknown }) => (answer.json as { readonly key: string }).key

  test('an API key does what it is for, and nothing else', async () => {
    const ada = await signedIn('ada@example.com')
    const made = await ada.call('POST', '/api/v1/keys', {
      name: 'reader',
      permissions: ['runs.read', 'shop.order.read', 'shop.order.write'],
    })
    expect(made.status).toBe(201)
    const key = keyOf(made)
    expect(key).toMatch(/^rgk_[\w-]{43}$/)
    expect((await withToken(key, '/api/v1/runs')).status).toBe(200)
    expect((await withToken(key, '/api/v1/shop/orders')).status).toBe(200)
    expect((await withToken(key, '/api/v1/users')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    await openBrowser(address).call('POST', '/api/v1/shop/orders', { id: 'a', buyer: 'b' }, bearer(key))
    const { startedBy } = await world.platform.engine.runs.get(1)
    expect(startedBy?.map((word) => word.split(':')[0])).toEqual(['key', 'user'])
    const here = { organisation: { name: 'My organisation' }, organisations: [{ id: 'main', name: 'My organisation' }] }
    expect((await withToken(key)).json).toMatchObject({ kind: 'key', name: 'reader', ...here })
    expect(JSON.stringify((await ada.call('GET', '/api/v1/keys')).json)).not.toContain(key)
    const [row] = await world.platform.database
      .kysely<{ platform_api_key: { key_hash: string } }>()
      .selectFrom('platform_api_key')
      .selectAll()
      .execute()
    expect(JSON.stringify(row)).not.toContain(key)
  })

  test('a key never does more than its maker may, neither when it is made nor later', async () => {
    const max = await person('max@example.com', 'admin')
    const browser = await signedIn('max@example.com')
    const make = (...permissions: string[]) => browser.call('POST', '/api/v1/me/keys', { name: 'one', permissions })
    // It would grow with them.
    expect((await make('*')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await make('runs.raed')).json).toMatchObject({ code: 'PERMISSION_UNKNOWN' })
    const key = keyOf(await make('users.read', 'runs.read'))
    expect((await withToken(key, '/api/v1/users')).status).toBe(200)
    await world.platform.identity.users.setRoles(operator, max.id, ['member'])
    expect((await withToken(key, '/api/v1/users')).status).toBe(403)
    expect((await make('users.read')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await withToken(key, '/api/v1/runs')).status).toBe(200)
    await world.platform.identity.users.remove(operator, max.id)
    expect((await withToken(key, '/api/v1/runs')).status).toBe(401)
  })

  test('a revoked key, and one past its end, is refused', async () => {
    const { keys } = world.platform.identity
    const made = await keys.create(operator, { name: 'x', permissions: ['*'], forMs: 60_000 })
    expect((await withToken(made.key)).status).toBe(200)
    later = 60_000
    expect((await withToken(made.key)).json).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    const other = await keys.create(operator, { name: 'y', permissions: ['*'] })
    expect((await withToken(other.key)).status).toBe(200)
    await keys.revoke(operator, other.id)
    expect((await withToken(other.key)).status).toBe(401)
    await expect(keys.revoke(operator, other.id)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
    for (const wrong of ['rgk_', 'rgk_nonsense', 'nonsense', `${other.key}x`, ''])
      expect((await withToken(wrong)).status).toBe(401)
  })

  test('a thousand requests a day are nothing for a key', async () => {
    const { key } = await world.platform.identity.keys.create(operator, { name: 'busy', permissions: ['runs.read'] })
    for (let call = 0; call < 30; call += 1) expect((await withToken(key, '/api/v1/runs?limit=1')).status).toBe(200)
  })

  describe('access tokens', () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const partsOf = (token: string) => {
      const [head = '', body = '', signature = ''] = token.split('.')
      const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
      return { head: read(head), body: read(body), signature }
    }
    const fresh = async () => {
      const ada = await signedIn('ada@example.com')
      return { ada, token: ((await ada.call('POST', '/api/v1/me/token')).json as { readonly token: string }).token }
    }

    test('stand for their session, for five minutes, and end with it', async () => {
      const { ada, token } = await fresh()
      expect((await withToken(token)).json).toMatchObject({ name: 'ada', permissions: ['*'] })
      later = 300_000
      expect((await withToken(token)).status).toBe(401)
      const next = ((await ada.call('POST', '/api/v1/me/token')).json as { readonly token: string }).token
      expect((await withToken(next)).status).toBe(200)
      await ada.call('DELETE', '/api/v1/me/sessions')
      expect((await withToken(next)).status).toBe(401)
    })

    test('make no other token: what was stolen ends after five minutes', async () => {
      const { token } = await fresh()
      const answer = await openBrowser(address).call('POST', '/api/v1/me/token', undefined, {
        authorization: `Bearer ${token}`,
      })
      expect([answer.status, answer.json]).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN' })])
    })

    test('for another service are verified by a library there, and are of no use here', async () => {
      const ada = await signedIn('ada@example.com')
      const audience = 'https://reports.example'
      const { token } = (await ada.call('POST', '/api/v1/me/token', { audience })).json as { readonly token: string }
      const keys = createRemoteJWKSet(new URL(`${address}/api/v1/auth/jwks`))
      const { payload } = await jwtVerify(token, keys, { issuer: 'regie', audience, typ: 'at+jwt' })
      const me = (await ada.call('GET', '/api/v1/me')).json as { id: string; organisation: { id: string } }
      expect(payload).toMatchObject({ sub: me.id, org: me.organisation.id })
      expect((await withToken(token)).status).toBe(401)
    })

    test('are verified by anybody with the published keys', async () => {
      const { token } = await fresh()
      const { json } = await openBrowser(address).call('GET', '/api/v1/auth/jwks')
      const [jwk] = (json as { readonly keys: readonly { readonly kid: string; readonly d?: string }[] }).keys
      expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', kid: partsOf(token).head.kid })
      expect(jwk).not.toHaveProperty('d')
    })

    test('that are forged are refused: other algorithms, keys, readers, times', async () => {
      const { token } = await fresh()
      const { head, body, signature } = partsOf(token)
      const { json } = await openBrowser(address).call('GET', '/api/v1/auth/jwks')
      const [jwk] = (json as { readonly keys: readonly object[] }).keys
      const pem = createPublicKey({ key: jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
      const foreign = generateKeyPairSync('ed25519').privateKey
      const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')
      const signedBy = (headOf: object, bodyOf: object, key = foreign) => {
        const text = `${encode(headOf)}.${encode(bodyOf)}`
        return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
      }
      const hs = `${encode({ ...head, alg: 'HS256' })}.${encode(body)}`
      const forged = {
        'alg none': `${encode({ ...head, alg: 'none' })}.${encode(body)}.`,
        'alg none with the signature': `${encode({ ...head, alg: 'none' })}.${encode(body)}.${signature}`,
        'HS256 with the public key': `${hs}.${hmac(pem, hs)}`,
        'HS256 with the key as JSON': `${hs}.${hmac(JSON.stringify(jwk), hs)}`,
        'another key': signedBy(head, body),
        'another key that it brings along': signedBy(
          { ...head, jwk: createPublicKey(foreign).export({ format: 'jwk' }) },
          body,
        ),
        'an unknown key': signedBy({ ...head, kid: 'other' }, body),
        'a key from an address': signedBy({ ...head, jku: 'https://evil.example/jwks' }, body),
        'no signature': `${encode(head)}.${encode(body)}.`,
        'another body': `${encode(head)}.${encode({ ...body, sub: 'eve' })}.${signature}`,
        'more parts': `${token}.more`,
      }
      for (const [how, bad] of Object.entries(forged)) expect([how, (await withToken(bad)).status]).toEqual([how, 401])
    })

    test('signed by our own key but not for us, not from us, not of now, not of this type, are refused', async () => {
      const { token } = await fresh()
      const { head, body } = partsOf(token)
      const row = await world.platform.database
        .kysely<{ platform_jwk: { id: string; public_key: string; private_key: string; created_at: number } }>()
        .selectFrom('platform_jwk')
        .selectAll()
        .executeTakeFirstOrThrow()
      expect(row.private_key).not.toContain('"d"')
      // A key of ours that a test can sign with.
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      await world.platform.database
        .kysely<{ platform_jwk: { id: string; public_key: string; private_key: string; created_at: number } }>()
        .insertInto('platform_jwk')
        .values({ ...row, id: 'ours', public_key: JSON.stringify(publicKey.export({ format: 'jwk' })) })
        .execute()
      later = 2_000
      const mint = (claims: object, more: object = {}) => {
        const text = `${encode({ ...head, kid: 'ours', ...more })}.${encode({ ...body, ...claims })}`
        return `${text}.${sign(null, Buffer.from(text), createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))).toString('base64url')}`
      }
      const now = Math.floor((Date.now() + later) / 1_000)
      expect((await withToken(mint({}))).status).toBe(200)
      const wrong = [
        { aud: 'other' },
        { iss: 'https://evil.example' },
        { exp: now - 1 },
        { iat: now + 3_600, exp: now + 7_200 },
        { exp: undefined },
        { session: { kind: 'user', id: 'none' } },
        { aud: ['regie', 'other'] },
      ]
      for (const claims of wrong) expect([claims, (await withToken(mint(claims))).status]).toEqual([claims, 401])
      expect((await withToken(mint({}, { typ: 'JWT' }))).status).toBe(401)
    })

    test('are signed by another key after 30 days; the one before verifies for a day', async () => {
      const { token } = await fresh()
      later = 30 * 86_400_000
      const key = await world.platform.identity.keys.create(operator, { name: 'x', permissions: ['*'] })
      const answer = await openBrowser(address).call('POST', '/api/v1/me/token', undefined, {
        authorization: `Bearer ${key.key}`,
      })
      const next = (answer.json as { readonly token: string }).token
      expect(partsOf(next).head.kid).not.toBe(partsOf(token).head.kid)
      expect((await withToken(next)).json).toMatchObject({ kind: 'key' })
      const kids = async () => {
        const { json } = await openBrowser(address).call('GET', '/api/v1/auth/jwks')
        return (json as { readonly keys: readonly { readonly kid: string }[] }).keys.map(({ kid }) => kid)
      }
      expect(await kids()).toHaveLength(2)
      later = 31 * 86_400_000 + 60_000
      expect(await kids()).toEqual([partsOf(next).head.kid])
    })
  })

  test('roles of the organisation are made, used and removed; nobody gives more than they have', async () => {
    const ada = await signedIn('ada@example.com')
    const saved = await ada.call('PUT', '/api/v1/roles/clerk', { permissions: ['shop.order.read', 'users.manage'] })
    expect(saved.json).toMatchObject({ name: 'clerk', source: 'own' })
    await person('bea@example.com', 'clerk')
    const cleo = await person('cleo@example.com', 'member')
    const bea = await signedIn('bea@example.com')
    expect((await bea.call('GET', '/api/v1/shop/orders')).status).toBe(200)
    expect((await bea.call('GET', '/api/v1/runs')).status).toBe(403)
    const refused = [
      bea.call('PUT', `/api/v1/users/${cleo.id}/roles`, { roles: ['owner'] }),
      bea.call('PUT', '/api/v1/roles/clerk', { permissions: ['runs.read'] }),
      bea.call('POST', '/api/v1/invitations', { email: 'eve@example.com', roles: ['admin'] }),
      bea.call('POST', '/api/v1/keys', { name: 'x', permissions: ['runs.manage'] }),
      // Cleo reads runs, which Bea may not.
      bea.call('POST', `/api/v1/users/${cleo.id}/disable`),
    ]
    for (const answer of await Promise.all(refused))
      expect(answer.json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await ada.call('PUT', '/api/v1/roles/owner', { permissions: [] })).json).toMatchObject({
      code: 'ROLE_FIXED',
    })
    expect((await ada.call('PUT', '/api/v1/roles/other', { permissions: ['none'] })).json).toMatchObject({
      code: 'PERMISSION_UNKNOWN',
    })
    expect((await ada.call('DELETE', '/api/v1/roles/clerk')).status).toBe(204)
    expect((await bea.call('GET', '/api/v1/shop/orders')).status).toBe(403)
    expect((await ada.call('GET', '/api/v1/roles')).json).toMatchObject({
      items: expect.arrayContaining([{ name: 'owner', permissions: ['*'], source: 'built-in', people: 1 }]),
      permissions: expect.arrayContaining([{ name: 'shop.order.read', about: { en: 'See orders', fr: 'See orders' } }]),
    })
  })

  test('an administrator does nothing to an owner, and the last owner stays', async () => {
    const ada = await world.platform.identity.users.show('main', 'ada@example.com')
    await person('max@example.com', 'admin')
    const max = await signedIn('max@example.com')
    const attempts = [
      max.call('POST', `/api/v1/users/${ada.id}/disable`),
      max.call('PUT', `/api/v1/users/${ada.id}/roles`, { roles: ['member'] }),
      max.call('DELETE', `/api/v1/users/${ada.id}`),
      max.call('POST', `/api/v1/users/${ada.id}/impersonate`),
    ]
    for (const answer of await Promise.all(attempts)) expect(answer.status).toBe(403)
    const owner = await signedIn('ada@example.com')
    const { items: sessions } = (await max.call('GET', `/api/v1/sessions?user=${ada.id}`)).json as {
      readonly items: readonly { readonly id: string }[]
    }
    expect((await max.call('DELETE', `/api/v1/sessions/${sessions[0]?.id}`)).status).toBe(403)
    for (const answer of await Promise.all([
      owner.call('POST', `/api/v1/users/${ada.id}/disable`),
      owner.call('PUT', `/api/v1/users/${ada.id}/roles`, { roles: ['admin'] }),
      owner.call('DELETE', `/api/v1/users/${ada.id}`),
    ]))
      expect(answer.json).toMatchObject({ status: 409, code: 'OWNER_LAST' })
  })

  test('users of another organisation are not there, and what concerns the installation is not theirs', async () => {
    const db = world.platform.database.kysely<{
      platform_organisation: { id: string; name: string; created_at: number }
    }>()
    await db.insertInto('platform_organisation').values({ id: 'guest', name: 'Guest', created_at: 1 }).execute()
    const { identity } = world.platform
    const gus = await identity.users.create(operatorOf('guest'), {
      email: 'gus@example.com',
      name: 'Gus',
      password: PASSWORD,
      roles: ['owner'],
    })
    const ada = await identity.users.show('main', 'ada@example.com')
    const browser = await signedIn('gus@example.com')
    expect((await browser.call('GET', '/api/v1/me')).json).toMatchObject({
      organisation: { id: 'guest', name: 'Guest' },
    })
    expect((await browser.call('GET', '/api/v1/users')).json).toMatchObject({ items: [{ id: gus.id }] })
    for (const path of [`/api/v1/users/${ada.id}`, `/api/v1/sessions?user=${ada.id}`])
      expect((await browser.call('GET', path)).json).toMatchObject({ status: 404, code: 'USER_UNKNOWN' })
    for (const path of ['/api/v1/runs', '/api/v1/backups', '/api/v1/queues'])
      expect((await browser.call('GET', path)).status).toBe(403)
    expect((await browser.call('PUT', '/api/v1/me/organisation', { id: 'main' })).json).toMatchObject({
      code: 'ORGANISATION_UNKNOWN',
    })
    const mine = (await world.send(address, `/api/v1/users/${gus.id}`)).json
    expect(mine).toMatchObject({ status: 404 })
    const invited = await identity.invitations.invite(operator, { email: 'gus@example.com', roles: ['operator'] })
    const token = invited.link.split('#')[1] ?? ''
    const accept = (password: string) => browser.call('POST', '/api/v1/invitations/accept', { token, password })
    expect((await accept('not his password')).json).toMatchObject({ code: 'SIGN_IN_REFUSED' })
    expect((await accept(PASSWORD)).status).toBe(200)
    expect((await browser.call('PUT', '/api/v1/me/organisation', { id: 'main' })).status).toBe(200)
    expect((await browser.call('GET', '/api/v1/runs')).status).toBe(200)
  })
})

describe('how the server is reached', () => {
  const env = {
    REGIE_PUBLIC_URL: 'https://regie.example.com',
    REGIE_SECRET: Buffer.alloc(32, 7).toString('base64'),
    REGIE_TRUSTED_PROXIES: '127.0.0.1',
    REGIE_METRICS_TOKEN: 'a token for prometheus',
  }
  const host = 'regie.example.com'

  test('by its public name, with cookies for TLS only, and by no other', async () => {
    await using world = await openTestPlatform({ env })
    const { address = '', setupLink } = await world.platform.start()
    expect(setupLink).toMatch(/^https:\/\/regie\.example\.com\/accept-invitation#/)
    const browser = openBrowser(address)
    await world.platform.identity.users.create(operator, {
      email: 'ada@example.com',
      name: 'Ada',
      password: PASSWORD,
      roles: ['owner'],
    })
    const proxied = {
      host,
      origin: 'https://regie.example.com',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
    }
    const form = { email: 'ada@example.com', password: PASSWORD }
    const answer = await browser.call('POST', '/api/v1/auth/sign-in/email', form, {
      ...proxied,
      'x-regie-client-address': '198.51.100.1',
    })
    expect(answer.status).toBe(200)
    const lines = [answer.headers['set-cookie'] ?? []].flat()
    expect(lines.find((cookie) => cookie.includes('session_token'))).toMatch(/^__Host-regie\.session_token=/)
    for (const line of lines) expect(line).toMatch(/^__Host-regie\.(?!.*; Domain).*; Path=\/;.*; Secure/i)
    expect(answer.headers['strict-transport-security']).toBeDefined()
    expect((await browser.call('GET', '/api/v1/me/sessions', undefined, proxied)).json).toMatchObject({
      items: [{ address: '203.0.113.9' }],
    })
    expect((await browser.call('GET', '/health', undefined, { host: 'evil.example' })).status).toBe(421)
    const foreign = await browser.call(
      'POST',
      '/api/v1/auth/sign-out',
      {},
      { ...proxied, origin: 'https://evil.example' },
    )
    expect(foreign.status).toBe(403)
  })

  test('the metrics are for the token, for a key that may read settings, and no longer for whoever comes through a proxy', async () => {
    await using world = await openTestPlatform({ env })
    const { address = '' } = await world.platform.start()
    const read = (headers: Readonly<Record<string, string>> = {}) =>
      openBrowser(address).call('GET', '/metrics', undefined, headers)
    expect((await read()).json).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    expect((await read({ authorization: 'Bearer a token for prometheus' })).status).toBe(200)
    expect((await read(await world.key())).status).toBe(200)
    const { key } = await world.platform.identity.keys.create(operator, { name: 'x', permissions: ['runs.read'] })
    expect((await read({ authorization: `Bearer ${key}` })).status).toBe(403)
  })
})
