import type { Database } from '@regie/engine'
import { type Kysely, sql, type Transaction } from 'kysely'
import { MOST_BYTES, MOST_LINES } from '../buffer.ts'
import { type LogLevel, levelOf, type NewRunLine, numberOf, type RunLine } from '../line.ts'

interface LineRow {
  readonly run_id: number
  readonly seq: number
  readonly org_id: string
  readonly attempt: number
  readonly at: number
  readonly level: number
  readonly message: string
  readonly fields: string | null
}

/** The tables of the lines of runs. */
export interface RunLogTables {
  readonly platform_run_log: {
    readonly run_id: number
    readonly org_id: string
    readonly lines: number
    readonly bytes: number
    readonly dropped: number
  }
  readonly platform_run_line: LineRow
  readonly platform_run_log_erasure: { readonly org_id: string; readonly person: string; readonly at: number }
}

/** Lines of one run, ready to be written. */
export interface WrittenLines {
  readonly run: number
  readonly org: string
  readonly lines: readonly NewRunLine[]
  readonly cut: number
  readonly dropped: number
}

/** Which lines of a run are wanted; all conditions must hold. */
export interface LineFilter {
  /** Of this level and graver. */
  readonly level?: LogLevel | undefined
  readonly attempt?: number | undefined
  /** Somewhere in the message or the fields, whatever the case. */
  readonly text?: string | undefined
}

/** What is known of a run's lines besides themselves. */
export interface LineHead {
  readonly run: number
  readonly org: string
  /** How many it has written in all: the sequence of the newest. */
  readonly lines: number
  readonly dropped: number
}

/**
 * Writes lines at the end of their runs' and lets go of the oldest of those that have too many. The heads are locked until
 * the commit, in one order, so that lines are seen in the order of their sequence: whoever has read up to one has read all
 * before it, whatever process wrote them.
 */
export function writeLines(database: Database, given: readonly WrittenLines[]): Promise<void> {
  const runs = given.toSorted((one, other) => one.run - other.run)
  return database.transaction<void, RunLogTables>(async (tx) => {
    const heads = await raiseHeads(tx, runs)
    const rows = runs.flatMap(({ run, org, lines }) => {
      const first = (heads.get(run)?.lines ?? 0) - lines.length + 1
      return lines.map((line, index) => rowOf(line, { run_id: run, seq: first + index, org_id: org }))
    })
    // Older than what was not kept: nothing is to be missing in the middle.
    const older = runs.flatMap(({ run, lines, cut }) =>
      cut === 0 ? [] : [{ run, upTo: (heads.get(run)?.lines ?? 0) - lines.length }],
    )
    if (older.length > 0) await deleteUpTo(tx, older)
    if (rows.length > 0) await tx.insertInto('platform_run_line').values(rows).execute()
    const long = runs.filter((added) => isLong(heads.get(added.run), added))
    if (long.length > 0)
      await trim(
        tx,
        long.map(({ run }) => run),
      )
  })
}

/** Whether the lines of a run are to be looked through for those that are too many: not for each few of them. */
function isLong(head: { readonly lines: number; readonly bytes: number } | undefined, added: WrittenLines): boolean {
  if (head === undefined) return false
  const passes = (total: number, more: number, most: number): boolean => {
    const step = most / 4
    return total > most && Math.floor(total / step) > Math.floor((total - more) / step)
  }
  return (
    passes(head.lines, added.cut + added.lines.length, MOST_LINES) || passes(head.bytes, bytesOf(added), MOST_BYTES)
  )
}

function bytesOf({ lines }: WrittenLines): number {
  return lines.reduce((sum, { message, fields }) => sum + message.length + JSON.stringify(fields ?? '').length, 0)
}

async function raiseHeads(tx: Transaction<RunLogTables>, runs: readonly WrittenLines[]) {
  const rows = runs.map((added) => ({
    run_id: added.run,
    org_id: added.org,
    lines: added.cut + added.lines.length,
    bytes: bytesOf(added),
    dropped: added.dropped,
  }))
  const heads = await tx
    .insertInto('platform_run_log')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('run_id').doUpdateSet(({ eb, ref }) => ({
        lines: eb('platform_run_log.lines', '+', ref('excluded.lines')),
        bytes: eb('platform_run_log.bytes', '+', ref('excluded.bytes')),
        dropped: eb('platform_run_log.dropped', '+', ref('excluded.dropped')),
      })),
    )
    .returning(['run_id', 'lines', 'bytes'])
    .execute()
  return new Map(heads.map((head) => [head.run_id, head]))
}

function rowOf(
  { attempt, at, level, message, fields }: NewRunLine,
  place: Pick<LineRow, 'run_id' | 'seq' | 'org_id'>,
): LineRow {
  return {
    ...place,
    attempt,
    at,
    level: numberOf(level),
    // PostgreSQL has no NUL in its texts.
    message: message.replaceAll('\0', '').toWellFormed(),
    fields: fields === undefined ? null : JSON.stringify(fields),
  }
}

async function deleteUpTo(
  tx: Transaction<RunLogTables>,
  runs: readonly { readonly run: number; readonly upTo: number }[],
): Promise<void> {
  await tx
    .deleteFrom('platform_run_line')
    .where(({ eb, and, or }) => or(runs.map(({ run, upTo }) => and([eb('run_id', '=', run), eb('seq', '<=', upTo)]))))
    .execute()
}

async function trim(tx: Transaction<RunLogTables>, runs: readonly number[]): Promise<void> {
  const ids = sql.join(runs)
  await sql`
    delete from platform_run_line where (run_id, seq) in (
      select run_id, seq from (
        select run_id, seq,
          row_number() over newest as place,
          sum(length(message) + coalesce(length(fields), 0)) over newest as total
        from platform_run_line where run_id in (${ids})
        window newest as (partition by run_id order by seq desc)
      ) as line
      where place > ${MOST_LINES} or (total > ${MOST_BYTES} and place > 1)
    )`.execute(tx)
}

/** Lines of a run after a sequence, oldest first. */
export async function readLines(
  database: Database,
  { org, run }: { readonly org: string; readonly run: number },
  { level, attempt, text, after, limit }: LineFilter & { readonly after: number; readonly limit: number },
): Promise<readonly RunLine[]> {
  let query = database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_line')
    .selectAll()
    .where('run_id', '=', run)
    .where('org_id', '=', org)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
  if (level !== undefined) query = query.where('level', '>=', numberOf(level))
  if (attempt !== undefined) query = query.where('attempt', '=', attempt)
  if (text !== undefined) query = query.where(holding(text))
  return (await query.execute()).map(lineOf)
}

/** What is known of the lines of these runs; of those that wrote none, nothing. */
export async function readHeads(database: Database, runs: readonly number[]): Promise<readonly LineHead[]> {
  if (runs.length === 0) return []
  const rows = await database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_log')
    .select(['run_id', 'org_id', 'lines', 'dropped'])
    .where('run_id', 'in', runs)
    .execute()
  return rows.map(({ run_id: run, org_id: org, lines, dropped }) => ({ run, org, lines, dropped }))
}

/** The sequence of the oldest line that is kept. */
export async function readFirst(database: Database, run: number): Promise<number | undefined> {
  const row = await database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_line')
    .select('seq')
    .where('run_id', '=', run)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row?.seq
}

/** Lines of several runs, each after a sequence; at most so many in all. */
export async function readNews(
  database: Database,
  runs: readonly { readonly run: number; readonly after: number }[],
  limit: number,
): Promise<ReadonlyMap<number, readonly RunLine[]>> {
  const rows = await database
    .kysely<RunLogTables>()
    .selectFrom('platform_run_line')
    .selectAll()
    .where(({ eb, and, or }) => or(runs.map(({ run, after }) => and([eb('run_id', '=', run), eb('seq', '>', after)]))))
    .orderBy('run_id')
    .orderBy('seq')
    .limit(limit)
    .execute()
  return new Map([...Map.groupBy(rows, ({ run_id }) => run_id)].map(([run, own]) => [run, own.map(lineOf)]))
}

/** Removes the oldest lines from before an instant (milliseconds UTC), at most so many; answers how many. */
export async function deleteBefore(database: Database, before: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from platform_run_line where (run_id, seq) in (
      select run_id, seq from platform_run_line where at < ${before} order by at limit ${limit}
    )`.execute(database.kysely<RunLogTables>())
  return Number(numAffectedRows)
}

/** Removes the lines of runs that are forgotten. */
export async function deleteLines(db: Kysely<RunLogTables>, runs: readonly number[]): Promise<void> {
  await db.deleteFrom('platform_run_line').where('run_id', 'in', runs).execute()
  await db.deleteFrom('platform_run_log').where('run_id', 'in', runs).execute()
}

function lineOf({ seq, attempt, at, level, message, fields }: LineRow): RunLine {
  const more = fields === null ? {} : { fields: JSON.parse(fields) }
  return { seq, attempt, at, level: levelOf(level), message, ...more }
}

function holding(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(lower(message) like ${pattern} escape '\\' or lower(coalesce(fields, '')) like ${pattern} escape '\\')`
}
