import { ApiError, errorOf } from './error.ts'

/** How a client reaches its server. */
export interface ClientOptions {
  /** Default: the server the page came from. */
  readonly baseUrl?: string
  /** Sent with every request, such as `authorization` with an API key. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
  /** Called whenever nobody is signed in any more; the request fails all the same. */
  readonly onUnauthenticated?: (error: ApiError) => void
}

/** What one call may be given besides its input. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Sent again with the same key within 24 h, a request is carried out once and answered the same; make one with `crypto.randomUUID()`. */
  readonly idempotencyKey?: string
}

/** Where an operation is: what the generated functions know. */
export interface OperationAddress {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters as `:name`. */
  readonly path: string
}

/** Calls operations of one server. */
export interface Client {
  /**
   * Rejects with an {@link ApiError}: what the server refused, `OFFLINE` when it was not reached or cut off, or
   * `ANSWER_UNREADABLE` for an answer that is no JSON, as a proxy's own page.
   */
  call<Output>(address: OperationAddress, input?: object, options?: CallOptions): Promise<Output>
}

/**
 * Makes a client. The session's cookie goes to the server's own origin only, and every body is JSON, which no foreign
 * form can send: that, and the server's look at `Origin`, is the protection against forged requests.
 */
export function createClient(options: ClientOptions = {}): Client {
  const { baseUrl = '', headers = {}, onUnauthenticated } = options
  return {
    async call<Output>(address: OperationAddress, input: object = {}, given: CallOptions = {}) {
      const { url, body } = place(address, input)
      const request: RequestInit = {
        method: address.method,
        credentials: 'same-origin',
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...headers,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(given.idempotencyKey !== undefined && { 'idempotency-key': given.idempotencyKey }),
        },
        ...(body !== undefined && { body }),
        ...(given.signal !== undefined && { signal: given.signal }),
      }
      const response = await reach(options.fetch ?? globalThis.fetch, `${baseUrl}${url}`, request)
      if (response.ok) return (await answerOf(response, request)) as Output
      const error = await errorOf(response)
      if (error.status === 401) onUnauthenticated?.(error)
      throw error
    },
  }
}

/** The address with its parameters, the rest of the input as query or as body. Throws a TypeError when a parameter is missing. */
function place({ method, path }: OperationAddress, input: object): { readonly url: string; readonly body?: string } {
  const rest = new Map<string, unknown>(Object.entries(input))
  const url = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)
    if (value === undefined || value === null || value === '') throw new TypeError(`${method} ${path} needs ${name}`)
    rest.delete(name)
    return encodeURIComponent(String(value))
  })
  if (method !== 'GET' && method !== 'DELETE') {
    return rest.size === 0 ? { url } : { url, body: JSON.stringify(Object.fromEntries(rest)) }
  }
  const query = new URLSearchParams()
  for (const [name, value] of rest) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) query.append(name, String(one))
  }
  return query.size === 0 ? { url } : { url: `${url}?${query}` }
}

async function reach(fetch: typeof globalThis.fetch, url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (cause) {
    throw offline(request, cause)
  }
}

async function answerOf(response: Response, request: RequestInit): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw offline(request, cause)
  })
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = 'What answered is not the server, or not this version of it.'
    throw new ApiError({ status: response.status, code: 'ANSWER_UNREADABLE', message, cause })
  }
}

/** Who ended the call hears their own reason. */
function offline({ signal }: RequestInit, cause: unknown): unknown {
  if (signal?.aborted === true) return cause
  return new ApiError({ status: 0, code: 'OFFLINE', message: 'The server cannot be reached.', cause })
}
