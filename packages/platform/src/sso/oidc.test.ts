import { type Clock, systemClock } from '@regie/engine'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { type FactorLab, openLab } from '../factor/lab.testing.ts'
import { createVettedFetch } from '../security/vetted-fetch.ts'
import { directoryOf } from './directory.testing.ts'
import { linkOf } from './directory.ts'
import { type OidcServer, startOidcServer } from './oidc-server.testing.ts'
import { oidcProvider, type SsoProvider } from './provider.ts'
import { createSsoProviders } from './providers.ts'
import { createSso, type Sso } from './sso.ts'
import { makeMember, makeOrganisation, membersOf } from './store/people.testing.ts'

const ORIGIN = 'https://regie.example.com'
const REFUSED = { code: 'SSO_REFUSED', status: 403 }

describe.each(STORES)('OpenID Connect over %s', (store) => {
  let lab: FactorLab
  let server: OidcServer
  // The provider's tokens are of this time.
  let clock: Clock = systemClock

  beforeAll(async () => {
    server = await startOidcServer({
      redirectUris: [`${ORIGIN}/api/v1/sso/keycloak/callback`],
      secret: 'client secret & more',
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(async () => {
    clock = systemClock
    lab = await openLab(store)
    await makeOrganisation(lab.database, 'main')
    server.people.clear()
    server.people.set('sub-ada', { email: 'Ada@example.com', email_verified: true, name: 'Ada', groups: ['staff'] })
  })
  afterEach(() => lab[Symbol.asyncDispose]())

  const setUp = (change: object = {}, allow: readonly string[] = [server.host], stored = false): Sso => {
    const provider = oidcProvider.parse({
      kind: 'oidc',
      id: 'keycloak',
      title: 'Keycloak',
      issuer: server.issuer,
      clientId: 'regie',
      clientSecret: 'client secret & more',
      trustEmail: true,
      createUsers: true,
      roles: ['member'],
      ...change,
    })
    const configured: SsoProvider[] = stored ? [] : [provider]
    const { database } = lab
    const now = { ...systemClock, now: () => clock.now() }
    const providers = createSsoProviders({
      database,
      clock: now,
      secret: 's'.repeat(32),
      org: 'main',
      configured,
      allowHosts: [server.host],
    })
    const sso = createSso({
      database,
      clock: now,
      providers,
      directory: directoryOf(database, now),
      fetch: createVettedFetch(allow),
    })
    return stored
      ? { ...sso, begin: async (...given) => providers.save(provider).then(() => sso.begin(...given)) }
      : sso
  }
  const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams)
  const signIn = async (sso: Sso, subject = 'sub-ada', returnTo = '/runs') => {
    const { location, browser } = await sso.begin('keycloak', ORIGIN, returnTo)
    const back = await server.signIn(location, subject)
    expect(back).toContain(`${ORIGIN}/api/v1/sso/keycloak/callback?`)
    return { query: queryOf(back), browser }
  }
  const comeIn = async (sso: Sso, subject?: string) => sso.endOidc('keycloak', ORIGIN, await signIn(sso, subject))

  test('who is new becomes a member; who comes again is the same', async () => {
    const sso = setUp()
    const first = await comeIn(sso)
    expect(first.returnTo).toBe('/runs')
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['member'] })
    expect(await comeIn(sso)).toEqual(first)
    expect(server.requests).toContain('GET /realms/regie/.well-known/openid-configuration')
  })

  test('the sign-in asks for a code with PKCE, state and nonce', async () => {
    const { location } = await setUp().begin('keycloak', ORIGIN, '/')
    expect(queryOf(location)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{44}$/),
    })
  })

  test('who is known by a checked address of a trusted provider comes in as that user, and keeps the roles', async () => {
    await makeMember(lab.database, { id: 'ada', roles: ['admin'] })
    const sso = setUp()
    expect(await comeIn(sso)).toMatchObject({ userId: 'ada' })
    // From now on by the subject: the address may change.
    server.people.set('sub-ada', { email: 'countess@example.com', email_verified: true })
    expect(await comeIn(sso)).toMatchObject({ userId: 'ada' })
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['admin'] })
  })

  test.each([
    ['an address that is not checked', { email_verified: false }, {}],
    ['an address without a word of whether it is checked', { email_verified: undefined }, {}],
    ['a provider whose addresses are not trusted', {}, { trustEmail: false }],
    ['another domain', {}, { domains: ['example.org'] }],
    ['no address', { email: undefined }, {}],
    ['an address that is none', { email: 'ada@example.com <eve@evil.example>' }, {}],
  ])('%s links to nobody and makes nobody', async (_, person, change) => {
    await makeMember(lab.database, { id: 'ada', roles: ['admin'] })
    server.people.set('sub-eve', { email: 'ada@example.com', email_verified: true, ...person })
    await expect(comeIn(setUp(change), 'sub-eve')).rejects.toMatchObject(REFUSED)
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['admin'] })
  })

  test('who is switched off, or belongs to another organisation only, does not come in', async () => {
    await makeOrganisation(lab.database, 'other')
    await makeMember(lab.database, { id: 'ada', roles: ['member'], disabled: true })
    await makeMember(lab.database, { id: 'bob', roles: ['owner'], org: 'other' })
    server.people.set('sub-bob', { email: 'bob@example.com', email_verified: true })
    await expect(comeIn(setUp())).rejects.toMatchObject(REFUSED)
    await expect(comeIn(setUp(), 'sub-bob')).rejects.toMatchObject(REFUSED)
  })

  test('without an invitation nobody becomes a user, unless the provider may make them', async () => {
    await expect(comeIn(setUp({ createUsers: false }))).rejects.toMatchObject(REFUSED)
    expect(await membersOf(lab.database)).toEqual({})
  })

  test('groups become roles at each sign-in, but for the owner', async () => {
    const sso = setUp({ roles: [], rolesOfGroups: { staff: ['member'], boss: ['admin', 'owner'] } })
    await comeIn(sso)
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['member'] })
    server.people.set('sub-ada', { email: 'ada@example.com', email_verified: true, groups: ['boss'] })
    await comeIn(sso)
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['admin'] })
    server.people.set('sub-ada', {
      email: 'ada@example.com',
      email_verified: true,
      groups: ['__proto__', 'constructor'],
    })
    await expect(comeIn(sso)).rejects.toMatchObject(REFUSED)
  })

  test('a provider that an administrator has set up does not sign in as the owner; one of the configuration does', async () => {
    await makeMember(lab.database, { id: 'ada', roles: ['owner'] })
    await expect(comeIn(setUp({}, undefined, true))).rejects.toMatchObject(REFUSED)
    expect(await comeIn(setUp())).toMatchObject({ userId: 'ada' })
  })

  test('nor as one who may do everything by a role of another name', async () => {
    await makeMember(lab.database, { id: 'ada', roles: ['boss'] })
    const role = { org_id: 'main', name: 'boss', permissions: '["*"]', updated_at: 1 }
    await lab.database.kysely<{ platform_role: typeof role }>().insertInto('platform_role').values(role).execute()
    await expect(comeIn(setUp({}, undefined, true))).rejects.toMatchObject(REFUSED)
  })

  test('a provider that is pointed at another issuer knows nobody any more', async () => {
    const { userId } = await comeIn(setUp())
    const directory = directoryOf(lab.database, clock)
    const here = oidcProvider.parse({
      kind: 'oidc',
      id: 'keycloak',
      title: 'K',
      issuer: server.issuer,
      clientId: 'regie',
    })
    expect(await directory.findLinked(linkOf(here, 'sub-ada'))).toMatchObject({ userId })
    expect(await directory.findLinked(linkOf({ ...here, issuer: 'https://evil.example' }, 'sub-ada'))).toBeUndefined()
  })

  describe('an answer', () => {
    test('counts once', async () => {
      const sso = setUp()
      const came = await signIn(sso)
      await sso.endOidc('keycloak', ORIGIN, came)
      await expect(sso.endOidc('keycloak', ORIGIN, came)).rejects.toMatchObject(REFUSED)
    })

    test('counts in the browser that began only', async () => {
      const sso = setUp()
      const { query } = await signIn(sso)
      await expect(sso.endOidc('keycloak', ORIGIN, { query, browser: undefined })).rejects.toMatchObject(REFUSED)
      const victim = await signIn(sso)
      const attacker = await signIn(sso)
      await expect(
        sso.endOidc('keycloak', ORIGIN, { query: attacker.query, browser: victim.browser }),
      ).rejects.toMatchObject(REFUSED)
    })

    test('with a state that nobody made is refused', async () => {
      const sso = setUp()
      const { query, browser } = await signIn(sso)
      for (const state of ['', 'x'.repeat(43)])
        await expect(sso.endOidc('keycloak', ORIGIN, { query: { ...query, state }, browser })).rejects.toMatchObject(
          REFUSED,
        )
    })

    test('with the code of another sign-in is refused: PKCE and the nonce are not its own', async () => {
      const sso = setUp()
      const mine = await signIn(sso)
      const other = await signIn(sso)
      const mixed = { query: { ...mine.query, code: other.query.code ?? '' }, browser: mine.browser }
      await expect(sso.endOidc('keycloak', ORIGIN, mixed)).rejects.toMatchObject(REFUSED)
    })

    test('of another issuer is refused', async () => {
      const sso = setUp()
      const { query, browser } = await signIn(sso)
      const mixed = { query: { ...query, iss: 'https://evil.example' }, browser }
      await expect(sso.endOidc('keycloak', ORIGIN, mixed)).rejects.toMatchObject(REFUSED)
    })

    test('that says no is told', async () => {
      const sso = setUp()
      const { query, browser } = await signIn(sso)
      const denied = { query: { state: query.state ?? '', error: 'access_denied' }, browser }
      await expect(sso.endOidc('keycloak', ORIGIN, denied)).rejects.toMatchObject({
        ...REFUSED,
        message: expect.stringContaining('access_denied'),
      })
    })

    test('after ten minutes is refused', async () => {
      const sso = setUp()
      const came = await signIn(sso)
      clock = { ...systemClock, now: () => Date.now() + 10 * 60_000 }
      await expect(sso.endOidc('keycloak', ORIGIN, came)).rejects.toMatchObject(REFUSED)
    })
  })

  test.each([
    ['/runs?x=1#a', '/runs?x=1#a'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/%0d%0aset-cookie', '/%0d%0aset-cookie'],
    ['/a\nb', '/'],
    ['', '/'],
  ])('after it, %j is %j of this server', async (returnTo, expected) => {
    const sso = setUp()
    const came = await signIn(sso, 'sub-ada', returnTo)
    expect((await sso.endOidc('keycloak', ORIGIN, came)).returnTo).toBe(expected)
  })

  describe('a provider', () => {
    test('on this machine is not asked, unless the operator allows it', async () => {
      const before = server.requests.length
      await expect(setUp({}, []).begin('keycloak', ORIGIN, '/')).rejects.toMatchObject({ code: 'OUTGOING_REFUSED' })
      expect(server.requests).toHaveLength(before)
    })

    test('that names another issuer than was set up is refused', async () => {
      const issuer = server.issuer.replace('127.0.0.1', 'localhost')
      const allow = [server.host, new URL(issuer).host]
      await expect(setUp({ issuer }, allow).begin('keycloak', ORIGIN, '/')).rejects.toMatchObject({
        code: 'SSO_PROVIDER_INVALID',
      })
    })

    test('that is none is refused', async () => {
      const issuer = `http://${server.host}/nothing`
      await expect(setUp({ issuer }).begin('keycloak', ORIGIN, '/')).rejects.toMatchObject({
        code: 'SSO_PROVIDER_INVALID',
      })
    })

    test('that is pointed at another issuer is given the secret again: it would be sent there', async () => {
      const made = {
        database: lab.database,
        clock,
        secret: 's'.repeat(32),
        org: 'main',
        configured: [],
        allowHosts: [],
      }
      const providers = createSsoProviders(made)
      const { clientSecret, ...known } = oidcProvider.parse({
        ...{
          kind: 'oidc',
          id: 'k',
          title: 'K',
          issuer: 'https://sso.example.com',
          clientId: 'regie',
          clientSecret: 'x',
        },
      })
      await providers.save({ ...known, ...(clientSecret !== undefined && { clientSecret }) })
      await providers.save({ ...known, title: 'Renamed' })
      expect((await providers.get('k')).provider).toMatchObject({ title: 'Renamed', clientSecret: 'x' })
      const elsewhere = { ...known, issuer: 'https://evil.example' }
      await expect(providers.save(elsewhere)).rejects.toMatchObject({ code: 'SSO_PROVIDER_INVALID', status: 422 })
      expect((await providers.get('k')).provider).toMatchObject({ issuer: 'https://sso.example.com' })
      await providers.save({ ...elsewhere, clientSecret: 'another' })
      expect((await providers.get('k')).provider).toMatchObject({ clientSecret: 'another' })
    })

    test('gives no roles to who was given others while coming in', async () => {
      await makeMember(lab.database, { id: 'ada', roles: ['member'] })
      const directory = directoryOf(lab.database, clock)
      await directory.setRoles('ada', ['owner', 'admin'], ['owner'])
      expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['member'] })
      await directory.setRoles('ada', ['admin'], ['member'])
      expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['admin'] })
    })

    test('is unknown by any other name', async () => {
      await expect(setUp().begin('google', ORIGIN, '/')).rejects.toMatchObject({ code: 'SSO_PROVIDER_UNKNOWN' })
    })
  })
})
