// ops/keycloak/regie-realm.json: Keycloak refuses a realm with a field it does not know, and is not here to be asked.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Json = Readonly<Record<string, unknown>>
interface Client extends Json {
  readonly clientId: string
  readonly protocol: string
  readonly redirectUris: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
  readonly protocolMappers: readonly (Json & { readonly protocolMapper: string; readonly config: Json })[]
}

const realm: Json & { readonly clients: readonly Client[]; readonly groups: readonly Json[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../ops/keycloak/regie-realm.json'), 'utf8'),
)

/** What was found in Keycloak's own sources: in the classes named, as far as this realm needs them. */
const KNOWN = {
  RealmRepresentation: `realm displayName enabled sslRequired registrationAllowed verifyEmail loginWithEmailAllowed
    duplicateEmailsAllowed bruteForceProtected defaultSignatureAlgorithm groups clients`,
  GroupRepresentation: 'name',
  ClientRepresentation: `clientId name description enabled protocol publicClient clientAuthenticatorType standardFlowEnabled
    implicitFlowEnabled directAccessGrantsEnabled serviceAccountsEnabled fullScopeAllowed rootUrl redirectUris webOrigins
    attributes defaultClientScopes optionalClientScopes protocolMappers frontchannelLogout`,
  OIDCConfigAttributes: 'pkce.code.challenge.method',
  'SamlConfigAttributes, SamlProtocol': `saml.assertion.signature saml.server.signature saml.client.signature saml.encrypt
    saml.authnstatement saml.force.post.binding saml.signature.algorithm saml_name_id_format saml_force_name_id_format
    saml_signature_canonicalization_method saml_assertion_consumer_url_post`,
  ProtocolMapperRepresentation: 'name protocol protocolMapper config',
  'oidc-group-membership-mapper': 'claim.name full.path id.token.claim access.token.claim userinfo.token.claim',
  'saml-group-membership-mapper': 'attribute.name attribute.nameformat full.path single',
} as const

const known = (what: keyof typeof KNOWN): readonly string[] => KNOWN[what].split(/\s+/)
const strange = (fields: Json, what: keyof typeof KNOWN) =>
  Object.keys(fields).filter((key) => !known(what).includes(key))

test('the realm has only fields that Keycloak knows', () => {
  expect(strange(realm, 'RealmRepresentation')).toEqual([])
  for (const group of realm.groups) expect(strange(group, 'GroupRepresentation')).toEqual([])
  for (const client of realm.clients) {
    expect(strange(client, 'ClientRepresentation')).toEqual([])
    const attributes = client.protocol === 'saml' ? 'SamlConfigAttributes, SamlProtocol' : 'OIDCConfigAttributes'
    expect(strange(client.attributes, attributes)).toEqual([])
    for (const mapper of client.protocolMappers) {
      expect(strange(mapper, 'ProtocolMapperRepresentation')).toEqual([])
      const kind = mapper.protocolMapper
      expect(['oidc-group-membership-mapper', 'saml-group-membership-mapper']).toContain(kind)
      expect(strange(mapper.config, kind as 'saml-group-membership-mapper')).toEqual([])
    }
  }
})

test('its addresses are those of this server', () => {
  const base = 'https://regie.example.com/api/v1/sso'
  const [oidc, saml] = realm.clients
  expect(oidc).toMatchObject({ clientId: 'regie', redirectUris: [`${base}/keycloak/callback`] })
  expect(saml).toMatchObject({
    clientId: `${base}/keycloak-saml/metadata`,
    redirectUris: [`${base}/keycloak-saml/answer`],
    attributes: { saml_assertion_consumer_url_post: `${base}/keycloak-saml/answer` },
  })
})
