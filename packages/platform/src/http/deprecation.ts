import type { Deprecation } from './endpoint.ts'

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the link to the successor; nothing for what stays. */
export function deprecationHeaders(deprecated: Deprecation | undefined): Readonly<Record<string, string>> {
  if (deprecated === undefined) return {}
  const { since, sunset, successor } = deprecated
  return {
    deprecation: `@${instantOf(since) / 1_000}`,
    ...(sunset !== undefined && { sunset: new Date(instantOf(sunset)).toUTCString() }),
    ...(successor !== undefined && { link: `<${successor}>; rel="successor-version"` }),
  }
}

/** The beginning of a day in UTC, in milliseconds. Throws a RangeError for what is no date. */
function instantOf(date: string): number {
  return Date.parse(new Date(`${date}T00:00:00Z`).toISOString())
}
