import type { Access } from '../auth/permissions.ts'
import { type DescribedAddress, type Endpoint, takesBody } from '../http/endpoint.ts'
import { strict } from '../http/input.ts'
import { exampleOf } from './example.ts'
import { operationName, pascalCase } from './names.ts'
import { type AppErrors, refusalStatuses } from './problems.ts'
import { inputSchema, type JsonSchema, outputSchema } from './schema.ts'

const VERSIONED = /^\/api\/(v\d+)\//

// Of any type; what comes without one is of this.
const BYTES: JsonSchema = { type: 'string', format: 'binary' }
const BYTES_TYPE = 'application/octet-stream'

/** What the reference tells of an address, however it is served. */
export type Described = Omit<Endpoint, 'handle'> &
  Pick<DescribedAddress, 'takes' | 'gives' | 'refusals'> & {
    /** Not as endpoints are: without keys for sending again. */
    readonly isServedApart?: boolean
  }

/** One address as the reference shows it, before what is shared is taken out. */
export interface Operation {
  readonly endpoint: Described
  /** The method and the address, such as `getQuote`: unique within an app and a version. */
  readonly name: string
  /** Unique in the whole document. */
  readonly id: string
  readonly tag: string
  readonly parameters: readonly Parameter[]
  /** Absent when nothing is left for a body. */
  readonly body?: JsonSchema
  readonly output: JsonSchema
  /** Of the whole input; undefined when none is known. */
  readonly example: unknown
  readonly outputExample: unknown
  readonly refusals: readonly number[]
  /** True when its app has refusals of its own. */
  readonly hasOwnRefusals: boolean
}

/** A field of the input that stands in the address. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: JsonSchema
}

/** Reads an endpoint: the path names its parameters; of the rest, GET and DELETE take the query and the others the body. */
export function describeOperation(endpoint: Described, errors: AppErrors): Operation {
  const { method, url, app, access } = endpoint
  const input = inputSchema(strict(endpoint.input))
  const output = outputSchema(endpoint.output)
  const inPath = url.split('/').flatMap((part) => (part.startsWith(':') ? [part.slice(1)] : []))
  const fields = Object.entries(input.properties ?? {})
  const rest = fields.filter(([name]) => !inPath.includes(name))
  const isRaw = endpoint.takesRaw === true
  const isQuery = isRaw || !takesBody(method)
  const required = new Set(input.required)
  const parameters: readonly Parameter[] = [
    ...inPath.map((name) => ({
      name,
      in: 'path' as const,
      required: true,
      schema: input.properties?.[name] ?? { type: 'string' },
    })),
    ...(isQuery ? rest : []).map(([name, schema]) => ({
      name,
      in: 'query' as const,
      required: required.has(name),
      schema,
    })),
  ]
  const fieldsInBody = isQuery || rest.length === 0 ? undefined : withoutFields(input, inPath)
  const body = isRaw ? BYTES : fieldsInBody
  const name = nameOf(endpoint)
  return {
    endpoint: {
      ...endpoint,
      ...(isRaw && { takes: BYTES_TYPE }),
      ...(endpoint.givesFile === true && { gives: BYTES_TYPE }),
    },
    name,
    id: app === undefined ? name : `${camelCase(app)}${pascalCase(name)}`,
    tag: tagOf(endpoint),
    parameters,
    ...(body !== undefined && { body }),
    output,
    example: exampleOf(endpoint.input, input, asSent(isQuery ? Object.keys(input.properties ?? {}) : inPath)),
    outputExample: endpoint.givesFile === true ? undefined : exampleOf(endpoint.output, output),
    refusals: refusalStatuses({
      isPublic: access === 'public',
      hasBody: body !== undefined,
      more: endpoint.refusals ?? [],
      errors,
    }),
    hasOwnRefusals: Object.keys(errors).length > 0,
  }
}

/** What stands in an address arrives as text. */
function asSent(names: readonly string[]): (example: unknown) => unknown {
  return (example) => {
    if (typeof example !== 'object' || example === null) return example
    const fields = Object.entries(example).map(([name, value]) =>
      names.includes(name) && typeof value !== 'object' ? [name, String(value)] : [name, value],
    )
    return Object.fromEntries(fields)
  }
}

/** The address below the version and the app. */
export function pathBelow({ url, app }: Pick<Endpoint, 'url' | 'app'>): string {
  return url.replace(VERSIONED, '/').replace(app === undefined ? /^$/ : new RegExp(`^/${app}(?=/)`), '')
}

function nameOf(endpoint: Described): string {
  const version = VERSIONED.exec(endpoint.url)?.[1] ?? 'v1'
  return `${operationName(endpoint.method, pathBelow(endpoint))}${version === 'v1' ? '' : version.toUpperCase()}`
}

/** The feature, of an app after its id: `runs`, `quotes/clients`. */
function tagOf(endpoint: Described): string {
  const feature = pathBelow(endpoint).split('/')[1] ?? ''
  return endpoint.app === undefined ? feature : `${endpoint.app}/${feature}`
}

function camelCase(text: string): string {
  const pascal = pascalCase(text)
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1)
}

function withoutFields(input: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(input.properties ?? {}).filter(([name]) => !names.includes(name)),
  )
  const required = (input.required ?? []).filter((name) => !names.includes(name))
  const { required: _, ...rest } = input
  return { ...rest, properties, ...(required.length > 0 && { required }) }
}

/** Who may use it, for the reference. */
export function securityOf(access: Access): readonly object[] {
  return access === 'public' ? [] : [{ session: [] }, { bearer: [] }]
}
