import type { z } from 'zod'
import type { Deprecation, EndpointLimits } from '../http/endpoint.ts'
import type { Context } from './context.ts'
import type { Scope } from './scope.ts'

/** The methods a route may answer. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A route as its author writes it. */
export interface RouteDefinition<S extends Scope, Input extends z.ZodType, Output extends z.ZodType>
  extends EndpointLimits {
  readonly method: Method
  /** Below `/api/v1/<app>`; parameters as `:name`. */
  readonly path: string
  /** One line for the reference. */
  readonly summary: string
  readonly permission: S['permission']
  /** Path parameters together with the query (`GET`, `DELETE`) or the body; a name may stand in one of them only. Unknown fields are refused. */
  readonly input: Input
  /** Undeclared fields of the answer are stripped. */
  readonly output: Output
  /** Status of a success. Default 200; 201 for creations, 202 for accepted work. */
  readonly status?: 200 | 201 | 202 | 204
  /** Announces its end in every answer. */
  readonly deprecated?: Deprecation
  /** The version of the API it is in from, such as `v2`, until a later one has its own at the same path. Default `v1`. */
  readonly version?: `v${number}`
  /** The last version it is in. Default: all from its own on. */
  readonly until?: `v${number}`
  handle(ctx: Context<S>, input: z.output<Input>): Promise<z.input<Output>>
}

/** Any route of one app. */
export interface AnyRoute<S extends Scope = Scope> extends EndpointLimits {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: S['permission']
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly status: 200 | 201 | 202 | 204
  readonly deprecated?: Deprecation
  readonly version?: `v${number}`
  readonly until?: `v${number}`
  handle(ctx: Context<S>, input: unknown): Promise<unknown>
}
