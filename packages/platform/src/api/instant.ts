import { z } from 'zod'

/** An instant as the API writes it: ISO 8601 in UTC. */
export const instant = z.iso.datetime()

/** An instant in any zone, or a date, which begins at midnight UTC, as a client may give it; read as milliseconds UTC. */
export const givenMoment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: ({ input }) =>
      input === undefined ? undefined : 'Must be a date or an instant, such as 2026-11-01 or 2026-11-01T09:30:00Z.',
  })
  .transform((text) => Date.parse(text))

/** The end that somebody chooses for something. The reference is tried as it stands: its example must not pass one day. */
export const chosenEnd = z.iso
  .datetime({ offset: true })
  .meta({ examples: ['2099-12-31T18:00:00.000Z'] })
  .transform(Date.parse)

/** Milliseconds UTC as the API writes them. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The same of a column that may be null. */
export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms)
}

/** The same for what may be absent; absent stays absent. */
export function isoOrNone<Name extends string>(
  name: Name,
  ms: number | undefined,
): { readonly [key in Name]?: string } {
  return ms === undefined ? {} : ({ [name]: isoOf(ms) } as { readonly [key in Name]?: string })
}
