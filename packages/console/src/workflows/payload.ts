/** A JSON Schema, as far as it is looked at here. */
interface Schema {
  readonly [keyword: string]: unknown
}

const MOST_DEPTH = 4

/** A value to begin with: the schema's own example or default, or else one of its shape with everything that is required. */
export function exampleOf(schema: unknown, depth = 0): unknown {
  if (!isSchema(schema)) return {}
  const [example] = Array.isArray(schema['examples']) ? schema['examples'] : []
  for (const given of [example, schema['example'], schema['default'], schema['const']])
    if (given !== undefined) return given
  const [choice] = [schema['enum'], schema['anyOf'], schema['oneOf']].filter(Array.isArray)
  if (choice !== undefined) return choice === schema['enum'] ? choice[0] : exampleOf(choice[0], depth)
  if (schema['type'] === 'object' && depth < MOST_DEPTH) {
    const properties = isSchema(schema['properties']) ? schema['properties'] : {}
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name))
        .map(([name, property]) => [name, exampleOf(property, depth + 1)]),
    )
  }
  if (schema['type'] === 'string') return FORMS[String(schema['format'])] ?? textOf(schema)
  return PLAIN[String(schema['type'])] ?? {}
}

// What is well-formed, so that only the value has to be changed.
const FORMS: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  date: '2026-01-31',
  'date-time': '2026-01-31T09:00:00Z',
  time: '09:00:00',
  email: 'somebody@example.com',
  uri: 'https://example.com/',
}

function textOf({ minLength }: Schema): string {
  return typeof minLength === 'number' ? '…'.repeat(Math.min(minLength, MOST_FILL)) : ''
}

const MOST_FILL = 40
const PLAIN: Readonly<Record<string, unknown>> = { integer: 0, number: 0, boolean: false, array: [] }

/** A value to be filled in: all that is required is there and empty, so that nothing is sent by mistake. */
export function blankOf(schema: unknown): unknown {
  if (!isSchema(schema) || schema['type'] !== 'object') return isSchema(schema) ? null : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.fromEntries(required.map((name) => [String(name), null]))
}

/** What the app says of it. */
export function descriptionOf(schema: unknown): string | undefined {
  const text = isSchema(schema) ? schema['description'] : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
