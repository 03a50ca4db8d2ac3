import type { z } from 'zod'
import type { Deprecation, EndpointLimits } from '../http/endpoint.ts'
import type { Context } from './context.ts'
import type { Scope } from './scope.ts'

/** The methods a route may answer. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may use a route: whoever holds one of the app's permissions, or anybody. */
export type RouteAccess<S extends Scope> = S['permission'] | 'public'

/** What a handler may look at of the request besides its input. */
export interface RouteRequest {
  /** The value of a header the client sent. */
  header(name: string): string | undefined
  /** The bytes of the body, of a route with `body: 'raw'`; elsewhere none. */
  readonly body: Uint8Array
}

/** A route as its author writes it. */
export interface RouteDefinition<S extends Scope, Input extends z.ZodType, Output extends z.ZodType>
  extends EndpointLimits {
  readonly method: Method
  /** Below `/api/v1/<app>`; parameters as `:name`. */
  readonly path: string
  /** One line for the reference. */
  readonly summary: string
  /**
   * `public`: anybody, without signing in. Whoever sends a session all the same acts as nobody; requests are counted by address
   * (`rate` absent: as all others), the context is that of the installation's own organisation, and changes are audited as anonymous.
   */
  readonly permission: RouteAccess<S>
  /** `raw`: any type of body up to `bodyLimit`, as `request.body`; then `input` is the path and the query. Default: JSON, in `input`. */
  readonly body?: 'raw'
  /** Path parameters together with the query (`GET`, `DELETE`) or the body; a name may stand in one of them only. Unknown fields are refused. */
  readonly input: Input
  /** Undeclared fields of the answer are stripped. `fileAnswer`: a file, of a `GET`. */
  readonly output: Output
  /** Status of a success. Default 200; 201 for creations, 202 for accepted work. */
  readonly status?: 200 | 201 | 202 | 204
  /** Announces its end in every answer. */
  readonly deprecated?: Deprecation
  /** The version of the API it is in from, such as `v2`, until a later one has its own at the same path. Default `v1`. */
  readonly version?: `v${number}`
  /** The last version it is in. Default: all from its own on. */
  readonly until?: `v${number}`
  handle(ctx: Context<S>, input: z.output<Input>, request: RouteRequest): Promise<z.input<Output>>
}

/** Any route of one app. */
export interface AnyRoute<S extends Scope = Scope> extends EndpointLimits {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: RouteAccess<S>
  readonly body?: 'raw'
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly status: 200 | 201 | 202 | 204
  readonly deprecated?: Deprecation
  readonly version?: `v${number}`
  readonly until?: `v${number}`
  /** Without a request, as tests call it: one that sent no headers and no body. */
  handle(ctx: Context<S>, input: unknown, request?: RouteRequest): Promise<unknown>
}
