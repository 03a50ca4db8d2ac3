import { sql } from 'kysely'
import type { ErrorGroup, ErrorQuery } from '../engine-api.ts'
import { matches } from './run-filter.ts'
import type { Db } from './tables.ts'

const HOUR_MS = 3_600_000
const HOURS = 24

/** Failed runs by their organisation and the fingerprint of their error; what failed latest comes first. */
export async function findErrorGroups(
  db: Db,
  { org, fingerprint, filter, limit, now }: ErrorQuery & { readonly limit: number; readonly now: number },
): Promise<readonly ErrorGroup[]> {
  const matched = filter === undefined ? undefined : await matches(db, filter)
  const failed = db
    .selectFrom('engine_done as d')
    .innerJoin('engine_body as b', 'b.id', 'd.id')
    .where('d.state', '=', 'failed')
    // Follows from it; SQLite uses the partial index only where its own condition stands in the query.
    .where('d.state', '<>', 'succeeded')
    .where('d.fingerprint', 'is not', null)
    .$if(matched !== undefined, (query) => query.where(matched ?? sql<boolean>`true`))
    .$if(org !== undefined, (query) => query.where('b.org', '=', org ?? ''))
    .$if(fingerprint !== undefined, (query) => query.where('d.fingerprint', 'in', [fingerprint ?? []].flat()))
  const groups = await failed
    .select(({ fn }) => [
      'd.fingerprint',
      'b.org',
      fn.countAll<number>().as('runs'),
      fn.min('d.at').as('first_at'),
      fn.max('d.at').as('last_at'),
      fn.max('d.id').as('last_id'),
    ])
    .groupBy(['b.org', 'd.fingerprint'])
    .orderBy('last_at', 'desc')
    .orderBy('d.fingerprint')
    .orderBy('b.org')
    .limit(limit)
    .execute()
  if (groups.length === 0) return []
  const since = (Math.floor(now / HOUR_MS) - HOURS + 1) * HOUR_MS
  // Whole hours on both stores: instants are integers there.
  const hour = sql<number>`(d.at - ${sql.lit(since)}) / ${sql.lit(HOUR_MS)}`
  const [newest, hours] = await Promise.all([
    db
      .selectFrom('engine_done as d')
      .innerJoin('engine_body as b', 'b.id', 'd.id')
      .select(['d.id', 'd.error', 'b.job'])
      .where(
        'd.id',
        'in',
        groups.map(({ last_id: id }) => Number(id)),
      )
      .execute(),
    failed
      .select(({ fn }) => ['d.fingerprint', 'b.org', hour.as('hour'), fn.countAll<number>().as('runs')])
      .where('d.at', '>=', since)
      .where(
        'd.fingerprint',
        'in',
        groups.map((group) => group.fingerprint),
      )
      .groupBy(['b.org', 'd.fingerprint', hour])
      .execute(),
  ])
  const byId = new Map(newest.map((run) => [run.id, run]))
  return groups.map((group) => {
    const last = byId.get(Number(group.last_id))
    const counts = Array.from({ length: HOURS }, () => 0)
    for (const each of hours)
      if (each.fingerprint === group.fingerprint && each.org === group.org)
        counts[Number(each.hour)] = Number(each.runs)
    return {
      fingerprint: group.fingerprint ?? '',
      org: group.org,
      job: last?.job ?? '',
      error: JSON.parse(last?.error ?? '{"code":"","message":""}'),
      count: Number(group.runs),
      firstAt: Number(group.first_at),
      lastAt: Number(group.last_at),
      lastRunId: Number(group.last_id),
      hours: counts.slice(0, HOURS),
    }
  })
}
