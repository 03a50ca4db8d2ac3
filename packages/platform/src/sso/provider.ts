import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { formed } from '../validate/form.ts'
import { line } from '../validate/line.ts'

const roleNames = z.array(z.string().min(1).max(100)).max(50)

// For the reference: nobody has its key any more.
const EXAMPLE_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUSqBOhwhdUTmPhElusvMgzq+IkIkwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPc3NvLmV4YW1wbGUuY29tMB4XDTI2MTEyODA1MDAwNFoXDTM2
MTEyNTA1MDAwNFowGjEYMBYGA1UEAwwPc3NvLmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEoAP/qkXM4Weyuj99/7wgvcLv/NxR2JSaVNxQK/AW
OZ1ne/hgXSnMawSO4pPbta1ybeCKEetdYb8GPkfzsn6VoKNTMFEwHQYDVR0OBBYE
FD5JwRjtUL6A+rXqDtlxJzdcma6WMB8GA1UdIwQYMBaAFD5JwRjtUL6A+rXqDtlx
Jzdcma6WMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhANH1LxmP
GXtuKnQgu7YMqXwoBiDkCvdFAfBwONOlKQL7AiAkiDhSJACnm3sN+NaC/oHa6EEm
PfAVKD+g3m20JZM+Cw==
-----END CERTIFICATE-----`

const common = {
  /** In addresses; chosen once. */
  id: formed('name'),
  /** On the button of the sign-in page. */
  title: line(80),
  /** The provider has checked the e-mail addresses it names: who is known by one comes in with it. */
  trustEmail: z.boolean().default(false),
  /** Who is not known yet becomes a user. */
  createUsers: z.boolean().default(false),
  /** Only addresses of these domains; none named: all. */
  domains: z.array(formed('domain')).max(50).default([]),
  /** What everybody gets who comes in this way. */
  roles: roleNames.default([]),
  /** Group of the provider → roles here. With it, the provider decides at each sign-in; but for `owner`, which it cannot give. */
  rolesOfGroups: z.record(z.string().max(200), roleNames).default({}),
}

/** An OpenID Connect provider, such as Keycloak. */
export const oidcProvider = z.strictObject({
  ...common,
  kind: z.literal('oidc'),
  /** As its tokens write it, such as `https://sso.example.com/realms/regie`. */
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(200),
  /** Absent: a public client, by PKCE alone. */
  clientSecret: z.string().min(1).max(500).optional(),
  scopes: z.array(formed('scope')).max(20).default(['openid', 'email', 'profile']),
  groupsClaim: z.string().min(1).max(100).default('groups'),
})

/** A SAML 2.0 identity provider. */
export const samlProvider = z.strictObject({
  ...common,
  kind: z.literal('saml'),
  /** Its entity id, the issuer of its assertions. */
  entityId: z.string().min(1).max(1_024),
  /** Where browsers are sent to sign in: HTTP-Redirect. */
  signInUrl: z.url({ protocol: /^https?$/ }),
  /** PEM; several while keys are changed. */
  certificates: z
    .array(
      z
        .string()
        .refine(isCertificate, 'is no certificate in PEM')
        .meta({ examples: [EXAMPLE_CERTIFICATE] }),
    )
    .min(1)
    .max(5),
  /** Attribute with the e-mail address. Absent: the name id. */
  emailAttribute: z.string().max(200).optional(),
  nameAttribute: z.string().max(200).optional(),
  groupsAttribute: z.string().max(200).default('groups'),
})

/** An identity provider as it is set up. */
export const ssoProvider = z.discriminatedUnion('kind', [oidcProvider, samlProvider])

/** An OpenID Connect provider. */
export type OidcProvider = z.output<typeof oidcProvider>
/** A SAML identity provider. */
export type SamlProvider = z.output<typeof samlProvider>
/** Any of them. */
export type SsoProvider = OidcProvider | SamlProvider

/** Who a provider says somebody is. */
export interface Profile {
  /** Never another person's at this provider. */
  readonly subject: string
  readonly email?: string
  /** The provider itself says that it has checked the address. */
  readonly emailVerified: boolean
  readonly name?: string
  readonly groups: readonly string[]
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.type === 'public'
  } catch {
    return false
  }
}
