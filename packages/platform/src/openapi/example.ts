import type { z } from 'zod'
import { wordFor } from './example-words.ts'
import { singular } from './names.ts'
import { samplePattern } from './sample-pattern.ts'
import type { JsonSchema } from './schema.ts'

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01939f5c-6a00-7000-8000-000000000001',
  email: 'camille@example.com',
  date: '2026-11-28',
  'date-time': '2026-11-28T09:30:00.000Z',
  uri: 'https://example.com/',
}
const TEXTS = ['text', '1', 'a', 'T1']
// Beyond it, what a field means decides, and its author writes an example with `.meta({ examples })`.
const MOST_TRIES = 16

/**
 * An example that the schema accepts, the same each time: its author's, or one made from its JSON Schema, with the required
 * fields and each optional one for which something acceptable is found. Undefined when there is none. `send` is what becomes
 * of it on its way, such as text in an address.
 */
export function exampleOf(
  schema: z.ZodType,
  written: JsonSchema,
  send: (example: unknown) => unknown = (example) => example,
): unknown {
  const [given] = Array.isArray(written.examples) ? written.examples : []
  if (given !== undefined) return given
  const isAccepted = (example: unknown) => schema.safeParse(send(example)).success
  const variants = Array.from({ length: MOST_TRIES }, (_, variant) => variant)
  const whole = variants.map((variant) => make(written, variant)).find(isAccepted)
  if (whole !== undefined || written.properties === undefined) return whole
  const { properties } = written
  const isRequired = (name: string) => written.required?.includes(name) === true
  const least = variants
    .map((variant) =>
      fieldsOf(
        Object.entries(properties).filter(([name]) => isRequired(name)),
        variant,
      ),
    )
    .find(isAccepted)
  if (least === undefined) return undefined
  let example = least
  for (const [name, field] of Object.entries(properties).filter(([each]) => !isRequired(each))) {
    const richer = { ...example }
    const isTaken = (value: unknown) => isAccepted(Object.assign(richer, { [name]: value }))
    if (variants.map((variant) => make(field, variant, name)).some(isTaken)) example = richer
  }
  return example
}

/** A value of a JSON Schema, without looking at what it cannot say; other variants give other values. */
function make(schema: JsonSchema, variant: number, name = ''): unknown {
  const [given] = Array.isArray(schema.examples) ? schema.examples : []
  if (given !== undefined) return given
  if (schema.default !== undefined) return schema.default
  if ('const' in schema) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const choices = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly JsonSchema[] | undefined
  if (choices !== undefined)
    return make(choices[variant % choices.length] ?? {}, Math.floor(variant / choices.length), name)
  if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map((part) => make(part, variant, name)))
  return ofType(schema, variant, name)
}

function ofType(schema: JsonSchema, variant: number, name: string): unknown {
  const types = [schema.type ?? []].flat()
  const type = types[variant % Math.max(types.length, 1)]
  const inner = Math.floor(variant / Math.max(types.length, 1))
  if (type === 'string') return text(schema, inner, name)
  if (type === 'integer' || type === 'number') return amount(schema)
  if (type === 'boolean') return true
  if (type === 'null') return null
  if (type === 'array') return list(schema, variant, name)
  if (type === 'object' || schema.properties !== undefined) return fields(schema, variant, name)
  return wordFor(name) ?? { any: 'value' }
}

function text({ format, pattern, minLength, maxLength }: JsonSchema, variant: number, name: string): string {
  const named = typeof format === 'string' ? BY_FORMAT[format] : undefined
  if (named !== undefined) return named
  if (typeof pattern === 'string') return samplePattern(pattern) ?? TEXTS[variant % TEXTS.length] ?? ''
  const word = variant === 0 ? wordFor(name) : undefined
  const plain = word ?? TEXTS[variant % TEXTS.length] ?? ''
  const least = typeof minLength === 'number' ? minLength : 0
  return plain.padEnd(least, 'x').slice(0, typeof maxLength === 'number' ? maxLength : undefined)
}

function amount({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonSchema): number {
  const step = typeof multipleOf === 'number' ? multipleOf : 1
  const least =
    typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + step : 1
  return Math.min(Math.max(least, 1), typeof maximum === 'number' ? maximum : Number.MAX_SAFE_INTEGER)
}

function list({ items, minItems, prefixItems }: JsonSchema, variant: number, name: string): readonly unknown[] {
  if (Array.isArray(prefixItems)) return prefixItems.map((item) => make(item, variant))
  if (items === undefined) return []
  return Array.from({ length: typeof minItems === 'number' ? Math.max(minItems, 1) : 1 }, () =>
    make(items, variant, singular(name)),
  )
}

function fields({ properties = {}, additionalProperties }: JsonSchema, variant: number, name: string): unknown {
  const declared = Object.entries(properties)
  const isOpen = typeof additionalProperties === 'object' && declared.length === 0
  return isOpen ? { name: make(additionalProperties, variant, singular(name)) } : fieldsOf(declared, variant)
}

function fieldsOf(
  fields: readonly (readonly [string, JsonSchema])[],
  variant: number,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map(([name, schema]) => [name, make(schema, variant, name)]))
}
