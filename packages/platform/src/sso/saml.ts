import { deflateRawSync } from 'node:zlib'
import type { Element } from '@xmldom/xmldom'
import type { Profile, SamlProvider } from './provider.ts'
import { ssoRefused } from './refusal.ts'
import { childOf, childrenOf, NS, parseXml, signedAssertion } from './saml-xml.ts'

/** How this server appears to SAML providers. */
export interface ServiceProvider {
  readonly entityId: string
  /** Where answers are posted. */
  readonly answerUrl: string
}

/** What an assertion proves. */
export interface Asserted {
  readonly profile: Profile
  /** Of the assertion: it counts once. */
  readonly id: string
  /** When it can no longer be sent again. Milliseconds UTC. */
  readonly endsAt: number
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
const MAX_BYTES = 262_144
const LEEWAY_MS = 60_000
// An assertion that says it holds for a year is not remembered for one.
const MAX_LIFE_MS = 24 * 3_600_000

/** Where the browser goes: SAML's HTTP-Redirect binding. `requestId` comes back in the assertion. */
export function samlRequestUrl(
  provider: SamlProvider,
  { entityId, answerUrl }: ServiceProvider,
  flow: { readonly state: string; readonly requestId: string; readonly now: number },
): string {
  const request = `<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" ID="${flow.requestId}" Version="2.0" IssueInstant="${new Date(flow.now).toISOString()}" Destination="${escaped(provider.signInUrl)}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="${escaped(answerUrl)}"><saml:Issuer xmlns:saml="${NS.assertion}">${escaped(entityId)}</saml:Issuer></samlp:AuthnRequest>`
  const url = new URL(provider.signInUrl)
  url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'))
  url.searchParams.set('RelayState', flow.state)
  return url.href
}

/** What a provider's administrator is given. */
export function samlMetadata({ entityId, answerUrl }: ServiceProvider): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escaped(entityId)}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${NS.protocol}">
    <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>
    <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escaped(answerUrl)}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`
}

/** What a posted answer proves. Only what the assertion's own signature covers counts. Throws `SSO_REFUSED`. */
export function readSamlAnswer(
  posted: string,
  provider: SamlProvider,
  expected: ServiceProvider & { readonly requestId: string; readonly now: number },
): Asserted {
  if (posted.length > MAX_BYTES) throw ssoRefused('The answer is too long.')
  const xml = Buffer.from(posted, 'base64').toString('utf8')
  const answer = parseXml(xml)
  checkEnvelope(answer.documentElement, provider, expected)
  const assertion = signedAssertion(xml, answer, provider.certificates)
  if (textOf(childOf(assertion, NS.assertion, 'Issuer')) !== provider.entityId)
    throw ssoRefused('The assertion is of another provider.')
  const endsAt = Math.min(checkConditions(assertion, expected), expected.now + MAX_LIFE_MS)
  const subject = childOf(assertion, NS.assertion, 'Subject')
  checkConfirmation(subject, expected)
  checkSession(assertion, expected.now)
  const nameId = textOf(childOf(subject, NS.assertion, 'NameID'))
  if (nameId === '') throw ssoRefused('The assertion names nobody.')
  return { id: assertion.getAttribute('ID') ?? '', endsAt, profile: profileOf(provider, assertion, nameId) }
}

/** The envelope is not signed; what it says is checked all the same, for clear messages. */
function checkEnvelope(
  root: Element | null,
  provider: SamlProvider,
  { answerUrl, requestId }: ServiceProvider & { readonly requestId: string },
): void {
  if (root?.localName !== 'Response' || root.namespaceURI !== NS.protocol)
    throw ssoRefused('The answer is no SAML response.')
  const status = childOf(childOf(root, NS.protocol, 'Status'), NS.protocol, 'StatusCode').getAttribute('Value')
  if (status !== SUCCESS) throw ssoRefused(`${provider.title} did not sign you in (${status}).`)
  if (childrenOf(root, NS.assertion, 'EncryptedAssertion').length > 0)
    throw ssoRefused('The assertion is encrypted: switch that off at the provider.')
  const destination = root.getAttribute('Destination')
  if (destination !== null && destination !== answerUrl) throw ssoRefused('The answer is for another address.')
  if (root.getAttribute('InResponseTo') !== requestId)
    throw ssoRefused('The answer is to another sign-in: begin again.')
}

function checkConditions(assertion: Element, { entityId, now }: ServiceProvider & { readonly now: number }): number {
  const conditions = childOf(assertion, NS.assertion, 'Conditions')
  const endsAt = checkTimes(conditions, now)
  const restrictions = childrenOf(conditions, NS.assertion, 'AudienceRestriction')
  const isForUs = restrictions.every((restriction) =>
    childrenOf(restriction, NS.assertion, 'Audience').some((audience) => textOf(audience) === entityId),
  )
  if (restrictions.length === 0 || !isForUs) throw ssoRefused('The assertion is for another audience.')
  return endsAt
}

function checkConfirmation(
  subject: Element,
  { answerUrl, requestId, now }: ServiceProvider & { readonly requestId: string; readonly now: number },
): void {
  const confirmation = childOf(subject, NS.assertion, 'SubjectConfirmation')
  const given = childOf(confirmation, NS.assertion, 'SubjectConfirmationData')
  checkTimes(given, now)
  const isForUs =
    confirmation.getAttribute('Method') === BEARER &&
    given.getAttribute('Recipient') === answerUrl &&
    given.getAttribute('InResponseTo') === requestId
  if (!isForUs) throw ssoRefused('The assertion is for another recipient or another sign-in.')
}

function checkSession(assertion: Element, now: number): void {
  const statement = childOf(assertion, NS.assertion, 'AuthnStatement')
  const end = statement.getAttribute('SessionNotOnOrAfter')
  if (end !== null && !(instantOf(end) + LEEWAY_MS > now)) throw ssoRefused('The session at the provider has ended.')
}

/** An end must be named; a beginning may. Answers the end. */
function checkTimes(element: Element, now: number): number {
  const begin = element.getAttribute('NotBefore')
  const end = instantOf(element.getAttribute('NotOnOrAfter') ?? '')
  const isBegun = begin === null || instantOf(begin) - LEEWAY_MS <= now
  if (!isBegun || !(end + LEEWAY_MS > now)) throw ssoRefused('The assertion is not of this time: begin again.')
  return end + LEEWAY_MS
}

function profileOf(provider: SamlProvider, assertion: Element, nameId: string): Profile {
  const { emailAttribute, nameAttribute, groupsAttribute } = provider
  const email = emailAttribute === undefined ? nameId : valuesOf(assertion, emailAttribute)[0]
  const name = nameAttribute === undefined ? undefined : valuesOf(assertion, nameAttribute)[0]
  return {
    subject: nameId,
    ...(email !== undefined && { email }),
    // SAML has no word for it: that the administrator trusts the provider's addresses stands for it.
    emailVerified: provider.trustEmail,
    ...(name !== undefined && { name }),
    groups: valuesOf(assertion, groupsAttribute),
  }
}

function valuesOf(assertion: Element, name: string): readonly string[] {
  return childrenOf(assertion, NS.assertion, 'AttributeStatement')
    .flatMap((statement) => childrenOf(statement, NS.assertion, 'Attribute'))
    .filter((attribute) => attribute.getAttribute('Name') === name || attribute.getAttribute('FriendlyName') === name)
    .flatMap((attribute) => childrenOf(attribute, NS.assertion, 'AttributeValue').map(textOf))
}

function textOf(element: Element): string {
  return (element.textContent ?? '').trim()
}

/** NaN for what is no instant, which is before and after nothing. */
function instantOf(text: string): number {
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
