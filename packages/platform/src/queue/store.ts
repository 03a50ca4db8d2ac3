import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'

/** The platform's own tables about queues. */
export interface QueueTables {
  readonly platform_queue_pause: { readonly queue: string; readonly until: number }
  readonly platform_queue_wait: {
    readonly queue: string
    readonly minute: number
    readonly bucket: number
    readonly runs: number
  }
}

/** When the pause of a queue ends. */
export interface PauseEnd {
  readonly queue: string
  /** Milliseconds UTC. */
  readonly until: number
}

/** How many runs waited about as long. */
export interface WaitCount {
  readonly queue: string
  /** Whole minutes since 1970. */
  readonly minute: number
  readonly bucket: number
  readonly runs: number
}

/** Every pause that has an end, the nearest first. */
export function selectEnds(database: Database): Promise<readonly PauseEnd[]> {
  return database.kysely<QueueTables>().selectFrom('platform_queue_pause').selectAll().orderBy('until').execute()
}

/** Sets when the pause of a queue ends. */
export async function saveEnd(db: Kysely<QueueTables>, end: PauseEnd): Promise<void> {
  await db
    .insertInto('platform_queue_pause')
    .values(end)
    .onConflict((conflict) => conflict.column('queue').doUpdateSet({ until: end.until }))
    .execute()
}

/** The pause of a queue ends no more by itself; with `until`, only if that is when it would have ended. True when there was one. */
export async function deleteEnd(db: Kysely<QueueTables>, queue: string, until?: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('platform_queue_pause')
    .where('queue', '=', queue)
    .$if(until !== undefined, (query) => query.where('until', '=', until ?? 0))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Adds to what is counted already, by whatever process. */
export async function addWaits(database: Database, counts: readonly WaitCount[]): Promise<void> {
  if (counts.length === 0) return
  // In one order in all processes: else two of them may wait for each other's rows.
  const ordered = counts.toSorted((a, b) => compare(a.queue, b.queue) || a.minute - b.minute || a.bucket - b.bucket)
  await database
    .kysely<QueueTables>()
    .insertInto('platform_queue_wait')
    .values(ordered)
    .onConflict((conflict) =>
      conflict.columns(['queue', 'minute', 'bucket']).doUpdateSet({
        runs: sql<number>`platform_queue_wait.runs + excluded.runs`,
      }),
    )
    .execute()
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** What was counted since a minute, in steps of so many minutes. */
export async function selectWaits(database: Database, since: number, step: number): Promise<readonly WaitCount[]> {
  // Whole steps on both stores: minutes are integers there.
  const { rows } = await sql<WaitCount>`
    select queue, (minute - ${sql.lit(since)}) / ${sql.lit(step)} as minute, bucket, sum(runs) as runs
    from platform_queue_wait where minute >= ${since}
    group by queue, (minute - ${sql.lit(since)}) / ${sql.lit(step)}, bucket`.execute(database.kysely())
  return rows.map(({ queue, minute, bucket, runs }) => {
    return { queue, minute: Number(minute), bucket, runs: Number(runs) }
  })
}

/** Forgets what was counted before a minute. */
export async function deleteWaits(database: Database, before: number): Promise<void> {
  await database.kysely<QueueTables>().deleteFrom('platform_queue_wait').where('minute', '<', before).execute()
}
