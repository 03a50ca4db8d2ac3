import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Logger } from '@regie/engine'
import type { z } from 'zod'
import type { Method } from '../app/route.ts'
import type { AuditInput, AuditObject } from '../audit/entry.ts'
import type { PendingFactor } from '../auth/identity.ts'
import type { Access } from '../auth/permissions.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { NamedLimit } from '../rate/gate.ts'
import type { RateLimit } from '../rate/gcra.ts'

/** What a handler knows of the request besides its input. */
export interface Call {
  readonly requestId: string
  /** The client's, with trusted proxies looked through. */
  readonly address: string
  readonly log: Logger
  /** Who asks. Throws `UNAUTHENTICATED` on a public endpoint. */
  principal(): Principal
  /** Answers with another status than the endpoint's. */
  status(code: number): void
  /** The value of a header the client sent. */
  sent(name: string): string | undefined
  /** The body as it came, of an endpoint that takes any; elsewhere empty. */
  readonly raw: Uint8Array
  /** Adds a header to the answer. */
  header(name: string, value: string | readonly string[]): void
  /** Where what was accepted or made can be looked at, as the header Location. Without it, an answer with a `runId` names that run. */
  location(url: string): void
}

/** What an endpoint may allow or refuse otherwise than all others. */
export interface EndpointLimits {
  /** How often one client may use it, instead of the limit that is configured for all; a public address names a configured one. */
  readonly rate?: RateLimit | NamedLimit
  /** Longest body, in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** True when it answers a secret: then the answer is not kept for a repetition, which is told that it is lost. Default false. */
  readonly confidential?: boolean
}

/** That an address will go, and what takes its place. */
export interface Deprecation {
  /** Since when, as `YYYY-MM-DD`. */
  readonly since: string
  /** From when on nobody may count on it, as `YYYY-MM-DD`: announced only, it answers until it is removed. */
  readonly sunset?: string
  /** The address that takes its place, such as `/api/v2/quotes/quotes`. */
  readonly successor?: string
}

/** How the audit log names a change. */
export interface EndpointAudit {
  /** The handler makes the entries itself, in its own transactions, because a call is a part of something or ends it. Default false. */
  readonly own?: boolean
  /** Stable, such as `runs.retry`. Default: from the method and the address. */
  readonly action?: string
  /** What it is about, from what the client sent. Default: the last parameter of the address. */
  readonly object?: (input: Readonly<Record<string, unknown>>) => AuditObject | undefined
  /** What was asked for, from what the client sent: without what no erasure would find; nobody asks at some public addresses. Default: everything but secrets. */
  readonly after?: (input: Readonly<Record<string, unknown>>, principal: Principal | undefined) => unknown
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
  /** Whoever lacks the permission is let in all the same: the handler deals with nothing but what is theirs. Default false. */
  readonly orOwn?: boolean
  /** What a session may still have to do with its second factor. Default: nothing. */
  readonly beforeFactor?: readonly PendingFactor[]
  /** Of one for whoever is signed in: whoever looks through their eyes may do it too. Default false, unless it is a GET. */
  readonly whileLooking?: boolean
  /** Parameters of the path, and those of the query or the body: see {@link takesBody}. */
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly status: number
  /** Other statuses a success may have, for the reference. */
  readonly statuses?: readonly number[]
  readonly deprecated?: Deprecation
  /** The last version of the API it is in, such as `v1`. Default: all from that of `url` on, until one has its own at the same address. */
  readonly until?: string
  /** The address in its own version, where it is mounted at another one: limits, the audit log and service levels go by it. */
  readonly known?: string
  /** Its body is taken as it comes, and stands in no field of the input. Default false: JSON. */
  readonly takesRaw?: boolean
  /** It answers a file. Default false: JSON. */
  readonly givesFile?: boolean
  /** For whom changes at a public address are audited. Default: not at all, whoever serves it makes the entries. */
  readonly nobody?: Pick<AuditInput, 'org' | 'actor'>
  /** The app it belongs to. Absent: the platform. */
  readonly app?: string
  /** How the audit log names a change made here. Default: see audit/action.ts. */
  readonly audit?: EndpointAudit
  /** Is given what `input` made of what the client sent. */
  handle(input: unknown, call: Call): Promise<unknown>
}

/** An address that is served in its own way and stands in the reference all the same. What it takes and gives is checked where it is served. */
export interface DescribedAddress
  extends Pick<Endpoint, 'method' | 'url' | 'summary' | 'access' | 'rate' | 'input' | 'output' | 'status'> {
  /** The type of its body. Default `application/json`. */
  readonly takes?: string
  /** The type of its answer. Default `application/json`. */
  readonly gives?: string
  /** Statuses it refuses with besides those of any address of its kind. */
  readonly refusals?: readonly number[]
}

/** An endpoint as its author writes it. */
export interface EndpointDefinition<Input extends z.ZodType, Output extends z.ZodType> extends EndpointLimits {
  readonly method: Method
  readonly url: string
  /** One line for the reference. */
  readonly summary: string
  /** Who may use it. */
  readonly access: Access
  /** Whoever lacks the permission is let in all the same: the handler deals with nothing but what is theirs. Default false. */
  readonly orOwn?: boolean
  /** What a session may still have to do with its second factor. Default: nothing. */
  readonly beforeFactor?: readonly PendingFactor[]
  /** Of one for whoever is signed in: whoever looks through their eyes may do it too. Default false, unless it is a GET. */
  readonly whileLooking?: boolean
  readonly input: Input
  readonly output: Output
  /** Default 200. */
  readonly status?: number
  /** Other statuses a success may have, for the reference. */
  readonly statuses?: readonly number[]
  readonly deprecated?: Deprecation
  /** How the audit log names a change made here. Default: see audit/action.ts. */
  readonly audit?: EndpointAudit
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

/** Whether the fields of a method stand in the body; those of the others stand in the query. */
export function takesBody(method: Method): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** Whether an answer of this status has no body: nothing to tell, or the browser goes on elsewhere. */
export function isBodiless(status: number): boolean {
  return status === 204 || (status >= 300 && status < 400)
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
  readonly body: string | Buffer
  /** In the place of the body, for what may be long. */
  readonly stream?: Readable
  readonly headers?: Readonly<Record<string, string>>
}

/** What a page may look at. */
export interface DocumentRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly language: string
  readonly headers: IncomingHttpHeaders
  /** The address of the client, with trusted proxies looked through. */
  readonly address: string
  /** Who asks; undefined at a public address. */
  readonly principal: Principal | undefined
  readonly requestId?: string
}

/** One address that answers a document to GET. */
export interface DocumentRoute {
  readonly url: string
  /** Who may look at it. */
  readonly access: Access
  /** How often one client may ask for it. Default: what is configured for all, and at a public address any number. */
  readonly rate?: NamedLimit
  /** Whoever is not signed in is sent to the page where one does. Default false: that is refused. */
  readonly asksToSignIn?: boolean
  handle(request: DocumentRequest): Promise<Document> | Document
}
