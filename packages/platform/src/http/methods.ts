/** Which methods an address has, to tell 405 from 404. */
export interface KnownMethods {
  add(method: string, url: string): void
  /** Methods of the address, sorted; empty when there is none such. */
  of(path: string): readonly string[]
}

/** Learns addresses with `:name` parameters. */
export function knownMethods(): KnownMethods {
  const methods = new Map<string, { readonly pattern: RegExp; readonly names: Set<string> }>()
  return {
    add(method, url) {
      const known = methods.get(url) ?? { pattern: patternOf(url), names: new Set<string>() }
      known.names.add(method)
      if (method === 'GET') known.names.add('HEAD')
      methods.set(url, known)
    },
    of(path) {
      const all = [...methods.values()].flatMap(({ pattern, names }) => (pattern.test(path) ? [...names] : []))
      // Of `/runs/count` and `/runs/:id` both answer to GET.
      return [...new Set(all)].toSorted()
    },
  }
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${parts.join('/')}$`)
}
