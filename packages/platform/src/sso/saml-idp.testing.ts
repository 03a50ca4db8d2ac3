import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'

const IDP = 'https://idp.example.com/metadata'

/** What a test changes in an answer. */
export interface SamlAnswer {
  readonly audience?: string
  readonly recipient?: string
  readonly destination?: string
  readonly issuer?: string
  readonly inResponseTo?: string
  readonly requestId: string
  readonly nameId?: string
  readonly status?: string
  readonly id?: string
  /** Milliseconds UTC. */
  readonly notBefore?: number
  readonly notOnOrAfter?: number
  readonly groups?: readonly string[]
  /** What is signed. Default: the assertion. */
  readonly sign?: 'assertion' | 'response' | 'nothing'
  readonly signatureAlgorithm?: string
  readonly digestAlgorithm?: string
  /** Changes the finished text. */
  readonly bend?: (xml: string) => string
}

/** A SAML identity provider that signs with a key of its own. */
export interface SamlIdp {
  readonly entityId: string
  /** PEM. */
  readonly certificate: string
  /** What a browser posts, in base64. */
  answer(given: SamlAnswer): string
}

/** Makes an identity provider for one service. */
export function createSamlIdp(
  service: { readonly entityId: string; readonly answerUrl: string },
  now: () => number,
): SamlIdp {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = certificateOf(publicKey, privateKey)
  return {
    entityId: IDP,
    certificate,
    answer(given) {
      const xml = responseOf(service, given, now())
      const signed = given.sign === 'nothing' ? xml : signedXml(xml, given, privateKey, certificate)
      return Buffer.from(given.bend?.(signed) ?? signed).toString('base64')
    },
  }
}

/** The request that a browser was sent to the provider with. */
export function samlRequestOf(location: string): { readonly id: string; readonly state: string; readonly xml: string } {
  const query = new URL(location).searchParams
  const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString('utf8')
  return { xml, id: /ID="([^"]+)"/.exec(xml)?.[1] ?? '', state: query.get('RelayState') ?? '' }
}

function responseOf(
  { entityId, answerUrl }: { readonly entityId: string; readonly answerUrl: string },
  given: SamlAnswer,
  now: number,
): string {
  const iso = (instant: number) => new Date(instant).toISOString()
  const { issuer = IDP, audience = entityId, recipient = answerUrl, destination = answerUrl, id = '_a1' } = given
  const { requestId, inResponseTo = requestId, nameId = 'ada@example.com', groups = ['staff'] } = given
  const from = iso(given.notBefore ?? now - 1_000)
  const until = iso(given.notOnOrAfter ?? now + 300_000)
  const status = given.status ?? 'urn:oasis:names:tc:SAML:2.0:status:Success'
  const values = groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join('')
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="${iso(now)}" Destination="${destination}" InResponseTo="${inResponseTo}"><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status><saml:Assertion ID="${id}" Version="2.0" IssueInstant="${iso(now)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID>${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${recipient}" InResponseTo="${inResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${iso(now)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="groups">${values}</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

function signedXml(xml: string, given: SamlAnswer, privateKey: KeyObject, publicCert: string): string {
  const name = given.sign === 'response' ? 'Response' : 'Assertion'
  const signer = new SignedXml({
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    publicCert,
    idAttribute: 'ID',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    signatureAlgorithm: given.signatureAlgorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  })
  signer.addReference({
    xpath: `//*[local-name(.)='${name}']`,
    digestAlgorithm: given.digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  const reference = `//*[local-name(.)='${name}']/*[local-name(.)='Issuer']`
  signer.computeSignature(xml, { location: { reference, action: 'after' } })
  return signer.getSignedXml()
}

/** RFC 5280: a certificate that signs itself, of the few fields that must be there. */
function certificateOf(publicKey: KeyObject, privateKey: KeyObject): string {
  const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex')
  const commonName = der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('idp.example.com')))
  const name = der(0x30, der(0x31, commonName))
  const validity = der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')))
  const key = publicKey.export({ format: 'der', type: 'spki' })
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, validity, name, key)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const base64 = der(0x30, body, algorithm, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
