import type { Kysely } from 'kysely'

/** What is done with many runs. */
export type BulkAct = 'cancel' | 'retry'

/** The tables of this part. */
export interface BulkTables {
  readonly platform_bulk: {
    readonly id: string
    readonly org_id: string
    readonly act: BulkAct
    readonly filter: string
    readonly reason: string | null
    /** Runs newer than this one are left alone: what arrived later was not agreed to. */
    readonly newest: number
    /** Where the next slice begins; null before the first. */
    readonly place: string | null
    readonly seen: number
    readonly done: number
    /** Milliseconds UTC, as the others. */
    readonly started_at: number
    readonly moved_at: number
    readonly ended_at: number | null
  }
}

/** One of them. */
export type BulkRow = BulkTables['platform_bulk']

type Db = Kysely<BulkTables>

/** Keeps what was begun. */
export async function insertBulk(db: Db, row: BulkRow): Promise<void> {
  await db.insertInto('platform_bulk').values(row).execute()
}

/** One of an organisation. */
export function findBulk(db: Db, org: string, id: string): Promise<BulkRow | undefined> {
  return db.selectFrom('platform_bulk').selectAll().where('org_id', '=', org).where('id', '=', id).executeTakeFirst()
}

/** Those under way at an instant that cancelled runs as old as this one; two at most. */
export function findCancels(
  db: Db,
  org: string,
  { run, at }: { readonly run: number; readonly at: number },
): Promise<readonly Pick<BulkRow, 'id'>[]> {
  return db
    .selectFrom('platform_bulk')
    .select('id')
    .where('org_id', '=', org)
    .where('act', '=', 'cancel')
    .where('newest', '>=', run)
    .where('started_at', '<=', at)
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>=', at)]))
    .limit(2)
    .execute()
}

/** Adds a slice to what was done; undefined when it has ended meanwhile, or is not any more where the slice begins. */
export function addSlice(
  db: Db,
  { org_id: org, id, place }: Pick<BulkRow, 'org_id' | 'id' | 'place'>,
  slice: { readonly seen: number; readonly done: number; readonly place: string | null; readonly ended: boolean },
  now: number,
): Promise<BulkRow | undefined> {
  return db
    .updateTable('platform_bulk')
    .set(({ eb }) => ({
      seen: eb('seen', '+', slice.seen),
      done: eb('done', '+', slice.done),
      place: slice.place,
      moved_at: now,
      ended_at: slice.ended ? now : null,
    }))
    .where('org_id', '=', org)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('place', place === null ? 'is' : '=', place)
    .returningAll()
    .executeTakeFirst()
}

/** Ends one; undefined when it has ended already. */
export function endBulk(
  db: Db,
  { org_id: org, id }: Pick<BulkRow, 'org_id' | 'id'>,
  now: number,
): Promise<BulkRow | undefined> {
  return db
    .updateTable('platform_bulk')
    .set({ ended_at: now })
    .where('org_id', '=', org)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Those that nobody has gone on with since before an instant, of all organisations; a hundred at most. */
export function selectLeft(db: Db, before: number): Promise<readonly BulkRow[]> {
  return db
    .selectFrom('platform_bulk')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('moved_at', '<', before)
    .limit(100)
    .execute()
}

/** Forgets those that ended before an instant. */
export async function deleteEnded(db: Db, before: number): Promise<void> {
  await db.deleteFrom('platform_bulk').where('ended_at', '<', before).execute()
}
