import type { Clock, Database } from '@regie/engine'
import { isPlatformError, PlatformError } from '../errors.ts'
import { createSeal } from '../security/seal.ts'
import { vetAddress } from '../security/vetted-fetch.ts'
import { lockFor } from '../store/lock.ts'
import { type SsoProvider, ssoProvider } from './provider.ts'
import { deleteProvider, findProvider, listProviders, type StoredProvider, saveProvider } from './store/providers.ts'
import type { SsoTables } from './store/tables.ts'

/** A provider and where it was set up. */
export interface KnownProvider {
  readonly provider: SsoProvider
  /** `configuration`: by whoever runs the server; `administrator`: through the API. */
  readonly source: 'configuration' | 'administrator'
}

/** The identity providers of an installation. */
export interface SsoProviders {
  list(): Promise<readonly KnownProvider[]>
  /** Throws `SSO_PROVIDER_UNKNOWN`. */
  get(id: string): Promise<KnownProvider>
  /**
   * Keeps one; without a secret, the one it has stays. Throws `INPUT_INVALID` for an issuer that no request may go to, `SSO_PROVIDER_INVALID` for one that the configuration sets up, and for one
   * that would send its secret to another issuer.
   */
  save(provider: SsoProvider): Promise<void>
  /** Throws `SSO_PROVIDER_UNKNOWN`, and `SSO_PROVIDER_INVALID` for one that the configuration sets up. */
  remove(id: string): Promise<void>
}

/** Providers of the configuration, and those that administrators have set up. */
export function createSsoProviders(options: {
  readonly database: Database
  readonly clock: Clock
  /** Seals clients' secrets. */
  readonly secret: string
  /** Organisation that the stored ones belong to. */
  readonly org: string
  readonly configured: readonly SsoProvider[]
  /** Hosts that may be asked wherever they are, see the vetted fetch. */
  readonly allowHosts: readonly string[]
}): SsoProviders {
  const { database, clock, org, configured } = options
  const seal = createSeal(options.secret, 'sso')
  const fixed = configured.map((provider): KnownProvider => ({ provider, source: 'configuration' }))
  const open = (row: StoredProvider): KnownProvider => {
    const settings: unknown = JSON.parse(row.settings)
    const clientSecret = row.client_secret === null ? undefined : seal.open(row.client_secret, placeOf(row.id))
    const all = { ...(settings as object), ...(clientSecret !== undefined && { clientSecret }) }
    return { provider: ssoProvider.parse(all), source: 'administrator' }
  }
  const requireOwn = (id: string): void => {
    if (!fixed.some(({ provider }) => provider.id === id)) return
    const message = `${id} is set up in the configuration of the server: change it there.`
    throw new PlatformError('SSO_PROVIDER_INVALID', message, { status: 422 })
  }
  return {
    async list() {
      const taken = new Set(configured.map(({ id }) => id))
      const stored = (await listProviders(database)).filter(({ id }) => !taken.has(id))
      return [...fixed, ...stored.map(open)]
    },
    async get(id) {
      const known = fixed.find(({ provider }) => provider.id === id)
      if (known !== undefined) return known
      const row = await findProvider(database.kysely(), id)
      if (row === undefined) throw unknown(id)
      return open(row)
    },
    async save(provider) {
      requireOwn(provider.id)
      if (provider.kind === 'oidc') requireReachable(provider.issuer, options.allowHosts)
      const { clientSecret, ...settings } = { clientSecret: undefined, ...provider }
      const now = clock.now()
      await database.transaction<void, SsoTables>(async (tx) => {
        await lockFor(database, tx, `identity provider ${provider.id}`)
        const before = await findProvider(tx, provider.id)
        const kept = provider.kind === 'oidc' ? (before?.client_secret ?? null) : null
        // It would be sent to whoever the provider is pointed at now.
        if (
          kept !== null &&
          clientSecret === undefined &&
          before !== undefined &&
          goesElsewhere(open(before), provider)
        )
          throw secretMissing(provider.id)
        await saveProvider(tx, {
          id: provider.id,
          org_id: org,
          settings: JSON.stringify(settings),
          client_secret: clientSecret === undefined ? kept : seal.seal(clientSecret, placeOf(provider.id)),
          created_at: now,
          updated_at: now,
        })
      })
    },
    async remove(id) {
      requireOwn(id)
      if (!(await deleteProvider(database, id))) throw unknown(id)
    },
  }
}

/** Told to who sets it up, at once and by its field, and not to whoever tries to come in by it. */
function requireReachable(issuer: string, allowHosts: readonly string[]): void {
  try {
    vetAddress(issuer, allowHosts)
  } catch (cause) {
    if (!isPlatformError(cause)) throw cause
    const issues = [{ path: 'issuer', code: 'custom', message: cause.message }]
    throw new PlatformError('INPUT_INVALID', cause.message, { status: 400, issues })
  }
}

function placeOf(id: string): string {
  return `platform_sso_provider.client_secret/${id}`
}

function goesElsewhere({ provider: before }: KnownProvider, provider: SsoProvider): boolean {
  return before.kind !== 'oidc' || provider.kind !== 'oidc' || before.issuer !== provider.issuer
}

function secretMissing(id: string): PlatformError {
  const message = `${id} is pointed at another issuer: give the secret that this one knows.`
  return new PlatformError('SSO_PROVIDER_INVALID', message, { status: 422 })
}

function unknown(id: string): PlatformError {
  return new PlatformError('SSO_PROVIDER_UNKNOWN', `There is no identity provider ${id}.`, { status: 404 })
}
