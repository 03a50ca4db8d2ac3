import { sql } from 'kysely'
import type { Cursor, StoredEvent } from './events.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

const after = (db: Db | Tx, { tx, position }: Cursor) =>
  isPostgres(db) ? sql<boolean>`(tx, position) > (${tx}, ${position})` : sql<boolean>`position > ${position}`

/** True when something visible comes after this place, whether it may be read already or not. */
export async function hasEventsAfter(db: Db, cursor: Cursor): Promise<boolean> {
  const row = await db
    .selectFrom('engine_event')
    .select('position')
    .where(after(db, cursor))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The last visible event, whether it may be read already or not. */
export function lastEvent(db: Db): Promise<Cursor> {
  return outermost(db, 'desc')
}

/** The first event there is; those that were archived are gone. */
export function firstEvent(db: Db): Promise<Cursor> {
  return outermost(db, 'asc')
}

async function outermost(db: Db, direction: 'asc' | 'desc'): Promise<Cursor> {
  const tx = isPostgres(db) ? sql<number>`tx` : sql<number>`0`
  const row = await db
    .selectFrom('engine_event')
    .select(['position', tx.as('tx')])
    .$if(isPostgres(db), (query) => query.orderBy(sql`tx`, direction))
    .orderBy('position', direction)
    .limit(1)
    .executeTakeFirst()
  return row ?? { tx: 0, position: 0 }
}

/** How many events come after a place, counted no further than `cap`, and when the first of them was appended. */
export async function readLag(
  db: Db,
  cursor: Cursor,
  cap: number,
): Promise<{ readonly count: number; readonly since?: number }> {
  const order = isPostgres(db) ? sql`tx, position` : sql`position`
  const { rows } = await sql<{ count: number; since: number | null }>`
    select count(*) as count, (select at from engine_event where ${after(db, cursor)} order by ${order} limit 1) as since
    from (select 1 from engine_event where ${after(db, cursor)} limit ${cap}) as e`.execute(db)
  const [row] = rows
  const since = row?.since ?? undefined
  return { count: Number(row?.count ?? 0), ...(since === undefined ? {} : { since }) }
}

/** The visible events of these types after a place, in the order of the store, whether they may be read already or not. */
export async function readVisible(
  tx: Tx,
  cursor: Cursor,
  types: readonly string[],
  limit: number,
): Promise<readonly StoredEvent[]> {
  const number = isPostgres(tx) ? sql<number>`tx` : sql<number>`0`
  const rows = await tx
    .selectFrom('engine_event')
    .select([
      'position',
      'org',
      'stream',
      'version',
      'type',
      'type_version as typeVersion',
      'data',
      'meta',
      'person',
      'sealed',
      'run as runId',
      'at',
      number.as('tx'),
    ])
    .where('type', 'in', types)
    .where(after(tx, cursor))
    .$if(isPostgres(tx), (query) => query.orderBy(sql`tx`))
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows
}
