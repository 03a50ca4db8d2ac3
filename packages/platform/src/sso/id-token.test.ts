import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@regie/engine'
import { exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createVettedFetch } from '../security/vetted-fetch.ts'
import { createOidc } from './oidc.ts'
import { createOidcDiscovery } from './oidc-discovery.ts'
import { oidcProvider } from './provider.ts'

const SECRET = 'the secret of the client'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const flow = { state: 'state', nonce: 'the nonce', verifier: 'verifier', redirectUri: 'https://regie.example.com/back' }

/** A provider on this machine that answers whatever a test tells it. */
describe('the identity token', () => {
  const server = createServer((request, response) => {
    requests.push(String(request.url))
    const answers: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
      },
      '/keys': { keys },
      '/token': { id_token: idToken, access_token: 'a', token_type: 'Bearer' },
      '/userinfo': userinfo,
    }
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  let issuer = ''
  let idToken = ''
  let userinfo: object = {}
  let keys: object[] = []
  const requests: string[] = []

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  beforeEach(async () => {
    keys = [{ ...(await exportJWK(publicKey)), kid: 'one', use: 'sig' }]
    userinfo = {}
    requests.length = 0
  })

  const profile = () => {
    const fetch = createVettedFetch(['127.0.0.1'])
    const oidc = createOidc(fetch, systemClock, createOidcDiscovery(fetch, systemClock))
    const id = { kind: 'oidc', id: 'test', title: 'Test', issuer, clientId: 'regie', clientSecret: SECRET }
    return oidc.profileOf(oidcProvider.parse(id), flow, 'code')
  }
  const now = () => Math.floor(Date.now() / 1_000)
  const good = (): Record<string, unknown> => ({
    iss: issuer,
    aud: 'regie',
    sub: 'ada',
    nonce: flow.nonce,
    iat: now(),
    exp: now() + 300,
    email: 'ada@example.com',
    email_verified: true,
    groups: ['staff'],
  })
  const signed = (
    claims: Record<string, unknown>,
    key: KeyObject = privateKey,
    header = { alg: 'RS256', kid: 'one' },
  ) => new SignJWT(claims).setProtectedHeader(header).sign(key)
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = (header: object, claims: object, sign: (text: string) => string) => {
    const text = `${encoded(header)}.${encoded(claims)}`
    return `${text}.${sign(text)}`
  }
  const mac = (key: string | Buffer) => (text: string) => createHmac('sha256', key).update(text).digest('base64url')

  test('that is right says who it is', async () => {
    idToken = await signed(good())
    expect(await profile()).toEqual({
      subject: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      groups: ['staff'],
    })
    expect(requests).not.toContain('/userinfo')
  })

  test.each<[string, () => Promise<string> | string]>([
    ['without a signature', () => unsigned({ alg: 'none' }, good(), () => '')],
    ['signed with the secret of the client', () => unsigned({ alg: 'HS256', kid: 'one' }, good(), mac(SECRET))],
    [
      'signed with the public key as if it were a secret',
      () =>
        unsigned(
          { alg: 'HS256', kid: 'one' },
          good(),
          mac(
            createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({ format: 'pem', type: 'spki' }),
          ),
        ),
    ],
    ['signed with another key', () => signed(good(), generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
    [
      'that brings its own key',
      async () => {
        const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
        const header = { alg: 'RS256', jwk: await exportJWK(own.publicKey) }
        return new SignJWT(good()).setProtectedHeader(header).sign(own.privateKey)
      },
    ],
    ['of another issuer', () => signed({ ...good(), iss: 'https://evil.example' })],
    ['for another client', () => signed({ ...good(), aud: 'somebody' })],
    ['for several, of whom another asked', () => signed({ ...good(), aud: ['regie', 'other'], azp: 'other' })],
    ['that has ended', () => signed({ ...good(), iat: now() - 300, exp: now() - 120 })],
    ['that was made long ago', () => signed({ ...good(), iat: now() - 3_600 })],
    ['for another sign-in', () => signed({ ...good(), nonce: 'another' })],
    ['without a nonce', () => signed({ ...good(), nonce: undefined })],
    ['of nobody', () => signed({ ...good(), sub: undefined })],
    ['that is none', () => 'hello'],
  ])('%s is refused', async (_, make) => {
    idToken = await make()
    await expect(profile()).rejects.toMatchObject({ code: 'SSO_REFUSED' })
  })

  test('that is signed with a new key is believed once the provider shows the key', async () => {
    let now = Date.now()
    const clock = { ...systemClock, now: () => now }
    const fetch = createVettedFetch(['127.0.0.1'])
    const oidc = createOidc(fetch, clock, createOidcDiscovery(fetch, clock))
    const provider = oidcProvider.parse({ kind: 'oidc', id: 'test', title: 'Test', issuer, clientId: 'regie' })
    idToken = await signed(good())
    await oidc.profileOf(provider, flow, 'code')
    const fresh = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    keys.push({ ...(await exportJWK(fresh.publicKey)), kid: 'two', alg: 'ES256' })
    idToken = await signed(good(), fresh.privateKey, { alg: 'ES256', kid: 'two' })
    // Keys are not asked for more than once a minute, whatever tokens come.
    await expect(oidc.profileOf(provider, flow, 'code')).rejects.toMatchObject({ code: 'SSO_REFUSED' })
    now += 60_000
    expect(await oidc.profileOf(provider, flow, 'code')).toMatchObject({ subject: 'ada' })
    expect(requests.filter((path) => path === '/keys')).toHaveLength(2)
  })

  test('is completed by what the provider says of the same person, not of another', async () => {
    idToken = await signed({ ...good(), email: undefined, email_verified: undefined, groups: undefined })
    userinfo = { sub: 'ada', email: 'ada@example.com', email_verified: true, groups: ['boss'] }
    expect(await profile()).toMatchObject({ email: 'ada@example.com', emailVerified: true, groups: ['boss'] })
    userinfo = { sub: 'eve', email: 'eve@example.com', email_verified: true }
    await expect(profile()).rejects.toMatchObject({ code: 'SSO_REFUSED' })
  })
})
