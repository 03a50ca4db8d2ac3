import { sql } from 'kysely'
import type { StoredEvent, StreamFilter, StreamStatus } from '../event/event-api.ts'
import type { Cursor } from './events.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

interface StreamRow {
  readonly org: string
  readonly name: string
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
  readonly closed_at: number | null
  readonly archived_at: number | null
}

/** Where a stream stands; undefined when there is none. */
export async function readStream(db: Db, org: string, name: string): Promise<StreamStatus | undefined> {
  const row = await db
    .selectFrom('engine_stream')
    .selectAll()
    .where('org', '=', org)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? undefined : toStatus(row)
}

/** Streams of one organisation in the order of their names, after one of them. */
export async function listStreams(
  db: Db,
  { org, prefix, state }: StreamFilter & { readonly org: string },
  after: string,
  limit: number,
): Promise<readonly StreamStatus[]> {
  const rows = await db
    .selectFrom('engine_stream')
    .selectAll()
    .where('org', '=', org)
    .where('name', '>', after)
    .$if(prefix !== undefined, (query) => query.where(hasPrefix(prefix ?? '')))
    .$if(state !== undefined, (query) => query.where(inState(state ?? 'open')))
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(toStatus)
}

/** The place of a stream's events in the store; on PostgreSQL the order of the store is not that of positions alone. */
export async function lastPlace(db: Db, org: string, stream: string): Promise<Cursor | undefined> {
  return db
    .selectFrom('engine_event')
    .select(['position', txColumn(db)])
    .where('org', '=', org)
    .where('stream', '=', stream)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Which events of a stream: those above and below these versions. */
export interface VersionRange {
  readonly above: number
  readonly below?: number
  readonly backwards?: boolean
  readonly limit: number
}

/** Events of one stream as they lie in the store. */
export async function readStreamEvents(
  db: Db,
  org: string,
  stream: string,
  { above, below, backwards = false, limit }: VersionRange,
): Promise<readonly StoredEvent[]> {
  return db
    .selectFrom('engine_event')
    .select(['position', txColumn(db), 'org', 'stream', 'version', 'type', 'type_version as typeVersion'])
    .select(['data', 'meta', 'person', 'sealed', 'run as runId', 'at'])
    .where('org', '=', org)
    .where('stream', '=', stream)
    .where('version', '>', above)
    .$if(below !== undefined, (query) => query.where('version', '<', below ?? 0))
    .orderBy('version', backwards ? 'desc' : 'asc')
    .limit(limit)
    .execute()
}

/** Closes a stream for appends; false when there is none. On PostgreSQL whoever appends just now is waited for. */
export async function closeStream(db: Db, org: string, name: string, now: number): Promise<boolean> {
  const row = await db
    .updateTable('engine_stream')
    .set({ closed_at: sql<number>`coalesce(closed_at, ${now})` })
    .where('org', '=', org)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}

/** Closed streams whose events are still here, in the order of organisation and name. */
export async function listClosed(
  db: Db,
  { org, prefix }: StreamFilter,
  before: number,
  after: Pick<StreamStatus, 'org' | 'name'>,
  limit: number,
): Promise<readonly StreamStatus[]> {
  const rows = await db
    .selectFrom('engine_stream')
    .selectAll()
    .where('closed_at', '<', before)
    .where('archived_at', 'is', null)
    .where(({ eb, or, and }) =>
      or([eb('org', '>', after.org), and([eb('org', '=', after.org), eb('name', '>', after.name)])]),
    )
    .$if(org !== undefined, (query) => query.where('org', '=', org ?? ''))
    .$if(prefix !== undefined, (query) => query.where(hasPrefix(prefix ?? '')))
    .orderBy('org')
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(toStatus)
}

/** Removes a closed stream's events and snapshots; the row stays and says so. False when somebody else was faster. */
export async function removeEvents(tx: Tx, org: string, stream: string, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('engine_stream')
    .set({ archived_at: now })
    .where('org', '=', org)
    .where('name', '=', stream)
    .where('closed_at', 'is not', null)
    .where('archived_at', 'is', null)
    .returning('name')
    .executeTakeFirst()
  if (row === undefined) return false
  await tx.deleteFrom('engine_event').where('org', '=', org).where('stream', '=', stream).execute()
  await tx.deleteFrom('engine_snapshot').where('org', '=', org).where('stream', '=', stream).execute()
  return true
}

function toStatus({ org, name, version, created_at, updated_at, closed_at, archived_at }: StreamRow): StreamStatus {
  const state = archived_at !== null ? 'archived' : closed_at !== null ? 'closed' : 'open'
  return {
    org,
    name,
    version,
    createdAt: created_at,
    updatedAt: updated_at,
    state,
    ...(closed_at === null ? {} : { closedAt: closed_at }),
    ...(archived_at === null ? {} : { archivedAt: archived_at }),
  }
}

// No character of a name comes after this one: a range that the index serves, unlike LIKE.
const LAST = '\u{10ffff}'

function hasPrefix(prefix: string) {
  return sql<boolean>`(name >= ${prefix} and name < ${prefix + LAST})`
}

function inState(state: StreamStatus['state']) {
  if (state === 'open') return sql<boolean>`closed_at is null`
  return state === 'closed'
    ? sql<boolean>`(closed_at is not null and archived_at is null)`
    : sql<boolean>`archived_at is not null`
}

function txColumn(db: Db) {
  return (isPostgres(db) ? sql<number>`tx` : sql<number>`0`).as('tx')
}
