import type { z } from 'zod'
import { EngineError } from '../errors.ts'
import { checkName } from '../job/registry.ts'
import type { AnyEventType, Upcaster } from './event.ts'

/** An event type, checked, with what is asked of it again and again worked out. */
export interface KnownEventType {
  readonly name: string
  readonly version: number
  readonly schema: z.ZodType
  /** The first turns version 1 into 2, and so on. */
  readonly steps: readonly Upcaster[]
  /** Absent when no field tells of a person. */
  readonly isPersonal?: (pointer: string) => boolean
}

/** All event types of an engine, by name. */
export type EventTypes = ReadonlyMap<string, KnownEventType>

/**
 * Checks every event type at once. Throws `EVENT_DUPLICATE`, `EVENT_INVALID`, `NAME_INVALID`, or `PERSON_KEYS_MISSING` when
 * one has personal fields and there are no keys.
 */
export function createEventTypes(types: readonly AnyEventType[], hasKeys: boolean): EventTypes {
  const known = new Map<string, KnownEventType>()
  for (const type of types) {
    if (known.has(type.name))
      throw new EngineError('EVENT_DUPLICATE', `two event types are named ${type.name}: rename one`)
    known.set(type.name, knowType(type, hasKeys))
  }
  return known
}

function knowType({ name, definition }: AnyEventType, hasKeys: boolean): KnownEventType {
  checkName('event', name)
  const { version = 1, data: schema, upcast = {}, personal } = definition
  if (!(Number.isSafeInteger(version) && version >= 1 && version <= 10_000))
    throw invalid(name, `has the version ${version}: count versions from 1`)
  const steps = Array.from({ length: version - 1 }, (_, index) => stepFrom(name, upcast, index + 1))
  const stray = Object.keys(upcast).find((from) => !(Number(from) >= 1 && Number(from) < version))
  if (stray !== undefined)
    throw invalid(
      name,
      `has an upcaster from version ${stray}, but is itself at version ${version}: raise the version, or drop it`,
    )
  if (personal === undefined) return { name, version, schema, steps }
  if (!hasKeys)
    throw new EngineError(
      'PERSON_KEYS_MISSING',
      `the event ${name} has personal fields, and there is nothing to encrypt them with: give createEngine a master key in \`personKeys\``,
    )
  return { name, version, schema, steps, isPersonal: predicate(name, schema, personal) }
}

function stepFrom(name: string, upcast: Readonly<Record<number, Upcaster>>, from: number): Upcaster {
  const step = upcast[from]
  if (typeof step === 'function') return step
  throw invalid(name, `cannot be read in version ${from}: add \`upcast: { ${from}: (data) => … }\``)
}

function predicate(
  name: string,
  schema: z.ZodType,
  personal: readonly string[] | ((pointer: string) => boolean),
): (pointer: string) => boolean {
  if (typeof personal === 'function') return personal
  if (personal.length === 0) throw invalid(name, 'has an empty list of personal fields: name them, or drop it')
  for (const pointer of personal) checkPointer(name, schema, pointer)
  const pointers = new Set(personal)
  return (pointer) => pointers.has(pointer)
}

// A pointer with a typing error would leave a person's data in the clear without anybody noticing.
function checkPointer(name: string, schema: z.ZodType, pointer: string): void {
  if (!/^(?:\/(?:[^~/]|~[01])+)+$/.test(pointer))
    throw invalid(name, `names the personal field ${JSON.stringify(pointer)}: write a JSON pointer such as "/email"`)
  let place: Shape | undefined = schema.def as Shape
  for (const field of pointer.slice(1).split('/')) {
    place = unwrap(place)
    if (place?.type !== 'object' || place.shape === undefined) return
    const key = field.replaceAll('~1', '/').replaceAll('~0', '~')
    if (!Object.hasOwn(place.shape, key))
      throw invalid(
        name,
        `names the personal field ${pointer}, which its data does not have: it has ${Object.keys(place.shape).join(', ')}`,
      )
    place = place.shape[key]?.def
  }
}

interface Shape {
  readonly type: string
  readonly shape?: Readonly<Record<string, { readonly def: Shape }>>
  readonly innerType?: { readonly def: Shape }
}

function unwrap(place: Shape | undefined): Shape | undefined {
  return place?.innerType === undefined ? place : unwrap(place.innerType.def)
}

function invalid(name: string, what: string): EngineError {
  return new EngineError('EVENT_INVALID', `the event ${name} ${what}`)
}
