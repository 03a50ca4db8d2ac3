import type { Endpoint } from './endpoint.ts'

const VERSIONED = /^\/api\/(v\d+)\//

/**
 * The endpoints under every version that one of them names: those without a version of their own are mounted in each, unless
 * that version has its own at the same address. Nothing is copied but the address.
 */
export function mountVersions(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const versions = [...new Set(endpoints.flatMap(({ url }) => VERSIONED.exec(url)?.[1] ?? []))]
  const own = new Set(endpoints.filter(({ version }) => version !== undefined).map(addressOf))
  return endpoints.flatMap((endpoint) => {
    if (endpoint.version !== undefined || !VERSIONED.test(endpoint.url)) return [endpoint]
    return versions
      .map((version) => ({ ...endpoint, url: endpoint.url.replace(VERSIONED, `/api/${version}/`) }))
      .filter((mounted) => !own.has(addressOf(mounted)))
  })
}

/** The same endpoints of apps at `/api/<app>/…` too, which is v1: for clients that were written before there were versions. */
export function mountUnversioned(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.flatMap((endpoint) => {
    const isFirst = endpoint.app !== undefined && endpoint.url.startsWith('/api/v1/')
    return isFirst ? [{ ...endpoint, url: endpoint.url.replace('/api/v1/', '/api/') }] : []
  })
}

function addressOf({ method, url }: Pick<Endpoint, 'method' | 'url'>): string {
  return `${method} ${url}`
}
