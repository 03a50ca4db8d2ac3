import { z } from 'zod'

/** A JSON Schema of the dialect of OpenAPI 3.1 (2020-12). */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly $ref?: string
}

// Their patterns say again, at length, what the name says.
const NAMED_FORMATS = new Set(['uuid', 'email', 'date', 'date-time', 'uri'])

const descriptions = new WeakMap<z.ZodType, z.ZodType>()

/** A schema whose transformation hides what it takes, shown as another one in the reference. */
export function describedAs<Schema extends z.ZodType>(schema: Schema, as: z.ZodType): Schema {
  descriptions.set(schema, as)
  return schema
}

/** What a client sends, before defaults and transformations. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return write(descriptions.get(schema) ?? schema, 'input')
}

/** What is answered. */
export function outputSchema(schema: z.ZodType): JsonSchema {
  return write(schema, 'output')
}

function write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, {
    io,
    // A transformation has no schema; what goes into it has.
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      tidy(zodSchema, jsonSchema)
      // What is undeclared is stripped from answers, and clients must bear a field that is new.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  return written as JsonSchema
}

function tidy(zodSchema: z.core.$ZodType, jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (isTextBoolean(zodSchema)) jsonSchema.type = 'boolean'
  if (NAMED_FORMATS.has(jsonSchema.format ?? '')) delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** `z.stringbool()`: "true" in an address, which is how programs write a boolean there. */
function isTextBoolean(schema: z.core.$ZodType): boolean {
  return (
    schema instanceof z.ZodCodec &&
    schema._zod.def.in instanceof z.ZodString &&
    schema._zod.def.out instanceof z.ZodBoolean
  )
}
