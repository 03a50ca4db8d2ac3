import type { Transaction } from 'kysely'
import type { StoredEvent } from '../event/event-api.ts'

export type { StoredEvent } from '../event/event-api.ts'

/** A place in the order of the store: after everything up to and including this event. */
export interface Cursor {
  /** On SQLite 0: its one writer makes the positions themselves the order. */
  readonly tx: number
  readonly position: number
}

/** Before the first event. */
export const BEGINNING: Cursor = { tx: 0, position: 0 }

/** Negative when `one` comes before `other`. */
export function compareCursors(one: Cursor, other: Cursor): number {
  return one.tx - other.tx || one.position - other.position
}

/** An event that was checked and is ready to be stored. */
export type PreparedEvent = Pick<StoredEvent, 'type' | 'typeVersion' | 'data' | 'meta' | 'person' | 'sealed'>

/** Events for the end of one stream. */
export interface StreamAppend {
  readonly org: string
  readonly stream: string
  readonly expected: number | 'any'
  readonly events: readonly PreparedEvent[]
  readonly runId: number | null
  readonly at: number
}

/** What became of an append: `conflict` and `closed` have written nothing. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly version: number; readonly tx: number; readonly positions: readonly number[] }
  | { readonly kind: 'conflict'; readonly version: number }
  | { readonly kind: 'closed' }

/** Which events of the store; all conditions must hold. */
export interface EventFilter {
  readonly org?: string
  readonly types?: readonly string[]
  /** A beginning of the stream's name. */
  readonly prefix?: string
}

/** Some events in the order of the store. */
export interface EventBatch {
  readonly events: readonly StoredEvent[]
  /** Where to go on, also past events that the filter left out. */
  readonly next: Cursor
  /** True when nothing after `next` could be read now. */
  readonly end: boolean
}

/** The statements of the event store whose speed counts, written by hand for each store. */
export interface EventStore {
  /** All or nothing; in a commit of its own, or inside `tx`. */
  append<DB>(append: StreamAppend, tx?: Transaction<DB>): Promise<AppendOutcome>
  /** The order of the whole store, without skips: an event that is not yet visible never comes before one that was read. */
  readAll(after: Cursor, limit: number, filter?: EventFilter): Promise<EventBatch>
  /** The last place that can be read now: what `readAll` would come to. */
  head(): Promise<Cursor>
  /** Puts the order right again after a dump was restored into another server. Called before anything is appended. */
  mend(): Promise<void>
}
