import { EngineError } from '../errors.ts'
import { checkName } from '../job/registry.ts'
import type { AnyEventType, EventOf, NewEvent } from './event.ts'
import type { StreamOptions } from './event-api.ts'

/** Keeps a state so that not every event must be read again. Streams with events about a person are never kept so. */
export interface SnapshotPolicy {
  /** After at least this many events since the last one. */
  readonly every: number
  /** Of the state's shape, a whole number from 1: raise it when `evolve` or the state changes, and older snapshots are ignored. */
  readonly version: number
}

/** Business rules over one stream: what may happen, and what it changes. Both functions are pure. */
export interface Decider<State, Command, Types extends readonly AnyEventType[]> {
  /** Unique among the deciders that read the same streams: snapshots are kept under it. */
  readonly name: string
  /** The types `evolve` is given; events of other types in the stream are passed over. */
  readonly events: Types
  /** Before the first event. JSON when there are snapshots. */
  readonly initial: State
  /** What follows from a command, or an error of yours when it must not be. Nothing to append is an empty list. */
  decide(state: State, command: Command): NewEvent | readonly NewEvent[]
  /** The state after an event. */
  evolve(state: State, event: EventOf<Types[number]>): State
  /** Default: none. */
  readonly snapshot?: SnapshotPolicy
}

/** How to decide. */
export interface DecideOptions extends StreamOptions {
  /** How often to try when others append to the same stream. Default 5. */
  readonly attempts?: number
}

/** What became of a command. */
export interface Decided<State, Types extends readonly AnyEventType[]> {
  /** After the events. */
  readonly state: State
  /** Of the stream. */
  readonly version: number
  /** What was appended; empty when nothing was decided. */
  readonly events: readonly EventOf<Types[number]>[]
}

/** Declares a decider: the identity, with its types worked out. */
export function decider<State, Command, const Types extends readonly AnyEventType[]>(
  definition: Decider<State, Command, Types>,
): Decider<State, Command, Types> {
  return definition
}

/** Throws `NAME_INVALID` or `EVENT_INVALID`. */
export function checkDecider({
  name,
  snapshot,
}: Pick<Decider<never, never, readonly AnyEventType[]>, 'name' | 'snapshot'>) {
  checkName('decider', name)
  if (snapshot === undefined) return
  for (const [field, value] of Object.entries(snapshot)) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new EngineError(
      'EVENT_INVALID',
      `snapshot.${field} of the decider ${name} is ${value}: give a whole number from 1`,
    )
  }
}
