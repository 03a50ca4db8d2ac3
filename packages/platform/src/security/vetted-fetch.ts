import { isIP } from 'node:net'
import { fetchPublic, type HttpResponse, isEngineError, isPublicAddress, type Network } from '@regie/engine'
import { PlatformError } from '../errors.ts'

/** One outgoing request. */
export interface VettedRequest {
  /** Default `GET`. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Longest wait for the whole answer. Default 10,000 ms. */
  readonly timeoutMs?: number
  /** Longest answer. Default 1 MiB. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

/** What came back; a redirect comes back as what it is. */
export interface VettedAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Carries a request to an address that somebody typed. */
export type VettedFetch = (url: string, request?: VettedRequest) => Promise<VettedAnswer>

const TIMEOUT_MS = 10_000
const MAX_BYTES = 1_048_576

/**
 * Makes the one function through which every request to an address from outside goes. It speaks http and https to public
 * addresses only, looks at the address that the connection is made to (a name that answers differently the second time
 * changes nothing), follows no redirect, and ends what is too slow or too long. `allowHosts` (`name` or `name:port`) may be
 * anywhere, also on this machine. Throws `OUTGOING_REFUSED` for what it does not carry, `OUTGOING_FAILED` for what did not answer.
 */
export function createVettedFetch(allowHosts: readonly string[], network: Network = {}): VettedFetch {
  return async (url, request = {}) => {
    const address = checkedAddress(url)
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)
    const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal])
    try {
      const answer = await fetchPublic(address.href, outgoing(request, signal), allowHosts, network)
      return { ...headOf(answer), body: await bodyOf(answer, request.maxBytes ?? MAX_BYTES) }
    } catch (cause) {
      throw failureOf(address, cause, signal)
    }
  }
}

/**
 * Throws `OUTGOING_REFUSED` for an address that the vetted fetch would never carry a request to, as far as that can be told without
 * asking anybody: what a name stands for is looked at when the connection is made.
 */
export function vetAddress(url: string, allowHosts: readonly string[]): void {
  const address = checkedAddress(url)
  const { hostname, host } = address
  if (allowHosts.includes(hostname) || allowHosts.includes(host)) return
  const plain = hostname.replace(/^\[|\]$/g, '')
  if (/(^|\.)localhost\.?$/.test(plain) || (isIP(plain) !== 0 && !isPublicAddress(plain))) throw notPublic(address)
}

/** The address, if it is one that may be asked for. `http://2130706433/` and the like are 127.0.0.1 once parsed. */
function checkedAddress(url: string): URL {
  if (!URL.canParse(url)) throw refused('the address cannot be read: write it as https://host/path')
  const address = new URL(url)
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    throw refused(`${address.protocol} is neither http: nor https:`)
  if (address.username !== '' || address.password !== '')
    throw refused(`the address of ${address.host} holds a name or password: send it as a header`)
  return address
}

function outgoing({ method = 'GET', headers = {}, body }: VettedRequest, signal: AbortSignal) {
  // What is compressed could be a thousand times longer than its bytes.
  const sent = { 'accept-encoding': 'identity', ...headers }
  return { method, headers: sent, signal, redirect: 'manual' as const, ...(body !== undefined && { body }) }
}

function headOf({ status, headers }: HttpResponse): Omit<VettedAnswer, 'body'> {
  return { status, headers: Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])) }
}

async function bodyOf({ body }: HttpResponse, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw refused(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function failureOf(address: URL, cause: unknown, signal: AbortSignal): PlatformError {
  const { host } = address
  if (cause instanceof PlatformError) return cause
  if (isEngineError(cause)) return notPublic(address)
  // Cut off within a body, the connection's own error says that it was reset.
  const reason = signal.aborted ? 'did not answer in time' : `cannot be reached (${codeOf(cause)})`
  return new PlatformError('OUTGOING_FAILED', `${host} ${reason}`, { cause, status: 422 })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no connection'
}

function notPublic({ host }: URL): PlatformError {
  return refused(`${host} is no public address: an operator may name it in REGIE_OUTGOING_ALLOW_HOSTS`)
}

function refused(message: string): PlatformError {
  return new PlatformError('OUTGOING_REFUSED', message, { status: 422 })
}
