import type { Logger } from '@regie/engine'
import type { z } from 'zod'
import type { Method } from '../app/route.ts'

/** What a handler knows of the request besides its input. */
export interface Call {
  readonly requestId: string
  readonly log: Logger
  /** Answers with another status than the endpoint's. */
  status(code: number): void
}

/** One address that takes and gives JSON. */
export interface Endpoint {
  readonly method: Method
  /** With parameters as `:name`; also the label of its metrics. */
  readonly url: string
  /** Parameters, query and body together. */
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly status: number
  /** Is given what the client sent, once `input` has accepted it. */
  handle(input: unknown, call: Call): Promise<unknown>
}

/** An endpoint as its author writes it. */
export interface EndpointDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  readonly method: Method
  readonly url: string
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
    handle: (input, call) => definition.handle(definition.input.parse(input), call),
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
}

/** One address that answers a document to GET. */
export interface DocumentRoute {
  readonly url: string
  handle(request: DocumentRequest): Promise<Document> | Document
}
