import type { StatementSync } from 'node:sqlite'
import type {
  AppendOutcome,
  Cursor,
  EventBatch,
  EventFilter,
  EventStore,
  StoredEvent,
  StreamAppend,
} from '../events.ts'
import { sessionOf } from './hot.ts'
import type { SqliteHandle } from './open.ts'
import type { Statements } from './statements.ts'

const FIND_STREAM = 'SELECT version, closed_at FROM engine_stream WHERE org = ? AND name = ?'
const INSERT_STREAM = 'INSERT INTO engine_stream (version, updated_at, org, name, created_at) VALUES (?, ?, ?, ?, ?)'
const MOVE_STREAM = 'UPDATE engine_stream SET version = ?, updated_at = ? WHERE org = ? AND name = ?'
const INSERT_EVENT = `
  INSERT INTO engine_event (org, stream, version, type, type_version, data, meta, person, sealed, run, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const HEAD = 'SELECT coalesce(max(position), 0) AS position FROM engine_event'
const COLUMNS = 'position, org, stream, version, type, type_version, data, meta, person, sealed, run, at'

// A filter may pass over everything: no call keeps the event loop for longer than this many events take (7 ms).
const WINDOW = 20_000

/** The event store on SQLite, whose one writer makes the order of positions the order of commits. */
export function sqliteEvents(handle: SqliteHandle): EventStore {
  const head = (): number => Number(handle.reader.prepare(HEAD).get()?.position)
  return {
    async append(append, tx) {
      if (tx === undefined) return handle.write((statements) => appendNow(statements, append))
      return (await sessionOf(tx)).use((statements) => appendNow(statements, append))
    },
    async readAll(after, limit, filter = {}) {
      const batch = readNow(handle.reader, head(), after, limit, filter)
      // What is not yet durable must not be seen from outside: it could still vanish with the power.
      await handle.writer.settled()
      return batch
    },
    async head() {
      const position = head()
      await handle.writer.settled()
      return { tx: 0, position }
    },
    async mend() {},
  }
}

function appendNow(statements: Statements, append: StreamAppend): AppendOutcome {
  const { org, stream, expected, events, runId, at } = append
  const row = statements.prepare(FIND_STREAM).get(org, stream)
  const present = Number(row?.version ?? 0)
  if (row !== undefined && row.closed_at !== null) return { kind: 'closed' }
  if (expected !== 'any' && expected !== present) return { kind: 'conflict', version: present }
  const version = present + events.length
  if (row === undefined) statements.prepare(INSERT_STREAM).run(version, at, org, stream, at)
  if (row !== undefined) statements.prepare(MOVE_STREAM).run(version, at, org, stream)
  const insert = statements.prepare(INSERT_EVENT)
  const positions = events.map(({ type, typeVersion, data, meta, person, sealed }, index) => {
    const place = present + index + 1
    const { lastInsertRowid } = insert.run(org, stream, place, type, typeVersion, data, meta, person, sealed, runId, at)
    return Number(lastInsertRowid)
  })
  return { kind: 'appended', version, tx: 0, positions }
}

function readNow(
  statements: Statements,
  head: number,
  after: Cursor,
  limit: number,
  { org, types, prefix }: EventFilter,
): EventBatch {
  const filtered = org !== undefined || types !== undefined || prefix !== undefined
  const last = filtered ? Math.min(head, after.position + WINDOW) : head
  const conditions = [
    'position > ? AND position <= ?',
    ...(org === undefined ? [] : ['org = ?']),
    ...(types === undefined ? [] : ['type IN (SELECT value FROM json_each(?))']),
    ...(prefix === undefined ? [] : ['substr(stream, 1, length(?)) = ?']),
  ]
  const query = `SELECT ${COLUMNS} FROM engine_event WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT ?`
  const values = [
    ...(org === undefined ? [] : [org]),
    ...(types === undefined ? [] : [JSON.stringify(types)]),
    ...(prefix === undefined ? [] : [prefix, prefix]),
  ]
  const rows = arrays(statements.prepare(query)).all(after.position, last, ...values, limit) as unknown as EventArray[]
  const events = rows.map(toEvent)
  const full = events.length === limit
  const position = full ? (events.at(-1)?.position ?? after.position) : Math.max(last, after.position)
  return { events, next: { tx: 0, position }, end: position >= head }
}

// A row is read in 1.2 to 1.8 µs as an array, in 2.5 to 3.4 as an object, whose properties node:sqlite sets one by one. So
// 800,000 events are read in a second, and 240,000 with their data parsed and brought to its newest version.
function arrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true)
  return statement
}

type EventArray = readonly [
  position: number,
  org: string,
  stream: string,
  version: number,
  type: string,
  typeVersion: number,
  data: string,
  meta: string | null,
  person: string | null,
  sealed: string | null,
  runId: number | null,
  at: number,
]

function toEvent(row: EventArray): StoredEvent {
  const [position, org, stream, version, type, typeVersion, data, meta, person, sealed, runId, at] = row
  return { position, tx: 0, org, stream, version, type, typeVersion, data, meta, person, sealed, runId, at }
}
