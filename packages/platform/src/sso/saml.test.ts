import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { type FactorLab, openLab } from '../factor/lab.testing.ts'
import { createVettedFetch } from '../security/vetted-fetch.ts'
import { directoryOf } from './directory.testing.ts'
import { samlProvider } from './provider.ts'
import { createSsoProviders } from './providers.ts'
import { createSamlIdp, type SamlAnswer, type SamlIdp, samlRequestOf } from './saml-idp.testing.ts'
import { createSso, type Sso } from './sso.ts'
import { makeMember, makeOrganisation, membersOf } from './store/people.testing.ts'

const ORIGIN = 'https://regie.example.com'
const SERVICE = { entityId: `${ORIGIN}/api/v1/sso/idp/metadata`, answerUrl: `${ORIGIN}/api/v1/sso/idp/answer` }
const REFUSED = { code: 'SSO_REFUSED', status: 403 }

describe.each(STORES)('SAML over %s', (store) => {
  let lab: FactorLab
  let idp: SamlIdp
  let sso: Sso

  beforeEach(async () => {
    lab = await openLab(store)
    await makeOrganisation(lab.database, 'main')
    idp = createSamlIdp(SERVICE, () => lab.clock.now())
    sso = setUp(idp.certificate)
  })
  afterEach(() => lab[Symbol.asyncDispose]())

  const setUp = (certificate: string, change: object = {}) => {
    const { database, clock } = lab
    const provider = samlProvider.parse({
      kind: 'saml',
      id: 'idp',
      title: 'Company',
      entityId: idp.entityId,
      signInUrl: 'https://idp.example.com/sign-in',
      certificates: [certificate],
      trustEmail: true,
      createUsers: true,
      roles: ['member'],
      rolesOfGroups: { boss: ['admin'] },
      ...change,
    })
    const providers = createSsoProviders({
      database,
      clock,
      secret: 's'.repeat(32),
      org: 'main',
      configured: [provider],
      allowHosts: [],
    })
    return createSso({
      database,
      clock,
      providers,
      directory: directoryOf(database, clock),
      fetch: createVettedFetch([]),
    })
  }
  const begin = async () => {
    const { location, browser } = await sso.begin('idp', ORIGIN, '/runs')
    return { ...samlRequestOf(location), browser }
  }
  const post = async (given: Partial<SamlAnswer> = {}, from = idp) => {
    const { id, state, browser } = await begin()
    const answer = from.answer({ requestId: id, ...given })
    return { state, browser, answer, next: sso.receiveSaml('idp', ORIGIN, { answer, state }) }
  }

  test('who is new becomes a member; who comes again is the same', async () => {
    const comeIn = async (id: string) => {
      const { next, state, browser } = await post({ id, groups: ['boss'] })
      expect(await next).toBe(`/api/v1/sso/idp/end?state=${state}`)
      return sso.endSaml(state, browser)
    }
    const first = await comeIn('_a1')
    expect(first.returnTo).toBe('/runs')
    expect(await comeIn('_a2')).toEqual(first)
    expect(await membersOf(lab.database)).toEqual({ 'ada@example.com': ['member', 'admin'] })
  })

  test('the request says who asks and where the answer goes; the metadata says the same', async () => {
    const { xml } = await begin()
    const metadata = await sso.metadata('idp', ORIGIN)
    for (const text of [xml, metadata]) {
      expect(text).toContain(SERVICE.entityId)
      expect(text).toContain(SERVICE.answerUrl)
    }
    expect(metadata).toContain('WantAssertionsSigned="true"')
  })

  test('a member is known by a trusted address; without trust, nobody is', async () => {
    await makeMember(lab.database, { id: 'ada', roles: ['member'] })
    const { next, state, browser } = await post()
    await next
    expect(await sso.endSaml(state, browser)).toMatchObject({ userId: 'ada' })
    sso = setUp(idp.certificate, { trustEmail: false })
    const other = await post({ id: '_a2', nameId: 'bob@example.com' })
    await other.next
    await expect(sso.endSaml(other.state, other.browser)).rejects.toMatchObject(REFUSED)
  })

  const hour = 3_600_000
  test.each<[string, (now: number) => Partial<SamlAnswer>]>([
    ['that is not signed', () => ({ sign: 'nothing' })],
    ['of which only the envelope is signed', () => ({ sign: 'response' })],
    ['signed with SHA-1', () => ({ signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
    ['with a SHA-1 digest', () => ({ digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1' })],
    ['of another issuer', () => ({ issuer: 'https://evil.example' })],
    ['for another audience', () => ({ audience: 'https://other.example' })],
    ['for another recipient', () => ({ recipient: 'https://other.example/answer' })],
    ['for another address', () => ({ destination: 'https://other.example/answer' })],
    ['to another sign-in', () => ({ inResponseTo: '_other' })],
    ['that has ended', (now) => ({ notOnOrAfter: now - 2 * 60_000 })],
    ['that has not begun', (now) => ({ notBefore: now + hour })],
    ['that says no', () => ({ status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' })],
    ['that names nobody', () => ({ nameId: '' })],
    ['whose name was changed', () => ({ bend: (xml) => xml.replaceAll('ada@', 'eve@') })],
    ['whose groups were changed', () => ({ bend: (xml) => xml.replaceAll('>staff<', '>boss<') })],
    ['without an end', () => ({ bend: (xml) => xml.replaceAll(/ NotOnOrAfter="[^"]+"/g, '') })],
    ['whose signature is cut out', () => ({ bend: (xml) => xml.replace(/<Signature.*<\/Signature>/s, '') })],
    ['that is no XML', () => ({ bend: () => 'hello' })],
    ['that is not closed', () => ({ bend: (xml) => xml.slice(0, -10) })],
  ])('an answer %s is refused', async (_, change) => {
    await expect((await post(change(lab.clock.now()))).next).rejects.toMatchObject(REFUSED)
    expect(await membersOf(lab.database)).toEqual({})
  })

  test("another provider's key is no key, also when its certificate comes along", async () => {
    const other = createSamlIdp(SERVICE, () => lab.clock.now())
    await expect((await post({}, other)).next).rejects.toMatchObject(REFUSED)
  })

  describe('a signature wrapped around another assertion', () => {
    const evil = (xml: string) => xml.replace(/<Signature.*<\/Signature>/s, '').replaceAll('ada@', 'eve@')
    const assertionIn = (xml: string) => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
    const signatureIn = (xml: string) => /<Signature.*<\/Signature>/s.exec(xml)?.[0] ?? ''
    const renamed = (assertion: string) => assertion.replace('ID="_a1"', 'ID="_evil"')

    test.each<[string, (xml: string) => string]>([
      [
        'before the signed one',
        (xml) => xml.replace('<saml:Assertion', `${renamed(evil(assertionIn(xml)))}<saml:Assertion`),
      ],
      [
        'after the signed one',
        (xml) => xml.replace('</samlp:Response>', `${renamed(evil(assertionIn(xml)))}</samlp:Response>`),
      ],
      ['with the same ID', (xml) => xml.replace('<saml:Assertion', `${evil(assertionIn(xml))}<saml:Assertion`)],
      [
        'with the signed one in an extension',
        (xml) =>
          xml.replace(
            assertionIn(xml),
            `<samlp:Extensions>${assertionIn(xml)}</samlp:Extensions>${renamed(evil(assertionIn(xml)))}`,
          ),
      ],
      [
        'with the signed one within its signature',
        (xml) => {
          const signature = signatureIn(xml).replace('</Signature>', `<Object>${assertionIn(xml)}</Object></Signature>`)
          return xml.replace(
            assertionIn(xml),
            renamed(evil(assertionIn(xml))).replace('</saml:Issuer>', `</saml:Issuer>${signature}`),
          )
        },
      ],
      [
        'with the signature moved into it',
        (xml) =>
          xml.replace(
            assertionIn(xml),
            evil(assertionIn(xml)).replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(xml)}`),
          ),
      ],
      [
        'with a comment within the name',
        (xml) => xml.replaceAll('ada@example.com', 'eve@example.com<!---->.example.com'),
      ],
    ])('%s lets nobody in', async (_, bend) => {
      await expect((await post({ bend })).next).rejects.toMatchObject(REFUSED)
    })

    test('a comment that splits a signed name does not cut it short', async () => {
      // Exclusive canonicalisation leaves comments out: the signature holds, and the name must be read whole.
      const bend = (xml: string) => xml.replace('ada@example.com', 'ada@example.com<!--x-->.evil.example')
      const { next, state, browser } = await post({
        nameId: 'ada@example.com.evil.example',
        bend: (xml) => bend(xml.replace('.evil.example', '')),
      })
      await next
      await sso.endSaml(state, browser)
      expect(Object.keys(await membersOf(lab.database))).toEqual(['ada@example.com.evil.example'])
    })
  })

  test.each([
    ['a billion laughs', `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>`],
    ['a file of the server', `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>`],
    ['a document type elsewhere', `<!DOCTYPE r SYSTEM "http://169.254.169.254/"><r/>`],
    ['a hundred thousand elements', `<r>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</r>`.slice(0, 150_000)],
    ['nothing', ''],
  ])('%s is refused before it is looked at', async (_, xml) => {
    await expect((await post({ bend: () => xml })).next).rejects.toMatchObject(REFUSED)
  })

  test('an answer of a megabyte is refused', async () => {
    await expect((await post({ bend: (xml) => xml + ' '.repeat(1_000_000) })).next).rejects.toMatchObject(REFUSED)
  })

  test('an answer counts once, also when it is posted several times at once, and its assertion never again', async () => {
    const { id, state, browser } = await begin()
    const answer = idp.answer({ requestId: id })
    const posts = [1, 2, 3].map(() => sso.receiveSaml('idp', ORIGIN, { answer, state }))
    const outcomes = await Promise.allSettled(posts)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await sso.endSaml(state, browser)
    await expect(sso.endSaml(state, browser)).rejects.toMatchObject(REFUSED)
    await expect(sso.receiveSaml('idp', ORIGIN, { answer, state })).rejects.toMatchObject(REFUSED)
    const again = await begin()
    const replayed = idp.answer({ requestId: again.id, id: '_a1' })
    await expect(sso.receiveSaml('idp', ORIGIN, { answer: replayed, state: again.state })).rejects.toMatchObject(
      REFUSED,
    )
  })

  test('an answer that nobody asked for is refused', async () => {
    const answer = idp.answer({ requestId: '' })
    await expect(sso.receiveSaml('idp', ORIGIN, { answer, state: '' })).rejects.toMatchObject(REFUSED)
  })

  test('only the browser that began comes in', async () => {
    const { next, state } = await post()
    await next
    const other = await begin()
    await expect(sso.endSaml(state, other.browser)).rejects.toMatchObject(REFUSED)
  })

  test('before there is an answer, nobody comes in', async () => {
    const { state, browser } = await begin()
    await expect(sso.endSaml(state, browser)).rejects.toMatchObject(REFUSED)
  })

  test('while keys are changed, both certificates hold', async () => {
    const other = createSamlIdp(SERVICE, () => lab.clock.now())
    sso = setUp(idp.certificate, { certificates: [other.certificate, idp.certificate] })
    await (await post()).next
    await (await post({ id: '_a2' }, other)).next
  })
})
