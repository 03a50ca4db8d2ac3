import { sql } from 'kysely'
import { type Db, isPostgres, type Tx } from './tables.ts'

/** A worker's right to some runs, as claimed together. */
export interface Lease {
  readonly id: number
  readonly worker: number
  readonly queue: string
  readonly claimedAt: number
  readonly ids: readonly number[]
  readonly attempts: readonly number[]
}

/** The leases of these workers; of all when none is named. */
export async function readLeases(db: Db, workers?: readonly number[]): Promise<readonly Lease[]> {
  const json = (column: 'ids' | 'attempts') =>
    isPostgres(db) ? sql<string>`array_to_json(${sql.ref(column)})::text` : sql<string>`${sql.ref(column)}`
  const rows = await db
    .selectFrom('engine_lease')
    .select(['id', 'worker', 'queue', 'claimed_at', json('ids').as('id_list'), json('attempts').as('attempt_list')])
    .$if(workers !== undefined, (query) => query.where('worker', 'in', [...(workers ?? []), -1]))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    worker: row.worker,
    queue: row.queue,
    claimedAt: row.claimed_at,
    ids: JSON.parse(row.id_list),
    attempts: JSON.parse(row.attempt_list),
  }))
}

/** What a lease still covers after some of its runs have gone elsewhere; nothing left deletes it. */
export interface LeaseRest {
  readonly id: number
  readonly ids: readonly number[]
  readonly attempts: readonly number[]
}

/** Rewrites leases in one statement each way, as far as they still name these runs; only those of `worker`, when one is given. */
export async function writeLeases(tx: Tx, rests: readonly LeaseRest[], worker?: number): Promise<void> {
  const empty = rests.filter(({ ids }) => ids.length === 0).map(({ id }) => id)
  if (empty.length > 0)
    await tx
      .deleteFrom('engine_lease')
      .where('id', 'in', empty)
      .$if(worker !== undefined, (query) => query.where('worker', '=', worker ?? -1))
      .execute()
  const kept = rests.filter(({ ids }) => ids.length > 0)
  if (kept.length === 0) return
  const list = JSON.stringify(kept)
  const own = worker === undefined ? sql`` : sql`and worker = ${worker}`
  // What left the lease meanwhile (it ended and was retried) stays out: its worker does not know yet.
  if (isPostgres(tx)) {
    await sql`
      update engine_lease l set (ids, attempts) = (
        select coalesce(array_agg(u.id::bigint order by u.place), '{}'), coalesce(array_agg(u.attempt::integer order by u.place), '{}')
        from rows from (jsonb_array_elements_text(r.rest -> 'ids'), jsonb_array_elements_text(r.rest -> 'attempts'))
          with ordinality as u(id, attempt, place) where u.id::bigint = any(l.ids)
      ) from (select jsonb_array_elements(${list}::jsonb) as rest) r
      where l.id = (r.rest ->> 'id')::bigint ${own}`.execute(tx)
    return
  }
  const rest = sql`select r.value from json_each(${list}) r where json_extract(r.value, '$.id') = engine_lease.id`
  const still = (column: string) => sql`(
    select json_group_array(value) from (
      select c.value from (${rest}) r, json_each(r.value, '$.ids') i join json_each(r.value, ${column}) c on c.key = i.key
      where i.value in (select value from json_each(engine_lease.ids)) order by i.key))`
  await sql`
    update engine_lease set ids = ${still('$.ids')}, attempts = ${still('$.attempts')}
    where id in (select json_extract(value, '$.id') from json_each(${list})) ${own}`.execute(tx)
}

/** Takes runs out of whatever lease still names them: they begin a new life, in which the old lease has no part. */
export async function leaveLeases(tx: Tx, runs: readonly number[]): Promise<void> {
  const list = JSON.stringify(runs)
  if (isPostgres(tx)) {
    const leaving = sql`array(select jsonb_array_elements_text(${list}::jsonb)::bigint)`
    await sql`
      update engine_lease l set (ids, attempts) = (
        select coalesce(array_agg(u.id order by u.place), '{}'), coalesce(array_agg(u.attempt order by u.place), '{}')
        from unnest(l.ids, l.attempts) with ordinality as u(id, attempt, place) where u.id <> all(${leaving})
      ) where l.ids && ${leaving}`.execute(tx)
    return
  }
  const leaving = new Set(runs)
  const touched = (await readLeases(tx)).filter(({ ids }) => ids.some((id) => leaving.has(id)))
  const rests = touched.map(({ id, ids, attempts }) => {
    const kept = ids.map((run, index) => [run, attempts[index] ?? 1] as const).filter(([run]) => !leaving.has(run))
    return { id, ids: kept.map(([run]) => run), attempts: kept.map(([, attempt]) => attempt) }
  })
  await writeLeases(tx, rests)
}
