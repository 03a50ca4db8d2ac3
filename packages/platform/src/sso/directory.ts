import type { SsoProvider } from './provider.ts'

/** Somebody with an account here. */
export interface KnownPerson {
  readonly userId: string
  readonly disabled: boolean
  /** In the organisation of the provider; undefined for who is no member of it. */
  readonly roles: readonly string[] | undefined
}

/** What single sign-on needs of whoever keeps the accounts. */
export interface Directory {
  /** Who has come in as this subject of this provider before. */
  findLinked(link: SsoLink): Promise<KnownPerson | undefined>
  /** Who has this e-mail address, in lower case. */
  findByEmail(email: string): Promise<KnownPerson | undefined>
  /** True when one of these roles lets do everything: the owner's, or one that owners have made. */
  rulesAll(roles: readonly string[]): Promise<boolean>
  link(userId: string, link: SsoLink): Promise<void>
  /** Makes a user without a password, linked, with these roles. Answers the id. */
  create(
    person: { readonly email: string; readonly name: string; readonly roles: readonly string[] },
    link: SsoLink,
  ): Promise<string>
  /** Gives these roles in the place of those that were looked at; when somebody has changed them meanwhile, that stays. */
  setRoles(userId: string, roles: readonly string[], before: readonly string[]): Promise<void>
}

/** A person at a provider. */
export interface SsoLink {
  readonly providerId: string
  /** With the issuer: a provider that is pointed elsewhere knows nobody any more. */
  readonly subject: string
}

/** The link of a subject. */
export function linkOf(provider: SsoProvider, subject: string): SsoLink {
  const issuer = provider.kind === 'oidc' ? provider.issuer : provider.entityId
  return { providerId: `sso:${provider.id}`, subject: `${issuer}#${subject}` }
}
