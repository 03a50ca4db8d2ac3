import { pascalCase, singular } from './names.ts'
import type { JsonSchema } from './schema.ts'

/** Schemas that stand in several places, written once. */
export interface SharedSchemas {
  /** The same schema with what is shared as references. */
  share(schema: JsonSchema): JsonSchema
  /** Name → schema, sorted by name. */
  all(): Readonly<Record<string, JsonSchema>>
}

/** A schema with a name for it, should it turn out to be shared. */
export interface NamedSchema {
  readonly name: string
  /** Put behind its name and the names of what it holds, such as `Input`. */
  readonly suffix?: string
  readonly schema: JsonSchema
}

// Smaller ones are easier to read where they stand.
const LEAST_FIELDS = 3

// Types of every TypeScript program; one of ours would hide them.
const TAKEN = new Set([
  'Client',
  'CallOptions',
  'Date',
  'Error',
  'Event',
  'Map',
  'Object',
  'Problem',
  'Promise',
  'Request',
  'Set',
])

/**
 * Gives names to the objects that programs speak of: whole inputs and answers, items of lists, and what occurs at least
 * twice. A name is that of the field, or the one given. `prefix` keeps the names of one app apart from those of another.
 */
export function shareSchemas(schemas: readonly (NamedSchema & { readonly prefix: string })[]): SharedSchemas {
  const found = new Map<string, { count: number; readonly name: string }>()
  for (const { name, suffix = '', schema, prefix } of schemas) {
    walk({ schema, name, isThing: true }, (object, suggested, isThing) => {
      const key = JSON.stringify(object)
      const known = found.get(key) ?? { count: 0, name: prefixed(prefix, `${suggested}${suffix}`) }
      known.count += isThing ? 2 : 1
      found.set(key, known)
    })
  }
  const names = namesOf([...found].filter(([, { count }]) => count > 1).map(([key, { name }]) => [key, name] as const))
  const share = (schema: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(schema))
    return name === undefined ? inside(schema, share) : { $ref: `#/components/schemas/${name}` }
  }
  return {
    share,
    all: () =>
      Object.fromEntries(
        [...names]
          .toSorted(([, one], [, other]) => (one < other ? -1 : 1))
          .map(([key, name]) => [name, inside(JSON.parse(key) as JsonSchema, share)]),
      ),
  }
}

/** Of schemas of one name the smallest keeps it, the next is its detail, further ones are numbered. */
function namesOf(shared: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const byName = Map.groupBy(shared, ([, name]) => name)
  const numbered = [...byName].flatMap(([name, list]) =>
    list
      .toSorted(([one], [other]) => one.length - other.length)
      .map(
        ([key], index) => [key, index === 0 ? name : index === 1 ? `${name}Detail` : `${name}Detail${index}`] as const,
      ),
  )
  return new Map(numbered)
}

function prefixed(prefix: string, name: string): string {
  if (prefix !== '') return name.startsWith(prefix) ? name : `${prefix}${name}`
  return TAKEN.has(name) ? `Stored${name}` : name
}

interface Step {
  readonly schema: JsonSchema
  readonly name: string
  /** A whole answer or an item of a list. */
  readonly isThing: boolean
}

function walk(
  { schema, name, isThing }: Step,
  visit: (schema: JsonSchema, name: string, isThing: boolean) => void,
): void {
  if (Object.keys(schema.properties ?? {}).length >= LEAST_FIELDS) visit(schema, name, isThing)
  for (const [field, inner] of Object.entries(schema.properties ?? {})) {
    walk({ schema: inner, name: field === 'items' ? name : pascalCase(field), isThing: false }, visit)
  }
  const item = { name: singular(name), isThing: true }
  if (schema.items !== undefined) walk({ schema: schema.items, ...item }, visit)
  if (typeof schema.additionalProperties === 'object') walk({ schema: schema.additionalProperties, ...item }, visit)
  for (const choice of choicesOf(schema)) walk({ schema: choice, name, isThing }, visit)
}

function choicesOf(schema: JsonSchema): readonly JsonSchema[] {
  return [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []))
}

/** The schema with each schema directly in it replaced. */
function inside(schema: JsonSchema, replace: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'properties') {
      const fields = Object.entries(value as Record<string, JsonSchema>)
      return [keyword, Object.fromEntries(fields.map(([name, field]) => [name, replace(field)]))]
    }
    if (keyword === 'items' || (keyword === 'additionalProperties' && typeof value === 'object')) {
      return [keyword, replace(value as JsonSchema)]
    }
    if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) return [keyword, (value as JsonSchema[]).map(replace)]
    return [keyword, value]
  })
  return Object.fromEntries(entries)
}
