const INSTANT = /(^a|A)t$|^slots?$|Slot$/

/** One JSON document and a line break; instants, by the name of their field, in ISO 8601 as in the HTTP API. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, withInstants, 2)}\n`
}

/** What people wrote themselves is left as it is. */
const FOREIGN = new Set(['input', 'result'])

function withInstants(this: unknown, key: string, value: unknown): unknown {
  if (FOREIGN.has(key)) return new Foreign(value)
  if (INSTANT.test(key) && typeof value === 'number') return new Date(value).toISOString()
  return value
}
