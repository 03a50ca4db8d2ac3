import { type RawBuilder, sql } from 'kysely'
import type { FilterState, RunFilter } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { RETRIES, retries } from './retries.ts'
import { IS_WORKFLOW, joinPlaces, type RunRow, STATE, selectBodies, selectRuns } from './run-rows.ts'
import { type Db, isPostgres } from './tables.ts'

/**
 * Runs that match, newest first, below `before`. Which ones is found among bodies alone: what else is shown of a run is
 * then looked up for a page of them, not for each that was looked at.
 */
export async function findRuns(
  db: Db,
  filter: RunFilter,
  before: number | undefined,
  limit: number,
): Promise<readonly RunRow[]> {
  const page = (await matchingIds(db, filter))
    .$if(before !== undefined, (query) => query.where('b.id', '<', before ?? 0))
    .orderBy('b.id', 'desc')
    .limit(limit)
  return selectRuns(db)
    .where(sql<boolean>`${byKey(db)(sql`${page}`)}`)
    .orderBy('b.id', 'desc')
    .execute()
}

/** One run; undefined when there is none. */
export async function findRun(db: Db, id: number): Promise<RunRow | undefined> {
  return selectRuns(db).where('b.id', '=', id).executeTakeFirst()
}

/** The ids of matching runs, oldest first, above `after`. */
export async function findRunIds(db: Db, filter: RunFilter, after: number, limit: number): Promise<readonly number[]> {
  const rows = await (await matchingIds(db, filter)).where('b.id', '>', after).orderBy('b.id').limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** How many match, counting no further than `cap`. */
export async function countRuns(db: Db, filter: RunFilter, cap: number): Promise<number> {
  const matched = (await matchingIds(db, filter)).limit(cap)
  const row = await db
    .selectFrom(matched.as('m'))
    .select(({ fn }) => fn.countAll<number>().as('runs'))
    .executeTakeFirst()
  return Number(row?.runs ?? 0)
}

/** The newest run that matches; 0 when none does. */
export async function findNewest(db: Db, filter: RunFilter): Promise<number> {
  const row = await (await matchingIds(db, filter)).orderBy('b.id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

/** The jobs of all runs that match. */
export async function findJobNames(db: Db, filter: RunFilter): Promise<readonly string[]> {
  const rows = await (await matchingBodies(db, filter)).select('b.job').distinct().orderBy('b.job').execute()
  return rows.map(({ job }) => job)
}

/** Says of a body `b` in another query that its run matches. Throws `FILTER_INVALID`. */
export async function matches(db: Db, filter: RunFilter): Promise<RawBuilder<boolean>> {
  return asksForPlaces(filter) ? sql<boolean>`b.id in (${await matchingIds(db, filter)})` : matching(db, filter)
}

async function matchingIds(db: Db, filter: RunFilter) {
  return (await matchingBodies(db, filter)).select('b.id')
}

async function matchingBodies(db: Db, filter: RunFilter) {
  return selectBodies(db)
    .$if(asksForPlaces(filter), joinPlaces)
    .where(await matching(db, filter))
}

/** Says that a run is among those whose ids a query answers. */
type Among = (ids: RawBuilder<unknown>) => RawBuilder<unknown>

const isIn: Among = (ids) => sql`b.id in (${ids})`

/**
 * PostgreSQL would read a million bodies and sort what it keeps (2 s); given the ids first it goes to each by its key
 * (20 ms). Not for what is excluded: there it would go through all ids for each run.
 */
function byKey(db: Db): Among {
  return isPostgres(db) ? (ids) => sql`b.id = any(array(${ids}))` : isIn
}

async function matching(db: Db, filter: RunFilter, among = byKey(db)): Promise<RawBuilder<boolean>> {
  const {
    org,
    state,
    queue,
    job,
    workflow,
    error,
    fingerprint,
    createdBefore,
    createdAfter,
    tag,
    parentId,
    batchId,
    traceId,
    ids,
    input = {},
    all = [],
    not = [],
  } = filter
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  if (org !== undefined) conditions.push(sql`b.org = ${org}`)
  if (state !== undefined) conditions.push(...inStates(db, state, among))
  if (queue !== undefined) conditions.push(sql`b.queue = ${queue}`)
  if (job !== undefined) conditions.push(ofJob(job))
  if (workflow !== undefined) conditions.push(workflow ? IS_WORKFLOW : sql`not ${IS_WORKFLOW}`)
  if (error !== undefined) conditions.push(among(withError(db, error)))
  if (fingerprint !== undefined)
    conditions.push(
      among(sql`select id from engine_done where ${TROUBLE} and fingerprint = ${fingerprint}
        union all select id from (${retries}) as again where fingerprint = ${fingerprint}`),
    )
  if (createdBefore !== undefined) conditions.push(sql`b.created_at < ${createdBefore}`)
  if (createdAfter !== undefined) conditions.push(sql`b.created_at > ${createdAfter}`)
  if (tag !== undefined) conditions.push(among(sql`select run from engine_tag where tag = ${tag}`))
  // A child is younger than its parent: of a million runs only those since are looked at.
  if (parentId !== undefined)
    conditions.push(sql`b.id > ${parentId}`, sql`${jsonText(db, 'b.options', ['p'])} = ${String(parentId)}`)
  if (batchId !== undefined) conditions.push(sql`${jsonText(db, 'b.options', ['b'])} = ${String(batchId)}`)
  if (traceId !== undefined) conditions.push(sql`${jsonText(db, 'b.options', ['tr'])} = ${traceId}`)
  if (ids !== undefined) conditions.push(ids.length === 0 ? sql`false` : sql`b.id in (${sql.join(ids)})`)
  for (const [path, value] of Object.entries(input)) conditions.push(...holding(db, path, value))
  for (const wanted of all) conditions.push(await matching(db, wanted, among))
  // A condition on what a run has not, such as an error, is null: it does not match, so its contrary does.
  for (const unwanted of not) conditions.push(sql`not coalesce(${await matching(db, unwanted, isIn)}, false)`)
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

// Said aloud, because SQLite uses a partial index only where its own condition stands in the query.
const TROUBLE = sql`state <> 'succeeded'`
const TROUBLES: ReadonlySet<FilterState> = new Set(['failed', 'cancelled', 'expired'])

/** How a run ended badly, its row there says alone; of every other state one must know where else the run is. */
const areTroubles = (states: readonly FilterState[]): boolean => states.every((state) => TROUBLES.has(state))

function asksForPlaces({ state = [], all = [], not = [] }: RunFilter): boolean {
  return !areTroubles(state) || [...all, ...not].some(asksForPlaces)
}

function inStates(db: Db, states: readonly FilterState[], among: Among): readonly RawBuilder<unknown>[] {
  if (states.length === 0) return [sql`false`]
  if (areTroubles(states))
    return [among(sql`select id from engine_done where ${TROUBLE} and state in (${sql.join(states)})`)]
  const isThere = sql`${STATE} in (${sql.join(states)})`
  const isOne = states.includes('retrying') ? sql`(${isThere} or t.attempt > 1)` : isThere
  return [isOne, inPlaces(db, states, among)]
}

const ENDED = "select id from engine_done where state <> 'succeeded' and"

/** Runs that failed with such a text once or for good: few beside all runs, so it is they who are looked at. */
function withError(db: Db, text: string): RawBuilder<unknown> {
  const wanted = `*${text}*`
  return sql`select id from engine_done where ${TROUBLE} and ${like(db, 'error', wanted)}
    union select run from engine_attempt where ${like(db, 'error', wanted)}`
}

// What JSON writes as it is: no quotes, backslashes, control characters, half surrogate pairs, nor numbers with an exponent.
const PLAIN = /^(?!-?[\d.]+e)[\p{L}\p{N} _@:.-]+$/iu

/** A field of the input that has a value. Taking JSON apart is slow: only inputs that have the text anywhere are. */
function holding(db: Db, path: string, value: string): readonly RawBuilder<unknown>[] {
  const exactly = sql`${jsonText(db, 'b.payload', path.split('.'))} = ${value}`
  if (!PLAIN.test(value)) return [exactly]
  const somewhere = isPostgres(db) ? sql`strpos(b.payload, ${value}) > 0` : sql`instr(b.payload, ${value}) > 0`
  return [somewhere, exactly]
}

/** Where runs of a state are found without looking at all of them; success has no such place, it is the usual case. */
function inPlaces(db: Db, states: readonly FilterState[], among: Among): RawBuilder<unknown> {
  if (states.includes('succeeded')) return sql`true`
  const places = new Set(states.map((state) => placeOf(db, state)))
  return among(
    sql.join(
      [...places].map((name) => sql.raw(name)),
      sql` union all `,
    ),
  )
}

/** Throws `FILTER_INVALID` for a word that is no state. */
function placeOf(db: Db, state: FilterState): string {
  const leased = isPostgres(db)
    ? 'select unnest(ids) from engine_lease'
    : 'select ids.value from engine_lease l, json_each(l.ids) ids'
  const places: Readonly<Record<Exclude<FilterState, 'succeeded'>, string>> = {
    queued: 'select id from engine_ready',
    scheduled: "select id from engine_timer where kind = 'run'",
    retrying: `select id from ${RETRIES}`,
    waiting: 'select run from engine_workflow where waiting = 1',
    blocked: 'select id from engine_blocked',
    parked: 'select id from engine_blocked',
    running: leased,
    failed: `${ENDED} state = 'failed'`,
    cancelled: `${ENDED} state = 'cancelled'`,
    expired: `${ENDED} state = 'expired'`,
  }
  if (state !== 'succeeded' && Object.hasOwn(places, state)) return places[state]
  throw new EngineError(
    'FILTER_INVALID',
    `there is no state ${JSON.stringify(state)}: choose among succeeded, ${Object.keys(places).join(', ')}`,
  )
}

/**
 * Names of jobs are in lower case: a pattern is brought to it, not each of a million names (a third of the time). Why no
 * index helps: docs/decisions/0003-engine-tables.md.
 */
function ofJob(pattern: string): RawBuilder<unknown> {
  return pattern.includes('*')
    ? sql`b.job like ${likePattern(pattern)} escape '\\'`
    : sql`b.job = ${pattern.toLowerCase()}`
}

/** `*` stands for anything; everything else for itself, in either case. */
function like(db: Db, column: string, pattern: string): RawBuilder<unknown> {
  // SQLite's LIKE takes either case as it is: a third less time over a million rows.
  const text = isPostgres(db) ? sql`lower(${sql.ref(column)})` : sql.ref(column)
  return sql`${text} like ${likePattern(pattern)} escape '\\'`
}

function likePattern(pattern: string): string {
  return pattern
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
}

// Half a surrogate pair is escaped by JSON.stringify, a whole one is not. An even number of backslashes before is text.
const UNREADABLE = String.raw`(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})`
const REPLACED = String.raw`\1\\ufffd`

/** PostgreSQL reads no JSON with U+0000 or half a surrogate pair in it, wherever that is. */
function readable(column: string): RawBuilder<string> {
  const text = sql.ref(column)
  return sql`case when ${text} like ${'%\\\\u0000%'} or ${text} like ${'%\\\\ud%'}
    then regexp_replace(${text}, ${UNREADABLE}, ${REPLACED}, 'g') else ${text} end`
}

/** A field of a JSON column as text, the same on both stores: `true` is 'true', a number its digits. */
function jsonText(db: Db, column: string, path: readonly string[]): RawBuilder<unknown> {
  if (isPostgres(db))
    return sql`(${readable(column)})::jsonb #>> ${`{${path.map((part) => JSON.stringify(part)).join(',')}}`}::text[]`
  const place = `$${path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${JSON.stringify(part)}`)).join('')}`
  const kind = sql`json_type(${sql.ref(column)}, ${place})`
  return sql`case ${kind} when 'true' then 'true' when 'false' then 'false' else cast(json_extract(${sql.ref(column)}, ${place}) as text) end`
}
