import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { compareCursors } from '../store/events.ts'
import { readSlowest } from '../store/projections.ts'
import type { EngineTables } from '../store/schema.ts'
import { lastPlace, listClosed, readStreamEvents, removeEvents } from '../store/streams.ts'
import type { ArchivedStream, StoredEvent, StreamFilter, StreamStatus } from './event-api.ts'

const STREAMS = 100
const EVENTS = 500
// The events of one stream go in one commit, however many they are.
const REMOVE_MS = 60_000

/** What archiving needs of the engine. */
export interface ArchiveGround {
  readonly database: Database
  readonly clock: Clock
}

/** Hands out closed streams and removes their events. Answers how many streams it removed. */
export async function archiveStreams(
  ground: ArchiveGround,
  write: (stream: ArchivedStream) => Promise<void>,
  { before, ...filter }: StreamFilter & { readonly before: number },
): Promise<number> {
  const db = ground.database.kysely<EngineTables>()
  let removed = 0
  let page: readonly StreamStatus[] = []
  do {
    page = await listClosed(db, filter, before, page.at(-1) ?? { org: '', name: '' }, STREAMS)
    for (const status of page) if (await archiveStream(ground, write, status)) removed++
  } while (page.length === STREAMS)
  return removed
}

async function archiveStream(
  ground: ArchiveGround,
  write: (stream: ArchivedStream) => Promise<void>,
  status: StreamStatus,
): Promise<boolean> {
  const { org, name, version } = status
  if (!(await isSeen(ground.database, org, name))) return false
  const seen = { version: 0 }
  await write({ status, events: everyEvent(ground.database, status, seen) })
  if (seen.version !== version)
    throw new EngineError(
      'ARCHIVE_INCOMPLETE',
      `of the ${version} events of the stream ${name} only ${seen.version} were read: read \`events\` to its end; nothing of it was removed`,
    )
  return ground.database.transaction<boolean, EngineTables>((tx) => removeEvents(tx, org, name, ground.clock.now()), {
    timeoutMs: REMOVE_MS,
  })
}

/** True when every asynchronous projection has gone past the stream's last event. */
async function isSeen(database: Database, org: string, name: string): Promise<boolean> {
  const db = database.kysely<EngineTables>()
  const slowest = await readSlowest(db)
  if (slowest === undefined) return true
  const last = await lastPlace(db, org, name)
  return last === undefined || compareCursors(last, slowest) <= 0
}

async function* everyEvent(
  database: Database,
  { org, name }: StreamStatus,
  seen: { version: number },
): AsyncGenerator<StoredEvent> {
  let page: readonly StoredEvent[]
  do {
    page = await readStreamEvents(database.kysely<EngineTables>(), org, name, { above: seen.version, limit: EVENTS })
    for (const event of page) {
      seen.version = event.version
      yield event
    }
  } while (page.length === EVENTS)
}
