import type { Endpoint } from './endpoint.ts'

const VERSIONED = /^\/api\/v(\d+)\//

/**
 * The endpoints under every version that one of them names. An endpoint is in its own version, by default the first, and in all
 * later ones until its last, or until one of them has its own at the same address. Nothing is copied but the address.
 */
export function mountVersions(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const versions = [...new Set(endpoints.flatMap((endpoint) => versionOf(endpoint) ?? []))].toSorted((a, b) => a - b)
  const rivals = Map.groupBy(endpoints, addressOf)
  return endpoints.flatMap((endpoint) => {
    const own = versionOf(endpoint)
    if (own === undefined) return [endpoint]
    const nextOwn = Math.min(...(rivals.get(addressOf(endpoint)) ?? []).map((rival) => laterOf(rival, own)))
    const last = endpoint.until === undefined ? Number.POSITIVE_INFINITY : numberOf(endpoint.until)
    return versions
      .filter((version) => version >= own && version <= last && version < nextOwn)
      .map((version) => (version === own ? endpoint : mountedAt(endpoint, `/api/v${version}/`)))
  })
}

/** The same endpoints of apps at `/api/<app>/…` too, which is v1: for clients that were written before there were versions. */
export function mountUnversioned(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.flatMap((endpoint) =>
    endpoint.app !== undefined && versionOf(endpoint) === 1 ? [mountedAt(endpoint, '/api/')] : [],
  )
}

function mountedAt(endpoint: Endpoint, base: string): Endpoint {
  return { ...endpoint, url: endpoint.url.replace(VERSIONED, base), known: endpoint.url }
}

function versionOf({ url }: Pick<Endpoint, 'url'>): number | undefined {
  const [, number] = VERSIONED.exec(url) ?? []
  return number === undefined ? undefined : Number(number)
}

function numberOf(version: string): number {
  return Number(version.slice(1))
}

/** The version of an endpoint when it is later than another one, and otherwise none that ever comes. */
function laterOf(endpoint: Endpoint, than: number): number {
  const version = versionOf(endpoint) ?? 0
  return version > than ? version : Number.POSITIVE_INFINITY
}

/** In whatever version. */
function addressOf({ method, url }: Pick<Endpoint, 'method' | 'url'>): string {
  return `${method} ${url.replace(VERSIONED, '/api/')}`
}
