import type { OpenApiDocument, OpenApiOperation } from '@regie/platform'
import type { Asking } from '../product.ts'
import type { Things } from './tenants.ts'

/** One address of the product, as its reference describes it. */
export interface Address {
  /** `POST /api/v1/runs/:id/retry` */
  readonly name: string
  readonly method: string
  /** With parameters as `{name}`. */
  readonly path: string
  /** `public`, `signed-in` or the permission. */
  readonly permission: string
  /** Whoever lacks the permission is answered about what is their own. */
  readonly orOwn: boolean
  readonly parameters: readonly string[]
  /** What its parameters name, such as `quotes/quotes/:quoteId`. */
  readonly things: readonly string[]
  readonly operation: OpenApiOperation
  /** The type of its body. */
  readonly takes: string
}

/** A request without its method. */
export interface ExampleRequest {
  readonly path: string
  readonly json?: unknown
}

/** Every operation of a document. */
export function addressesOf(document: OpenApiDocument): readonly Address[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const parameters = (operation.parameters ?? [])
        .filter(({ in: place }) => place === 'path')
        .map(({ name }) => name)
      return {
        name: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        method: method.toUpperCase(),
        path,
        permission: operation['x-permission'] ?? (operation.security.length === 0 ? 'public' : 'signed-in'),
        orOwn: operation['x-or-own'] === true,
        parameters,
        things: parameters.map((parameter) => `${featureOf(path, parameter)}/:${parameter}`),
        operation,
        takes: Object.keys(operation.requestBody?.content ?? {})[0] ?? 'application/json',
      }
    }),
  )
}

/** The request of the reference's examples, about these things. Throws when there is none of a kind: `makeThings` must make one. */
export function exampleRequest(address: Address, things: Things): ExampleRequest {
  const path = address.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const kind = `${featureOf(address.path, name)}/:${name}`
    const id = things[kind]
    if (id === undefined || id === '') throw new Error(`${address.name}: makeThings makes no ${kind}`)
    return encodeURIComponent(id)
  })
  const [content] = Object.values(address.operation.requestBody?.content ?? {})
  return content?.example === undefined ? { path } : { path, json: content.example }
}

/** Fields of a body, written as the address takes them. */
export function bodyOf({ takes }: Pick<Address, 'takes'>, json: unknown): Pick<Asking, 'json' | 'body' | 'headers'> {
  if (json === undefined) return {}
  if (takes === 'application/json') return { json }
  const fields = Object.entries((json ?? {}) as Readonly<Record<string, unknown>>)
  const form = new URLSearchParams(
    Object.fromEntries(fields.map(([name, value]) => [name, String(value).toWellFormed()])),
  )
  return { body: form.toString(), headers: { 'content-type': takes } }
}

/** `quotes/quotes` of `/api/v1/quotes/quotes/{quoteId}/send`. */
function featureOf(path: string, parameter: string): string {
  return (path.split(`/{${parameter}}`)[0] ?? '').replace(/^\/api\/v\d+\//, '')
}
