import type { IncomingHttpHeaders } from 'node:http'

/** True for programs, which send no Origin, for pages of this server, and for those of the listed origins. A browser opens WebSockets to any site without asking. */
export function isAllowedOrigin({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined) return true
  if (allowed.includes(origin)) return true
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host && origin !== 'null'
}
