import type { RecordedEvent } from '../event/event.ts'
import type { Database } from '../store/database.ts'
import { hasEventsAfter, readVisible } from '../store/event-lag.ts'
import type { Cursor, EventStore, StoredEvent } from '../store/events.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'

/** Some events in the order of the store, as they are stored. */
export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Everything up to here was looked at. */
  readonly next: Cursor
  /** True when nothing more can be read now. */
  readonly end: boolean
  /** True when there is more, which a transaction under way may still come before. */
  readonly held: boolean
}

/** The events as projections read them. */
export interface EventSource {
  /** Never skips one that is not yet visible. */
  read(after: Cursor, types: readonly string[], limit: number): Promise<EventPage>
  /** In the shape of their newest version. Throws `EVENT_UNREADABLE`, `PERSON_KEYS_MISSING` or `PERSON_KEYS_FAILED`. */
  decode(events: readonly StoredEvent[]): Promise<readonly RecordedEvent[]>
  /** Everything visible: only when nobody can append. */
  readAtOnce(
    tx: Tx,
    after: Cursor,
    types: readonly string[],
    limit: number,
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly next: Cursor }>
}

/** What the source is made of. */
export interface SourceGround {
  readonly database: Database
  readonly store: Pick<EventStore, 'readAll'>
  readonly decode: (events: readonly StoredEvent[]) => Promise<readonly RecordedEvent[]>
}

/** Reads events for projections. */
export function createSource({ database, store, decode }: SourceGround): EventSource {
  return {
    decode,
    async read(after, types, limit) {
      const { events, next, end } = await store.readAll(after, limit, { types })
      const held =
        end && database.dialect === 'postgres' && (await hasEventsAfter(database.kysely<EngineTables>(), next))
      return { events, next, end, held }
    },
    async readAtOnce(tx, after, types, limit) {
      const stored = await readVisible(tx, after, types, limit)
      const last = stored.at(-1)
      return {
        events: await decode(stored),
        next: last === undefined ? after : { tx: last.tx, position: last.position },
      }
    },
  }
}
