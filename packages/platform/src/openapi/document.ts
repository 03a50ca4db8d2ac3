import { STATUS_CODES } from 'node:http'
import { acceptedRun } from '../http/accepted.ts'
import { type DescribedAddress, type Endpoint, isBodiless } from '../http/endpoint.ts'
import { type NamedSchema, type SharedSchemas, shareSchemas } from './components.ts'
import { HEADERS, IDEMPOTENCY_KEY, isRepeatable, successHeaders } from './headers.ts'
import { pascalCase, subjectName } from './names.ts'
import { type Described, describeOperation, type Operation, pathBelow, securityOf } from './operation.ts'
import { type AppErrors, problemSchema, refusalResponses } from './problems.ts'
import type { JsonSchema } from './schema.ts'

/** What of an app the reference needs. */
export interface DescribedApp {
  readonly id: string
  readonly title: string
  /** Every way it refuses, with its status. */
  readonly errors?: AppErrors
}

/** What a document is made of. */
export interface DocumentOptions {
  readonly endpoints: readonly Endpoint[]
  /** What is served in its own way. Default none. */
  readonly others?: readonly DescribedAddress[]
  readonly apps: readonly DescribedApp[]
  readonly version: string
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly headers: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, object>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}

/** One operation of the document, as far as our own programs look into it. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: {
    readonly required: boolean
    /** By the type of the body, of which there is one. */
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>
  }
  readonly responses: Readonly<Record<string, object>>
  readonly security: readonly object[]
  readonly deprecated?: true
  /** The permission it needs. */
  readonly 'x-permission'?: string
  /** Whoever lacks the permission may use it for what is their own, such as the runs they started. */
  readonly 'x-or-own'?: true
  /** The app it belongs to. */
  readonly 'x-app'?: string
  /** Its name within the app. */
  readonly 'x-name': string
}

/** A parameter of the path, the query or the headers; a header is no field of the input. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
}

const JSON_TYPE = 'application/json'
const DESCRIPTION = `Every app's addresses and the platform's own. Refusals are \`application/problem+json\` (RFC 9457) with a stable \`code\`.
Accepted work is answered 202 with the run's id and its address in \`Location\`; lists are read page by page.`

/** Writes the document of these endpoints; equal endpoints give equal text. Throws a TypeError when two operations would have one id. */
export function openApiDocument({ endpoints, others = [], apps, version }: DocumentOptions): OpenApiDocument {
  const errors = new Map(apps.map((app) => [app.id, app.errors ?? {}]))
  const apart = others.map((address): Described => ({ ...address, isServedApart: true }))
  const operations = [...endpoints, ...apart]
    .filter(({ url }) => /^\/api\/v\d+\//.test(url))
    .map((endpoint) => describeOperation(endpoint, errors.get(endpoint.app ?? '') ?? {}))
  refuseDoubles(operations)
  const shared = shareSchemas(operations.flatMap(schemasOf))
  return {
    openapi: '3.1.1',
    info: { title: 'Regie', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: tagsOf(operations, apps),
    paths: pathsOf(operations, shared),
    components: {
      schemas: { Problem: problemSchema, ...shared.all() },
      responses: Object.fromEntries([
        ...responsesOf('', {}),
        ...apps.flatMap(({ id, errors: own = {} }) =>
          Object.keys(own).length === 0 ? [] : responsesOf(pascalCase(id), own),
        ),
      ]),
      headers: HEADERS,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'regie.session_token',
          description: 'The cookie of a person who signed in.',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key (`rgk_…`) or a token (JWT) of this service.',
        },
      },
    },
  }
}

function schemasOf({ endpoint, body, output }: Operation): readonly (NamedSchema & { readonly prefix: string })[] {
  const name = subjectName(endpoint.method, pathBelow(endpoint))
  // Theirs are not ours: a `user` of better-auth's is no User of the API.
  const prefix = endpoint.isServedApart === true ? 'Auth' : prefixOf(endpoint)
  return [
    ...(body === undefined ? [] : [{ name, suffix: 'Input', schema: body, prefix }]),
    // Of every app the same.
    endpoint.output === acceptedRun
      ? { name: 'AcceptedRun', schema: output, prefix: '' }
      : { name, schema: output, prefix },
  ]
}

function pathsOf(operations: readonly Operation[], shared: SharedSchemas): OpenApiDocument['paths'] {
  const byPath = Map.groupBy(operations, ({ endpoint }) => endpoint.url.replace(/:(\w+)/g, '{$1}'))
  return Object.fromEntries(
    [...byPath].map(([path, list]) => [
      path,
      Object.fromEntries(
        list.map((operation) => [operation.endpoint.method.toLowerCase(), writeOperation(operation, shared)]),
      ),
    ]),
  )
}

function writeOperation(operation: Operation, shared: SharedSchemas): OpenApiOperation {
  const { endpoint, id, name, tag, parameters, body, example } = operation
  const { access, app, deprecated } = endpoint
  const exampleOf = (field: string) => (example as Readonly<Record<string, unknown>> | undefined)?.[field]
  return {
    operationId: id,
    'x-name': name,
    ...(app !== undefined && { 'x-app': app }),
    summary: endpoint.summary,
    tags: [tag],
    ...((parameters.length > 0 || isRepeatable(endpoint)) && {
      parameters: [
        ...parameters.map((parameter) => ({
          ...parameter,
          schema: shared.share(parameter.schema),
          // An example of what may be left out would be sent by whoever just tries it out.
          ...(parameter.required && exampleOf(parameter.name) !== undefined && { example: exampleOf(parameter.name) }),
        })),
        ...(isRepeatable(endpoint) ? [IDEMPOTENCY_KEY] : []),
      ],
    }),
    ...(body !== undefined && {
      requestBody: {
        required: (body.required ?? []).length > 0,
        content: {
          [endpoint.takes ?? JSON_TYPE]: {
            schema: shared.share(body),
            ...(example !== undefined && endpoint.takesRaw !== true && { example: fieldsOf(example, body) }),
          },
        },
      },
    }),
    responses: writeResponses(operation, shared),
    security: securityOf(access),
    ...(deprecated !== undefined && { deprecated: true as const }),
    ...(access !== 'public' && access !== 'signed-in' && { 'x-permission': access }),
    ...(endpoint.orOwn === true && { 'x-or-own': true as const }),
  }
}

function writeResponses(operation: Operation, shared: SharedSchemas): OpenApiOperation['responses'] {
  const { endpoint, output, outputExample, refusals, hasOwnRefusals } = operation
  const statuses = [endpoint.status, ...(endpoint.statuses ?? [])]
  const success = (status: number): object => ({
    description: STATUS_CODES[status] ?? 'Success',
    ...successHeaders(endpoint, status),
    ...(!isBodiless(status) && {
      content: {
        [endpoint.gives ?? JSON_TYPE]: {
          schema: shared.share(output),
          ...(outputExample !== undefined && { example: outputExample }),
        },
      },
    }),
  })
  const prefix = hasOwnRefusals ? prefixOf(endpoint) : ''
  return Object.fromEntries([
    ...statuses.map((status) => [String(status), success(status)]),
    ...refusals.map((status) => [String(status), { $ref: `#/components/responses/${prefix}Problem${status}` }]),
  ])
}

function responsesOf(prefix: string, errors: AppErrors): readonly (readonly [string, object])[] {
  return [...refusalResponses(errors)]
    .toSorted(([one], [other]) => one - other)
    .map(([status, response]) => [`${prefix}Problem${status}`, response] as const)
}

function tagsOf(operations: readonly Operation[], apps: readonly DescribedApp[]): OpenApiDocument['tags'] {
  const titles = new Map(apps.map(({ id, title }) => [id, title]))
  const found = new Map(operations.map(({ tag, endpoint }) => [tag, endpoint.app]))
  return [...found].map(([name, app]) => ({
    name,
    description: app === undefined ? 'Platform' : (titles.get(app) ?? app),
  }))
}

function fieldsOf(example: unknown, body: JsonSchema): object {
  const entries = Object.entries(example as Readonly<Record<string, unknown>>)
  return Object.fromEntries(entries.filter(([name]) => Object.hasOwn(body.properties ?? {}, name)))
}

function prefixOf({ app }: Described): string {
  return app === undefined ? '' : pascalCase(app)
}

function refuseDoubles(operations: readonly Operation[]): void {
  const byId = Map.groupBy(operations, ({ id }) => id)
  for (const [id, [one, other]] of byId) {
    if (one === undefined || other === undefined) continue
    throw new TypeError(`${one.endpoint.url} and ${other.endpoint.url} would both be the operation ${id}: rename one`)
  }
}
