import { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import type { Promises } from './promises.ts'

/** The business tables of the load: one row for each effect, several for each order. */
export interface LoadTables {
  cut_effect: { run: number; attempt: number }
  cut_order: { number: number; part: number; filler: string }
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS cut_effect (run INTEGER NOT NULL, attempt INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS cut_order (number INTEGER NOT NULL, part INTEGER NOT NULL, filler TEXT NOT NULL)`

/** Creates the business tables. */
export function createLoadTables(path: string): void {
  const database = new DatabaseSync(path)
  database.exec(TABLES)
  database.close()
}

/** Ids of runs that have ended, as anybody may read them. */
export async function readEnded(
  db: Kysely<{ engine_done: { id: number } }>,
  after: number,
): Promise<readonly number[]> {
  const rows = await db.selectFrom('engine_done').select('id').where('id', '>', after).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** Everything that is wrong with a database found after a cut; `lost` counts broken promises, `damaged` the rest. */
export interface Findings {
  readonly lost: readonly string[]
  readonly damaged: readonly string[]
}

const PLACES = `
  SELECT 'ready' AS place, id FROM engine_ready
  UNION ALL SELECT 'timer', id FROM engine_timer WHERE kind = 'run'
  UNION ALL SELECT 'blocked', id FROM engine_blocked
  UNION ALL SELECT 'done', id FROM engine_done
  UNION ALL SELECT 'lease', value FROM engine_lease, json_each(engine_lease.ids) WHERE value NOT IN (SELECT id FROM engine_done)`

/** Opens the file as SQLite recovers it and holds it against what was promised. */
export function examine(path: string, promises: Promises): Findings {
  const database = new DatabaseSync(path)
  try {
    const check = database
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row.integrity_check))
    const damaged = check.join() === 'ok' ? [] : [`integrity_check: ${check.slice(0, 3).join('; ')}`]
    return { lost: lostIn(database, promises), damaged: [...damaged, ...brokenIn(database)] }
  } catch (error) {
    return { lost: [], damaged: [`cannot be read: ${String(error)}`] }
  } finally {
    database.close()
  }
}

function lostIn(database: DatabaseSync, { enqueued, started, ended, completed, orders }: Promises): readonly string[] {
  const numbers = (sql: string): ReadonlySet<number> => {
    if (!hasTables(database)) return new Set()
    return new Set(
      database
        .prepare(sql)
        .all()
        .map((row) => Number(Object.values(row)[0])),
    )
  }
  const [bodies, done] = [numbers('SELECT id FROM engine_body'), numbers('SELECT id FROM engine_done')]
  const effects = numbers('SELECT run FROM cut_effect')
  const known = numbers('SELECT DISTINCT number FROM cut_order')
  const missing = (what: string, promised: ReadonlySet<number>, there: ReadonlySet<number>): readonly string[] =>
    [...promised].filter((id) => !there.has(id)).map((id) => `${what} ${id}`)
  return [
    ...missing('acknowledged run', enqueued, bodies),
    ...missing('started run', started, bodies),
    ...missing('end that was read of run', ended, done),
    ...missing('acknowledged completion of run', completed, done),
    ...missing('row of the acknowledged completion of run', completed, effects),
    ...missing('acknowledged order', orders, known),
  ]
}

/** What no cut may leave behind, promised or not: parts of transactions, runs in two places or none. */
function brokenIn(database: DatabaseSync): readonly string[] {
  if (!hasTables(database)) return []
  const places = Map.groupBy(database.prepare(PLACES).all(), ({ id }) => Number(id))
  const bodies = database
    .prepare('SELECT id FROM engine_body')
    .all()
    .map(({ id }) => Number(id))
  const misplaced = bodies.flatMap((id) => {
    const at = (places.get(id) ?? []).map(({ place }) => String(place))
    return at.length === 1 ? [] : [`run ${id} is in ${at.length} places: ${at.join(', ')}`]
  })
  const rows = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => JSON.stringify(row))
  return [
    ...misplaced,
    ...rows('SELECT number, count(*) AS parts FROM cut_order GROUP BY number HAVING parts <> 5').map(
      (row) => `part of an order: ${row}`,
    ),
    ...rows(
      `SELECT o.number FROM cut_order o WHERE o.part = 0 AND (SELECT count(*) FROM engine_body b WHERE b.job = 'ship' AND json_extract(b.payload, '$.order') = o.number) <> 2`,
    ).map((row) => `an order without its runs: ${row}`),
    ...rows(
      `SELECT json_extract(payload, '$.group') AS "group", count(*) AS runs FROM engine_body WHERE job = 'bulk' GROUP BY 1 HAVING runs <> 40`,
    ).map((row) => `part of a bulk: ${row}`),
    ...rows('SELECT run, count(*) AS times FROM cut_effect GROUP BY run HAVING times > 1').map(
      (row) => `an effect twice: ${row}`,
    ),
    ...rows(
      `SELECT b.id FROM engine_body b LEFT JOIN engine_done d ON d.id = b.id LEFT JOIN cut_effect e ON e.run = b.id
       WHERE b.job = 'effect' AND (d.id IS NULL) <> (e.run IS NULL)`,
    ).map((row) => `half a completion: ${row}`),
    ...rows(
      `SELECT e.run FROM cut_effect e WHERE (SELECT count(*) FROM engine_body b WHERE b.job = 'child' AND json_extract(b.payload, '$.parent') = e.run) <> 1`,
    ).map((row) => `a completion without its child: ${row}`),
  ]
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'cut_order'").get() !== undefined
}

/** Runs that have not ended. */
export async function readUnended(
  db: Kysely<{ engine_done: { id: number }; engine_body: { id: number } }>,
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('engine_body as b')
    .leftJoin('engine_done as d', 'd.id', 'b.id')
    .select('b.id')
    .where('d.id', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}
