import { EngineError, type ValidationIssue } from '../errors.ts'
import type { NewEvent } from './event.ts'
import type { EventTypes, KnownEventType } from './event-types.ts'

const MAX_EVENT_BYTES = 1_048_576

/** An event whose data fits its type. */
export interface CheckedEvent {
  readonly known: KnownEventType
  readonly data: unknown
  /** The data and what is said beside it as JSON text. */
  readonly text: string
  readonly meta: string | null
  readonly person: string | undefined
}

/** Checks an event against its type. Throws `EVENT_UNKNOWN`, `PERSON_MISSING`, `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`. */
export function checkEvent(types: EventTypes, { type, data, meta, person }: NewEvent): CheckedEvent {
  const known = types.get(type?.name)
  if (known === undefined)
    throw new EngineError('EVENT_UNKNOWN', `the event ${type?.name} is not one of this engine's: add it to \`events\``)
  if (known.isPersonal !== undefined && person === undefined)
    throw new EngineError(
      'PERSON_MISSING',
      `the event ${known.name} has personal fields: say whom they are about with \`.with(data, { person })\``,
    )
  const parsed = known.schema.safeParse(data)
  if (!parsed.success) throw notValid(known.name, parsed.error)
  const text = toJson(known.name, 'data', parsed.data)
  const metaText = meta === undefined ? null : toJson(known.name, 'meta', meta)
  checkSize(known.name, text.length + (metaText?.length ?? 0), () => Buffer.byteLength(text + (metaText ?? '')))
  return { known, data: parsed.data, text, meta: metaText, person }
}

/** Refuses an event that is too long to be stored. */
export function checkSize(name: string, characters: number, count: () => number): void {
  const bytes = characters > MAX_EVENT_BYTES / 4 ? count() : 0
  if (bytes <= MAX_EVENT_BYTES) return
  throw new EngineError(
    'PAYLOAD_TOO_LARGE',
    `an event ${name} is ${bytes} bytes, more than 1 MiB: store it elsewhere and put a reference into the event`,
  )
}

function notValid(
  name: string,
  cause: { readonly issues: readonly { path: PropertyKey[]; code?: string; message: string }[] },
) {
  const issues: ValidationIssue[] = cause.issues.map(({ path, code, message }) => ({
    path: path.join('.'),
    code: code ?? 'custom',
    message,
  }))
  const listed = issues.map(({ path, message }) => `${path === '' ? 'data' : path}: ${message}`).join('; ')
  return new EngineError('PAYLOAD_INVALID', `the data of the event ${name} is not valid: ${listed}`, { issues, cause })
}

function toJson(name: string, what: string, value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value)
    const impure = text === undefined ? '' : impureField(value, '')
    if (text !== undefined && impure === undefined) return text
    throw new TypeError(`${impure === '' ? 'it' : impure} would not be read as it was written: use only what JSON has`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('PAYLOAD_INVALID', `the ${what} of the event ${name} cannot be kept as JSON: ${why}`, {
      cause,
    })
  }
}

/** The first field that JSON would drop or change, such as a `Date`; events are read without their schema. */
export function impureField(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : pointer
  if (typeof value !== 'object') return pointer
  if (Array.isArray(value)) return firstOf(value.map((item, index) => impureField(item, `${pointer}/${index}`)))
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return pointer
  for (const [key, field] of Object.entries(value)) {
    const impure = field === undefined ? undefined : impureField(field, `${pointer}/${key}`)
    if (impure !== undefined) return impure
  }
  return undefined
}

function firstOf(fields: readonly (string | undefined)[]): string | undefined {
  return fields.find((field) => field !== undefined)
}
