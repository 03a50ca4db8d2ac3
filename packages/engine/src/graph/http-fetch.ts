import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { EngineError } from '../errors.ts'
import { isPublicAddress } from './http-guard.ts'
import type { HttpRequest, HttpResponse } from './options.ts'

/** What stands between a name and its connection. */
export interface Network {
  /** Default: the operating system's. Asked for all addresses of a name, once for each connection. */
  readonly lookup?: LookupAll
  /** Default: {@link isPublicAddress}. */
  readonly isOpen?: (address: string) => boolean
}

type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/**
 * Carries one request to a public address. The address is looked at where the connection is made, so that a name that
 * answers differently the second time changes nothing. Follows no redirect. Throws `HTTP_REFUSED`.
 */
export async function fetchPublic(
  url: string,
  given: HttpRequest,
  allowHosts: readonly string[],
  network: Network = {},
): Promise<HttpResponse> {
  const isOpen = network.isOpen ?? isPublicAddress
  const address = new URL(url)
  const open = allowHosts.includes(address.hostname) || allowHosts.includes(address.host)
  const host = address.hostname.replace(/^\[|\]$/g, '')
  // An address in numbers is not looked up.
  if (!open && isIP(host) !== 0 && !isOpen(host)) throw refused(host)
  const send = address.protocol === 'https:' ? requestHttps : requestHttp
  const { method, headers, body, signal } = given
  // No connection is kept: one that was opened for an allowed host must not serve another.
  const options = { method, headers, signal, agent: false, ...lookupOf(open, isOpen, network.lookup) }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(address, options, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: answer }
}

function lookupOf(
  open: boolean,
  isOpen: (address: string) => boolean,
  lookupAll: LookupAll = lookUp,
): { readonly lookup?: LookupFunction } {
  if (open) return {}
  const lookup: LookupFunction = (hostname, options, callback) => {
    lookupAll(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const closed = found.find(({ address }) => !isOpen(address))
      if (closed !== undefined) return callback(refused(`${hostname} (${closed.address})`), [])
      const [first] = found
      return options.all === true ? callback(null, found) : callback(null, first?.address ?? '', first?.family)
    })
  }
  return { lookup }
}

function headersOf({ headersDistinct }: IncomingMessage): readonly (readonly [string, string])[] {
  return Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')] as const)
}

function refused(host: string): EngineError {
  return new EngineError(
    'HTTP_REFUSED',
    `${host} is no public address: name the host in \`graph.allowHosts\` if graphs may reach it`,
  )
}
