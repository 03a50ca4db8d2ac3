import { DOMParser, type Document, type Element, onErrorStopParsing } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { ssoRefused } from './refusal.ts'

/** Namespaces of SAML 2.0 and of XML signatures. */
export const NS = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const

const SIGNATURES = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
])
const DIGESTS = new Set(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'])
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
// Those that keep comments are left out: a comment within a name would end up in what one reader sees and not in another's.
const TRANSFORMS = new Set(['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE])
const MAX_ELEMENTS = 5_000

/** Parses XML that came from outside. No document types: no entities, hence no bombs and no files read. */
export function parseXml(xml: string): Document {
  if (/<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(xml)) throw ssoRefused('The answer declares a document type.')
  // Parsed one deep within the other, elements would cost time by the square of their number.
  if (xml.split('<').length > MAX_ELEMENTS) throw ssoRefused('The answer has too many elements.')
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml')
  } catch (cause) {
    throw ssoRefused('The answer is not well-formed XML.', cause)
  }
}

/** The child elements with this name. */
export function childrenOf(parent: Element, namespace: string, name: string): readonly Element[] {
  return elementsIn(parent).filter(({ namespaceURI, localName }) => namespaceURI === namespace && localName === name)
}

/** The one child element with this name. Throws `SSO_REFUSED` when there is none, or several. */
export function childOf(parent: Element, namespace: string, name: string): Element {
  const [only, ...more] = childrenOf(parent, namespace, name)
  if (only === undefined || more.length > 0) throw ssoRefused(`The answer has not exactly one ${name}.`)
  return only
}

/**
 * The assertion that is signed, parsed from the very bytes that the signature covers: whatever else stands in the answer
 * is not looked at, so nothing can be wrapped around it. Throws `SSO_REFUSED`.
 */
export function signedAssertion(xml: string, answer: Document, certificates: readonly string[]): Element {
  const root = answer.documentElement
  if (root === null) throw ssoRefused('The answer is empty.')
  const assertion = childOf(root, NS.assertion, 'Assertion')
  if (answer.getElementsByTagNameNS('*', 'Assertion').length !== 1)
    throw ssoRefused('There is more than one assertion.')
  const signature = childOf(assertion, NS.signature, 'Signature')
  const id = assertion.getAttribute('ID') ?? ''
  if (id === '') throw ssoRefused('The assertion has no ID.')
  for (const certificate of certificates) {
    const signed = coveredBy(xml, signature, id, certificate)
    if (signed !== undefined) return checkedAssertion(signed, id)
  }
  throw ssoRefused('The assertion is not signed by a certificate of this provider.')
}

function coveredBy(xml: string, signature: Element, id: string, certificate: string): string | undefined {
  const checker = new SignedXml({
    publicCert: certificate,
    // A certificate that comes along proves nothing.
    getCertFromKeyInfo: () => null,
  })
  // SAML's own, and none of the other spellings by which something else could be found.
  checker.idAttributes = ['ID']
  try {
    // The library's types are those of browsers.
    checker.loadSignature(signature as unknown as Parameters<typeof checker.loadSignature>[0])
    const [reference, ...more] = checker.getReferences()
    if (reference === undefined || more.length > 0 || reference.uri !== `#${id}`) return undefined
    const isKnown =
      SIGNATURES.has(String(checker.signatureAlgorithm)) &&
      checker.canonicalizationAlgorithm === EXCLUSIVE &&
      DIGESTS.has(String(reference.digestAlgorithm)) &&
      reference.transforms.every((transform) => TRANSFORMS.has(String(transform)))
    if (!isKnown || !checker.checkSignature(xml)) return undefined
    const [signed, ...others] = checker.getSignedReferences()
    return others.length === 0 ? signed : undefined
  } catch {
    return undefined
  }
}

function checkedAssertion(signed: string, id: string): Element {
  const root = parseXml(signed).documentElement
  const isIt = root?.localName === 'Assertion' && root.namespaceURI === NS.assertion && root.getAttribute('ID') === id
  if (root === null || !isIt) throw ssoRefused('The signature covers something else than the assertion.')
  return root
}

function elementsIn(parent: Element): readonly Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeType === 1)
}
