import type { Decided, DecideOptions, Decider } from './decider.ts'
import type { AnyEventType, EventOf, NewEvent, RecordedEvent } from './event.ts'

/**
 * What the writer believes the stream's version to be: a number (0 for no event yet), `new` for a stream that must not
 * exist, `any` when it does not matter.
 */
export type ExpectedVersion = number | 'any' | 'new'

/** Whose stream it is. */
export interface StreamOptions {
  /** Default: the engine's organisation, or that of the run that asks. */
  readonly org?: string
}

/** What `append` answers. */
export interface Appended {
  readonly stream: string
  /** Of the stream, now. */
  readonly version: number
  /** Of the events appended, in order. */
  readonly positions: readonly number[]
  /** The place of the last of them in the order of the store. */
  readonly cursor: string
}

/** Appends events. Everything is checked first; what throws has appended nothing. */
export interface Append {
  /**
   * Appends to the end of a stream, which begins to exist with its first event. Inside a transaction it joins that;
   * elsewhere it is a commit of its own. Throws `STREAM_CONFLICT` when the stream has another version than expected,
   * `STREAM_ARCHIVED` when it is closed, `PAYLOAD_INVALID`, `PAYLOAD_TOO_LARGE` (1 MiB an event), `EVENT_UNKNOWN`,
   * `APPEND_INVALID`, `NAME_INVALID`, `PERSON_MISSING`, `PERSON_FORGOTTEN`, `PERSON_KEYS_FAILED`, or the store's
   * `STORE_BUSY` and `STORE_FAILED`.
   */
  append(
    stream: string,
    expectedVersion: ExpectedVersion,
    events: NewEvent | readonly NewEvent[],
    options?: StreamOptions,
  ): Promise<Appended>
  /**
   * Reads a stream's state, lets the decider decide, and appends what it decided; again when somebody else was faster,
   * `attempts` times in all (default 5), then throws `STREAM_CONFLICT`. Throws what `append` throws, and what `decide` throws.
   */
  decide<State, Command, Types extends readonly AnyEventType[]>(
    decider: Decider<State, Command, Types>,
    stream: string,
    command: Command,
    options?: DecideOptions,
  ): Promise<Decided<State, Types>>
}

/** Where a stream stands. */
export interface StreamStatus {
  readonly org: string
  readonly name: string
  /** How many events were ever appended. */
  readonly version: number
  readonly createdAt: number
  /** When the last event was appended. */
  readonly updatedAt: number
  /** `closed` takes no more events; of an `archived` one they have been handed out and removed. */
  readonly state: 'open' | 'closed' | 'archived'
  readonly closedAt?: number
  readonly archivedAt?: number
}

/** Which streams to list; all conditions must hold. */
export interface StreamFilter extends StreamOptions {
  /** A beginning of the name. */
  readonly prefix?: string
  readonly state?: StreamStatus['state']
}

/** A page of streams, in the order of their names. */
export interface StreamPage {
  readonly streams: readonly StreamStatus[]
  /** Pass it as `after` for the next page; absent on the last. */
  readonly next?: string
}

/** Which part of a stream to read. */
export interface ReadOptions extends StreamOptions {
  /** Events after this version, or before it when `backwards`. Default: from the beginning, or from the end. */
  readonly after?: number
  /** At most 1,000. Default 200. */
  readonly limit?: number
  /** Newest first. Default false. */
  readonly backwards?: boolean
}

/** Which events of the whole store; all conditions must hold. */
export interface ReplayFilter<Types extends readonly AnyEventType[] = readonly AnyEventType[]> {
  /** Default: every organisation. */
  readonly org?: string
  /** Default: every type. */
  readonly types?: Types
  /** A beginning of the stream's name. */
  readonly prefix?: string
  /** Go on after this place in the store: what `cursorOf` or `append` answered. */
  readonly after?: string
}

/** One erasure, as it must outlive the database: apply it again to whatever is restored from a backup. */
export interface Erasure {
  readonly org: string
  readonly person: string
  /** Milliseconds UTC. */
  readonly at: number
}

/** An event as it lies in the store: the shape it was written in, personal fields still encrypted. Safe to keep elsewhere. */
export interface StoredEvent {
  readonly position: number
  readonly tx: number
  readonly org: string
  readonly stream: string
  readonly version: number
  readonly type: string
  /** The version of the type that wrote `data`. */
  readonly typeVersion: number
  /** JSON text; personal fields hold placeholders. */
  readonly data: string
  /** JSON text. */
  readonly meta: string | null
  readonly person: string | null
  /** The personal fields, encrypted. */
  readonly sealed: string | null
  readonly runId: number | null
  readonly at: number
}

/** A closed stream about to leave the store. */
export interface ArchivedStream {
  readonly status: StreamStatus
  /** From the first to the last. */
  readonly events: AsyncIterable<StoredEvent>
}

/** Events as programs and operators read and keep them. */
export interface Events {
  /** A stream's events in order; empty when there is no such stream. */
  read(stream: string, options?: ReadOptions): Promise<readonly RecordedEvent[]>
  /** Throws `STREAM_UNKNOWN`. */
  stream(name: string, options?: StreamOptions): Promise<StreamStatus>
  /** The streams of one organisation, at most 200 a page (default 50). */
  streams(filter?: StreamFilter, page?: { readonly limit?: number; readonly after?: string }): Promise<StreamPage>
  /**
   * The whole store in its order, without skips, until its present end. On PostgreSQL the end is what no transaction under
   * way can still come before.
   */
  replay<const Types extends readonly AnyEventType[] = readonly AnyEventType[]>(
    filter?: ReplayFilter<Types>,
  ): AsyncIterable<EventOf<Types[number]>>
  /** Events handed out by `archiveTo`, as `read` would have shown them. */
  decode(events: readonly StoredEvent[]): Promise<readonly RecordedEvent[]>
  /**
   * Destroys a person's key and records that: from now on the personal fields of all events about that person are
   * placeholders, in every backup too. Answers false when it was done before, or no event has told
   * anything of that person; it is recorded all the same. New events about that person are refused.
   */
  forget(person: string, options?: StreamOptions): Promise<boolean>
  /** Every erasure. Keep a copy outside the database. */
  erasures(): AsyncIterable<Erasure>
  /** Does again what a restored backup has undone. Answers how many were missing; doing it twice changes nothing. */
  reapplyErasures(erasures: Iterable<Erasure> | AsyncIterable<Erasure>): Promise<number>
  /** Throws `PERSON_KEYS_FAILED` when the keys of persons were made with another master key. `migrate` and `start` look, too. */
  checkKeys(): Promise<void>
  /** Closes a stream: it is read as before, and takes no more events. Twice is once. Throws `STREAM_UNKNOWN`. */
  archive(stream: string, options?: StreamOptions): Promise<void>
  /**
   * Hands out the streams closed before an instant, one at a time, and removes their events once `write` has resolved; the
   * stream itself stays listed as `archived`. A crash in between hands a stream out again. Events that an asynchronous
   * projection has yet to see stay. Answers how many streams were removed.
   */
  archiveTo(
    write: (stream: ArchivedStream) => Promise<void>,
    which: StreamFilter & { readonly before: number },
  ): Promise<number>
}
