import type { z } from 'zod'

/** What stands in the place of an erased text. Numbers become 0, truth values false, lists empty; an object keeps its fields, each erased. */
export const ERASED = '[erased]'

/** Facts beside an event's data, such as who asked for it: JSON, never encrypted, so keep personal data out of it. */
export type EventMeta = Readonly<Record<string, unknown>>

/**
 * Turns stored data of one version into the next. It may name the old shape as its parameter. It meets the placeholders
 * of erased fields, and must not fail on them.
 */
export type Upcaster = {
  // A method, because only a method's parameter may be narrower than what is declared here.
  upcast(data: Readonly<Record<string, unknown>>): unknown
}['upcast']

/** An event type as its author writes it. */
export interface EventDefinition<Name extends string, Schema extends z.ZodType> {
  /** Lower-case words, dots and dashes. Unique in an engine; never reuse the name of a removed type. */
  readonly name: Name
  /** Raise it when the shape of the data changes, and say in `upcast` how to read the old one. Default 1. */
  readonly version?: number
  /** Checked when an event is appended, and never again: what it makes of the data must be plain JSON. */
  readonly data: Schema
  /** From each older version to the next: `{ 1: (data) => …, 2: (data) => … }` for version 3. */
  readonly upcast?: Readonly<Record<number, Upcaster>>
  /**
   * Fields that tell of a person, as JSON pointers (`/email`, `/address`) or a predicate of them: stored encrypted with
   * that person's key, gone for good once the person is forgotten. Such events name a `person`.
   */
  readonly personal?: readonly `/${string}`[] | ((pointer: string) => boolean)
}

/** A declared kind of event. `In` is what authors pass, `Out` what readers get. */
export interface EventType<In = unknown, Out = unknown, Name extends string = string> {
  readonly name: Name
  readonly version: number
  readonly definition: EventDefinition<string, z.ZodType>
  /** An event as a plain value, to be appended. */
  with(data: In, about?: EventAbout): NewEvent
  /** True when a recorded event is of this type; then its data is known. */
  is(event: RecordedEvent): event is RecordedEvent<Out, Name>
  /** Never present; carries the types. */
  readonly '~types'?: { readonly input: (input: In) => void; readonly output: Out }
}

/** Any event type, whatever its data. */
export type AnyEventType = Pick<EventType, 'name' | 'version' | 'definition'>

/** What an event of this type looks like when it is read. */
export type EventOf<Type extends AnyEventType> = Type extends {
  readonly name: infer Name extends string
  readonly '~types'?: { readonly output: infer Out }
}
  ? RecordedEvent<Out, Name>
  : never

/** What is said of an event beside its data. */
export interface EventAbout {
  /** Whom its personal fields are about: an id, never a name or an address, because it is stored as it is. */
  readonly person?: string
  readonly meta?: EventMeta
}

/** An event that is not yet appended. */
export interface NewEvent extends EventAbout {
  readonly type: AnyEventType
  readonly data: unknown
}

/** An event as it is read: its data in the shape of the newest version. */
export interface RecordedEvent<Out = unknown, Name extends string = string> {
  /** Grows with every event of the store, with gaps; never given twice. */
  readonly position: number
  /** The transaction that appended it: with `position` its place in the order of the store. Always 0 on SQLite. */
  readonly tx: number
  readonly org: string
  readonly stream: string
  /** Its place in the stream: 1, 2, 3… without gaps. */
  readonly version: number
  readonly type: Name
  readonly data: Out
  readonly meta: EventMeta | undefined
  readonly person: string | undefined
  /** The run that appended it, if one did. */
  readonly runId: number | undefined
  /** When it was appended (milliseconds UTC). */
  readonly at: number
  /** True when its person was forgotten: personal fields hold placeholders. */
  readonly erased: boolean
}

/** Declares an event type. The engine it is given to checks its name and its upcasters when it is created. */
export function event<const Name extends string, Schema extends z.ZodType>(
  definition: EventDefinition<Name, Schema>,
): EventType<z.input<Schema>, z.output<Schema>, Name> {
  const { name, version = 1 } = definition
  const type: AnyEventType = { name, version, definition: definition as EventDefinition<string, z.ZodType> }
  return {
    ...type,
    name,
    with: (data, about) => ({ ...about, type, data }),
    is: (recorded): recorded is RecordedEvent<z.output<Schema>, Name> => recorded.type === name,
  }
}
