import { z } from 'zod'

/** An instant as the API writes it: ISO 8601 in UTC. */
export const instant = z.iso.datetime()

/** Milliseconds UTC as the API writes them. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The same for what may be absent; absent stays absent. */
export function isoOrNone<Name extends string>(
  name: Name,
  ms: number | undefined,
): { readonly [key in Name]?: string } {
  return ms === undefined ? {} : ({ [name]: isoOf(ms) } as { readonly [key in Name]?: string })
}
