import type { AnySignal } from '../workflow/signal.ts'

/** A function that scripts of graphs may call: pure, so that the same input gives the same answer. */
export type GraphFunction = (input: unknown) => unknown

/** A message that a `notify` node sends. */
export interface Notification {
  readonly channel: string
  readonly to: readonly string[]
  readonly subject?: string
  readonly message: string
  /** Equal for the same message when it is sent again: pass it on to services that take an idempotency key. */
  readonly key: string
  readonly org: string
  readonly run: number
  readonly signal: AbortSignal
}

/** What an `http` node asks for. */
export interface HttpRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  readonly redirect: 'manual'
}

/** What the engine looks at of an answer; a `Response` of the web has it. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Iterable<readonly [string, string]>
  /** Of bytes. */
  readonly body: AsyncIterable<Uint8Array> | null
}

/** What graphs reach outside of the engine. */
export interface GraphOptions {
  /** By name. Default: none. */
  readonly functions?: Readonly<Record<string, GraphFunction>>
  /** Sends the message of a `notify` node; what it throws is tried again. Graphs with such a node are refused without it. */
  readonly notify?: (notification: Notification) => Promise<void> | void
  /**
   * Carries the requests of `http` nodes; the web's `fetch` fits. Default: one that connects to public addresses only, asks
   * the name server once for each connection, and follows no redirect.
   */
  readonly fetch?: (url: string, request: HttpRequest) => Promise<HttpResponse>
  /** Hosts (`name` or `name:port`) that the default `fetch` may reach at a private or loopback address. Default: none. */
  readonly allowHosts?: readonly string[]
  /** Looks up `{{ secret.NAME }}` of an `http` node at each attempt; never stored. Default: there are none. */
  readonly secret?: (name: string, context: { readonly org: string }) => Promise<string> | string
  /** Signals that graphs may wait for, beside those that workflows list. */
  readonly signals?: readonly AnySignal[]
}
