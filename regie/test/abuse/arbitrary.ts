import type { OpenApiDocument } from '@regie/platform'
import fc, { type Arbitrary } from 'fast-check'

/** A schema of the reference. */
export interface Schema {
  readonly [keyword: string]: unknown
}

// Longer texts find nothing that shorter ones do not, and cost time; the limits are tried apart.
const LONGEST = 60
const MOST_TRIED = 500

/** Values that a schema describes; what it cannot say (a refinement) they may break. `known` are ids that exist, by the field that names them. */
export function valuesOf(
  schema: Schema,
  document: OpenApiDocument,
  known: Readonly<Record<string, string>>,
): Arbitrary<unknown> {
  const values = (inner: unknown, field = ''): Arbitrary<unknown> => {
    const at = inner as Schema
    const id = knownAs(known, field)
    if (id !== undefined)
      return fc.oneof({ weight: 3, arbitrary: fc.constant(id) }, { weight: 1, arbitrary: fc.uuid() })
    if (typeof at.$ref === 'string') return values(document.components.schemas[at.$ref.split('/').at(-1) ?? ''])
    if ('const' in at) return fc.constant(at.const)
    if (Array.isArray(at.enum)) return fc.constantFrom(...at.enum)
    const choices = at.anyOf ?? at.oneOf
    if (Array.isArray(choices)) return fc.oneof(...choices.map((choice) => values(choice)))
    if (Array.isArray(at.type)) return fc.oneof(...at.type.map((type) => values({ ...at, type })))
    if (at.type === 'string') return texts(at)
    if (at.type === 'integer') return fc.integer(bounds(at))
    if (at.type === 'number') return numbers(at)
    if (at.type === 'boolean') return fc.boolean()
    if (at.type === 'null') return fc.constant(null)
    if (at.type === 'array') return lists(at, values(at.items ?? {}))
    if (at.type === 'object' || at.properties !== undefined) return objects(at)
    return fc.jsonValue({ maxDepth: 2 })
  }
  const objects = (at: Schema): Arbitrary<unknown> => {
    const fields = Object.entries((at.properties ?? {}) as Readonly<Record<string, unknown>>)
    if (fields.length === 0 && at.properties !== undefined) return fc.constant({})
    if (fields.length === 0) return fc.dictionary(fc.constantFrom('a', 'é', '0'), fc.jsonValue({ maxDepth: 1 }))
    const shape = Object.fromEntries(fields.map(([name, field]) => [name, values(field, name)]))
    return fc.record(shape, { requiredKeys: (at.required ?? []) as string[], noNullPrototype: true })
  }
  return values(schema)
}

/** The id that a field names, and the list of it where it names several: `quoteId` and `quoteIds`. */
export function knownAs(
  known: Readonly<Record<string, string>>,
  field: string,
): string | readonly string[] | undefined {
  const one = known[field.replace(/s$/, '')]
  return known[field] ?? (one === undefined || !field.endsWith('Ids') ? undefined : [one])
}

function texts(at: Schema): Arbitrary<string> {
  const named: Readonly<Record<string, Arbitrary<string>>> = {
    uuid: fc.uuid(),
    email: fc.oneof(fc.constant('camille@example.com'), fc.emailAddress()),
    date: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    'date-time': fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  }
  const format = named[String(at.format)]
  if (format !== undefined) return format
  if (typeof at.pattern === 'string') return fc.stringMatching(new RegExp(at.pattern))
  const length = {
    minLength: Math.min(Number(at.minLength ?? 0), LONGEST),
    maxLength: Math.min(Number(at.maxLength ?? LONGEST), LONGEST),
  }
  const most = Number(at.maxLength ?? LONGEST)
  return fc.oneof(
    // What the schema says is allowed must be, to the last character.
    ...(most > LONGEST && most <= MOST_TRIED ? [fc.constant('x'.repeat(most))] : []),
    fc.string({ unit: 'grapheme-ascii', ...length }),
    fc.string({ unit: 'binary', ...length }),
    fc.constantFrom(
      '1',
      '0.5',
      'text',
      "Robert'); drop table quotes_client;--",
      '<script>alert(1)</script>',
      '=1+1',
      '%00',
      '../..',
    ),
  )
}

/** Short ones, and now and then as long a one as the schema allows. */
function lists(at: Schema, item: Arbitrary<unknown>): Arbitrary<unknown> {
  const [least, most] = [Number(at.minItems ?? 0), Number(at.maxItems ?? 0)]
  const short = fc.array(item, { minLength: least, maxLength: Math.max(least, 4) })
  if (most <= 4 || most > 32) return short
  const full = fc.array(item, { minLength: most, maxLength: most })
  return fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: full })
}

function numbers(at: Schema): Arbitrary<number> {
  const { min, max } = bounds(at)
  return fc.oneof(fc.integer({ min, max }), fc.double({ min, max, noNaN: true }))
}

function bounds({ minimum, maximum, exclusiveMinimum }: Schema): { readonly min: number; readonly max: number } {
  const least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum
  return { min: Number(least ?? -1_000_000), max: Number(maximum ?? 1_000_000_000) }
}
