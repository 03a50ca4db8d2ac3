import { lineOf } from '../validate/line.ts'
import { type Directory, type KnownPerson, linkOf } from './directory.ts'
import type { Profile, SsoProvider } from './provider.ts'
import type { KnownProvider } from './providers.ts'
import { ssoRefused } from './refusal.ts'

/**
 * The user that a profile is: the one it came in as before, the one with its e-mail address when the provider is trusted to have
 * checked it, or a new one. Throws `SSO_REFUSED`.
 */
export async function userOf(
  directory: Directory,
  { provider, source }: KnownProvider,
  profile: Profile,
): Promise<string> {
  const link = linkOf(provider, profile.subject)
  const linked = await directory.findLinked(link)
  if (linked !== undefined) return admitted(directory, { provider, source }, profile, linked)
  const email = trustedEmail(provider, profile)
  const known = await directory.findByEmail(email)
  if (known !== undefined) {
    const userId = await admitted(directory, { provider, source }, profile, known)
    await directory.link(userId, link)
    return userId
  }
  if (!provider.createUsers) throw ssoRefused('You are not known here: ask an administrator for an invitation.')
  const roles = mappedRoles(provider, profile)
  if (roles.length === 0) throw ssoRefused(`${provider.title} gives you no role here: ask an administrator.`)
  return directory.create({ email, name: lineOf(profile.name ?? '', 120) || email, roles }, link)
}

async function admitted(
  directory: Directory,
  { provider, source }: KnownProvider,
  profile: Profile,
  { userId, disabled, roles }: KnownPerson,
): Promise<string> {
  if (disabled) throw ssoRefused('This account is switched off: ask an administrator.')
  // An administrator who sets up a provider must not become the owner by it, nor who may do as much.
  if (source === 'administrator' && roles !== undefined && (await directory.rulesAll(roles)))
    throw ssoRefused('Owners come in by their password or passkey, or by a provider of the configuration.')
  if (roles === undefined) throw ssoRefused('You are no member of this organisation: ask an administrator.')
  if (Object.keys(provider.rolesOfGroups).length === 0) return userId
  const mapped = [...(roles.includes('owner') ? ['owner'] : []), ...mappedRoles(provider, profile)]
  if (mapped.length === 0) throw ssoRefused(`${provider.title} gives you no role here any more: ask an administrator.`)
  const isSame = mapped.length === roles.length && mapped.every((role) => roles.includes(role))
  if (!isSame) await directory.setRoles(userId, mapped, roles)
  return userId
}

/** The roles a provider gives; `owner` is none of them, whatever it is told. */
function mappedRoles({ roles, rolesOfGroups }: SsoProvider, { groups }: Profile): readonly string[] {
  const ofGroups = groups.flatMap((group) => (Object.hasOwn(rolesOfGroups, group) ? (rolesOfGroups[group] ?? []) : []))
  return [...new Set([...roles, ...ofGroups])].filter((role) => role !== 'owner')
}

function trustedEmail({ title, trustEmail, domains }: SsoProvider, { email, emailVerified }: Profile): string {
  const address = email?.trim().toLowerCase() ?? ''
  if (!/^[^\s@]{1,64}@[^\s@]+$/.test(address)) throw ssoRefused(`${title} names no e-mail address of yours.`)
  if (!trustEmail) throw ssoRefused(`Addresses of ${title} are not trusted here: ask an administrator to link you.`)
  if (!emailVerified) throw ssoRefused(`${title} has not checked your e-mail address: confirm it there first.`)
  const domain = address.slice(address.indexOf('@') + 1)
  if (domains.length > 0 && !domains.includes(domain)) throw ssoRefused(`Addresses of ${domain} do not come in here.`)
  return address
}
