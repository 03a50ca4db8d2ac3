import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from './document.ts'
import { pascalCase } from './names.ts'
import type { JsonSchema } from './schema.ts'

const JSON_TYPES = ['application/json', 'application/problem+json']
const REFERENCE = '#/components/schemas/'

/** Which operations a module is for. */
export interface ClientSourceOptions {
  /** The app; absent: the platform. */
  readonly app?: string
}

interface Found {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
}

/** A TypeScript module with the types and one function for each operation of an app, or of the platform. */
export function clientSource(document: OpenApiDocument, { app }: ClientSourceOptions): string {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation['x-app'] === app && speaksJson(operation))
      .map(([method, operation]) => ({ method, path, operation })),
  )
  const operations = found.map(operationSource)
  const named = componentsOf(operations.join('\n'), document)
  const head = `// Written by \`npm run openapi\` from the routes${app === undefined ? ' of the platform' : ''}; do not edit by hand.\nimport type { CallOptions, Client } from '@regie/platform/client'\n`
  return `${[head, ...named, ...operations].join('\n')}`
}

/** The client writes and reads nothing else: forms and XML are for browsers and identity providers. */
function speaksJson({ requestBody, responses }: OpenApiOperation): boolean {
  const contents = [requestBody, ...Object.values(responses)].map(
    (part) => (part as { content?: object } | undefined)?.content,
  )
  return contents.every((content) => content === undefined || JSON_TYPES.some((type) => type in content))
}

/** The shared types that a text names, and those that these name, by name. */
function componentsOf(text: string, document: OpenApiDocument): readonly string[] {
  const known = Object.keys(document.components.schemas)
  const written = new Map<string, string>()
  const add = (source: string): void => {
    for (const name of known) {
      if (written.has(name) || !new RegExp(`\\b${name}\\b`).test(source)) continue
      const type = typeSource(document.components.schemas[name] ?? {}, '')
      written.set(name, `/** ${name}, as the API writes it. */\nexport type ${name} = ${type}\n`)
      add(type)
    }
  }
  add(text)
  return [...written].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, source]) => source)
}

function operationSource({ method, path, operation }: Found): string {
  const name = operation['x-name']
  const type = pascalCase(name)
  const input = inputOf(operation)
  const isNeeded = operation.requestBody?.required === true || operation.parameters?.some(({ required }) => required)
  const url = path.replace(/\{(\w+)\}/g, ':$1')
  const but = operation['x-or-own'] === true ? ', but for what is your own' : ''
  const permission = operation['x-permission'] === undefined ? '' : ` Needs \`${operation['x-permission']}\`${but}.`
  const takesNothing = operation.requestBody === undefined && fieldsOf(operation).length === 0
  return [
    ...(takesNothing
      ? []
      : [`/** Input of {@link ${name}}. */\nexport type ${type}Input = ${typeSource(input, '')}\n`]),
    `/** Answer of {@link ${name}}. */\nexport type ${type}Output = ${typeSource(outputOf(operation), '')}\n`,
    `/** ${operation.summary}. \`${method.toUpperCase()} ${url}\`.${permission}${operation.deprecated === true ? '\n * @deprecated' : ''} */`,
    `export function ${name}(client: Client, ${takesNothing ? '' : `input: ${type}Input${isNeeded ? '' : ' = {}'}, `}options?: CallOptions): Promise<${type}Output> {`,
    `  return client.call<${type}Output>({ method: '${method.toUpperCase()}', path: '${url}' }, ${takesNothing ? '{}' : 'input'}, options)`,
    '}\n',
  ].join('\n')
}

/** The parameters that are fields of the input; headers go their own way. */
function fieldsOf({ parameters = [] }: OpenApiOperation): readonly OpenApiParameter[] {
  return parameters.filter((parameter) => parameter.in !== 'header')
}

/** Path, query and body together, as the functions take them. */
function inputOf(operation: OpenApiOperation): JsonSchema {
  const parameters = fieldsOf(operation)
  const body = operation.requestBody?.content['application/json']?.schema ?? {}
  if (parameters.length === 0) return body
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name)
  const own = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]))
  if (body.$ref !== undefined) return { allOf: [{ type: 'object', properties: own, required }, body] }
  return {
    type: 'object',
    properties: { ...own, ...body.properties },
    required: [...required, ...(body.required ?? [])],
  }
}

function outputOf({ responses }: OpenApiOperation): JsonSchema {
  const [response] = Object.entries(responses).flatMap(([status, answer]) => (status.startsWith('2') ? [answer] : []))
  const { content } = (response ?? {}) as {
    readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
  }
  return content?.['application/json']?.schema ?? { type: 'null' }
}

/** A schema as a TypeScript type. */
function typeSource(schema: JsonSchema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(REFERENCE.length)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  const choices = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly JsonSchema[] | undefined
  if (choices !== undefined) return union(choices.map((choice) => typeSource(choice, indent)))
  if (Array.isArray(schema.allOf)) return schema.allOf.map((part) => typeSource(part, indent)).join(' & ')
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeSource({ ...schema, type }, indent)))
  return plainType(schema, indent)
}

function plainType(schema: JsonSchema, indent: string): string {
  if (schema.type === 'string') return 'string'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'null') return 'null'
  if (schema.type === 'array') return `readonly (${typeSource(schema.items ?? {}, indent)})[]`
  if (schema.type !== 'object' && schema.properties === undefined) return 'unknown'
  const fields = Object.entries(schema.properties ?? {})
  const open = schema.additionalProperties
  if (fields.length === 0) {
    const values = typeof open === 'object' ? typeSource(open, indent) : open === false ? 'never' : 'unknown'
    return `{ readonly [name: string]: ${values} }`
  }
  const required = new Set(schema.required)
  const lines = fields.map(([name, field]) => {
    const optional = required.has(name) ? '' : '?'
    const type = typeSource(field, `${indent}  `)
    return `${indent}  readonly ${key(name)}${optional}: ${type}${optional === '' ? '' : ' | undefined'}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ')
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value)
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name)
}
