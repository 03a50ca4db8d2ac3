import type { Cursor, EventStore } from '../store/events.ts'
import { BEGINNING, compareCursors } from '../store/events.ts'
import { parseCursor } from './cursor.ts'
import { type DecodeGround, decodeEvents } from './decode.ts'
import type { AnyEventType, EventOf } from './event.ts'
import type { ReplayFilter } from './event-api.ts'

// A page of small events is read in a few milliseconds; between pages the event loop does other work.
const PAGE = 1_000

/** What replaying needs of the engine. */
export interface ReplayGround extends DecodeGround {
  readonly store: EventStore
}

/** The store from one place to its present end, in its order. */
export async function* replayEvents<Types extends readonly AnyEventType[]>(
  ground: ReplayGround,
  { org, types, prefix, after }: ReplayFilter<Types>,
): AsyncGenerator<EventOf<Types[number]>> {
  const filter = {
    ...(org === undefined ? {} : { org }),
    ...(types === undefined ? {} : { types: types.map(({ name }) => name) }),
    ...(prefix === undefined ? {} : { prefix }),
  }
  let cursor: Cursor = after === undefined ? BEGINNING : parseCursor(after)
  // Without a bound, a replay would never end while others append.
  const end = await ground.store.head()
  while (compareCursors(cursor, end) < 0) {
    const batch = await ground.store.readAll(cursor, PAGE, filter)
    const events = await decodeEvents(ground, batch.events)
    for (const event of events) {
      if (compareCursors(event, end) > 0) return
      yield event as EventOf<Types[number]>
    }
    cursor = batch.next
    await new Promise((resolve) => setImmediate(resolve))
  }
}
