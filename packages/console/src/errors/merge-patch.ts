/** A change of JSON as RFC 7396 writes it: what is named replaces what was there, null removes it, the rest stays. */
export function merged(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const entries = new Map(Object.entries(isObject(value) ? value : {}))
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) entries.delete(name)
    else entries.set(name, merged(entries.get(name), change))
  }
  return Object.fromEntries(entries)
}

/** The change that makes one value of another, lists as a whole. That a field is to hold null cannot be said so: there it is removed. */
export function changeOf(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return after
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...names]
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, name in after ? changeOf(before[name], after[name]) : null]),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
