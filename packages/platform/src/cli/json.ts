const INSTANT = /^at$|At$|^slots?$|Slot$/
// Inputs and results are the jobs' own, as fields are the log lines', data is the events' and before and after are the audited objects': a field of theirs that ends in At may be anything.
const FOREIGN = new Set(['input', 'result', 'published', 'data', 'meta', 'fields', 'before', 'after'])

/** One JSON document and a line break; instants, known by the name of their field, in ISO 8601 as in the HTTP API. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(withInstants(value, ''), undefined, 2)}\n`
}

function withInstants(value: unknown, field: string): unknown {
  if (typeof value === 'number') return INSTANT.test(field) ? new Date(value).toISOString() : value
  if (Array.isArray(value)) return value.map((item) => withInstants(item, field))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, FOREIGN.has(name) ? inner : withInstants(inner, name)]),
  )
}
