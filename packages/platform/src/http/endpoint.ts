import type { Logger } from '@regie/engine'
import type { z } from 'zod'
import type { Method } from '../app/route.ts'
import type { Access } from '../auth/permissions.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { RateLimit } from '../rate/gcra.ts'

/** What a handler knows of the request besides its input. */
export interface Call {
  readonly requestId: string
  readonly log: Logger
  /** Who asks. Throws `UNAUTHENTICATED` on a public endpoint. */
  principal(): Principal
  /** Answers with another status than the endpoint's. */
  status(code: number): void
  /**
   * To be awaited within the transaction that makes the change of a request with an `Idempotency-Key`, so that both
   * commit together: should the answer be lost in a crash, a repetition is refused instead of changing things twice.
   */
  committing?(tx: unknown): Promise<void>
}

/** What an endpoint may allow or refuse otherwise than all others. */
export interface EndpointLimits {
  /** How often one client may use it, instead of the limit that is configured for all. */
  readonly rate?: RateLimit
  /** Longest body, in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
}

/** One address that takes and gives JSON. */
export interface Endpoint extends EndpointLimits {
  readonly method: Method
  /** With parameters as `:name`; also the label of its metrics. */
  readonly url: string
  /** One line for the reference. */
  readonly summary: string
  /** Who may use it. */
  readonly access: Access
  /** Parameters, query and body together. */
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly status: number
  /** Is given what `input` made of what the client sent. */
  handle(input: unknown, call: Call): Promise<unknown>
}

/** An endpoint as its author writes it. */
export interface EndpointDefinition<Input extends z.ZodType, Output extends z.ZodType> extends EndpointLimits {
  readonly method: Method
  readonly url: string
  /** One line for the reference. */
  readonly summary: string
  /** Who may use it. */
  readonly access: Access
  readonly input: Input
  readonly output: Output
  /** Default 200. */
  readonly status?: number
  handle(input: z.output<Input>, call: Call): Promise<z.input<Output>>
}

/** Declares an endpoint. */
export function endpoint<Input extends z.ZodType, Output extends z.ZodType>(
  definition: EndpointDefinition<Input, Output>,
): Endpoint {
  return {
    ...definition,
    status: definition.status ?? 200,
    // The server hands over what it has parsed with this very schema.
    handle: (input, call) => definition.handle(input as z.output<Input>, call),
  }
}

/** The call of somebody, or at a public address of nobody. */
export function callOf(call: Omit<Call, 'principal'>, principal: Principal | undefined): Call {
  return {
    ...call,
    principal: () => {
      if (principal !== undefined) return principal
      throw new PlatformError('UNAUTHENTICATED', 'Nobody is signed in.', { status: 401 })
    },
  }
}

/** What an address that is no API answers: a page, a stylesheet, a text for machines. */
export interface Document {
  readonly status?: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a page may look at. */
export interface DocumentRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly language: string
  /** Who asks; undefined at a public address. */
  readonly principal: Principal | undefined
}

/** One address that answers a document to GET. */
export interface DocumentRoute {
  readonly url: string
  /** Who may look at it. */
  readonly access: Access
  handle(request: DocumentRequest): Promise<Document> | Document
}
