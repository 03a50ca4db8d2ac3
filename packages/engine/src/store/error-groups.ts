import { type RawBuilder, sql } from 'kysely'
import type { ErrorGroup, ErrorQuery } from '../engine-api.ts'
import { retries } from './retries.ts'
import { matches } from './run-filter.ts'
import type { Db } from './tables.ts'

const HOUR_MS = 3_600_000
const HOURS = 24

interface Trouble {
  readonly id: number
  readonly fingerprint: string | null
  readonly at: number
  readonly error: string | null
}

// What is no success is said aloud: SQLite uses the partial index only where its own condition stands in the query.
const FAILED = sql<Trouble>`(select id, fingerprint, at, error from engine_done where state = 'failed' and state <> 'succeeded')`
const RETRYING = sql<Trouble>`(${retries})`

/** Runs that failed, or wait for their next try, by organisation and fingerprint of their error; what failed latest comes first. */
export async function findErrorGroups(
  db: Db,
  query: ErrorQuery & { readonly limit: number; readonly now: number },
): Promise<readonly ErrorGroup[]> {
  const matched = query.filter === undefined ? undefined : await matches(db, query.filter)
  const failed = await groupsAmong(db, FAILED, query, matched)
  // The few that wait are all asked: a group of them may be one of the failed that are shown.
  const retrying = await groupsAmong(db, RETRYING, { ...query, limit: MOST_RETRYING }, matched)
  const byKey = new Map(failed.map((group) => [keyOf(group), group] as const))
  for (const { count, ...group } of retrying) {
    const known = byKey.get(keyOf(group))
    byKey.set(keyOf(group), merged(known, { ...group, count: 0, retrying: count }))
  }
  return [...byKey.values()]
    .toSorted((a, b) => b.lastAt - a.lastAt || (a.fingerprint < b.fingerprint ? -1 : 1) || (a.org < b.org ? -1 : 1))
    .slice(0, query.limit)
}

const MOST_RETRYING = 1_000

function keyOf({ org, fingerprint }: Pick<ErrorGroup, 'org' | 'fingerprint'>): string {
  return `${org} ${fingerprint}`
}

function merged(known: ErrorGroup | undefined, waiting: ErrorGroup): ErrorGroup {
  if (known === undefined) return waiting
  const newest = waiting.lastAt > known.lastAt ? waiting : known
  return {
    ...newest,
    count: known.count,
    retrying: waiting.retrying,
    firstAt: Math.min(known.firstAt, waiting.firstAt),
    hours: known.hours.map((count, hour) => count + (waiting.hours[hour] ?? 0)),
  }
}

async function groupsAmong(
  db: Db,
  source: RawBuilder<Trouble>,
  { org, fingerprint, limit, now }: ErrorQuery & { readonly limit: number; readonly now: number },
  matched: RawBuilder<boolean> | undefined,
): Promise<readonly ErrorGroup[]> {
  const failed = db
    .selectFrom(source.as<'d'>(sql`d`))
    .innerJoin('engine_body as b', 'b.id', 'd.id')
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
      .selectFrom(source.as<'d'>(sql`d`))
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
  const byId = new Map(newest.map((run) => [Number(run.id), run]))
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
      retrying: 0,
      firstAt: Number(group.first_at),
      lastAt: Number(group.last_at),
      lastRunId: Number(group.last_id),
      hours: counts.slice(0, HOURS),
    }
  })
}
