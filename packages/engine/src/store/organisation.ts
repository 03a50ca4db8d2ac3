import { sql } from 'kysely'
import type { ForgetRuns, ForgottenOrganisation } from '../engine-api.ts'
import { awaitedAmong, forgetRuns } from './retention.ts'
import type { EngineTables } from './schema.ts'
import type { Db } from './tables.ts'

// As when ended runs are forgotten for their age: SQLite's only writer is not held for long.
const SLICE = 1_000

/** What is kept by organisation besides runs, with the key of its rows; events before their streams. */
const KEPT = [
  ['engine_event', ['org', 'stream', 'version']],
  ['engine_snapshot', ['org', 'stream', 'decider']],
  ['engine_stream', ['org', 'name']],
  ['engine_person_key', ['org', 'person']],
  ['engine_erasure', ['org', 'person']],
  ['engine_signal', ['id']],
  ['engine_batch', ['id']],
  ['engine_slot_org', ['schedule', 'slot', 'org']],
  ['engine_share', ['queue', 'org']],
] as const satisfies readonly (readonly [keyof EngineTables, readonly string[]])[]

/** Removes all that is kept of an organisation, a slice to a commit; what was cut off is gone on with by doing it again. */
export async function forgetOrganisation(
  db: Db,
  org: string,
  { onForget, signal }: { readonly onForget: ForgetRuns | undefined; readonly signal: AbortSignal | undefined },
): Promise<ForgottenOrganisation> {
  const total = { runs: 0, rows: 0, left: 0 }
  for (let after = 0, finished = false; !finished; ) {
    signal?.throwIfAborted()
    const step = await forgetRunsAfter(db, org, after, onForget)
    after = step.after
    finished = step.finished
    total.runs += step.forgotten
    total.left += step.left
  }
  for (const [table, key] of KEPT) {
    for (let removed = SLICE; removed === SLICE; total.rows += removed) {
      signal?.throwIfAborted()
      removed = await removeSlice(db, table, key, org)
    }
  }
  return total
}

/** Walks by id, as there is no index by organisation. The newest run stays, because SQLite would give its number again. */
async function forgetRunsAfter(db: Db, org: string, after: number, onForget: ForgetRuns | undefined) {
  const newest = await db
    .selectFrom('engine_body')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  const rows = await db
    .selectFrom('engine_body as b')
    .leftJoin('engine_done as d', 'd.id', 'b.id')
    .select(['b.id', 'b.org', 'b.options', 'd.state'])
    .where('b.id', '>', after)
    .orderBy('b.id')
    .limit(SLICE)
    .execute()
  const own = rows.filter((row) => row.org === org)
  const ended = own.filter(({ id, state }) => state !== null && id !== newest?.id)
  const awaited = await awaitedAmong(db, ended)
  const ids = ended.flatMap(({ id }) => (awaited.has(id) ? [] : [id]))
  if (ids.length > 0) await forgetRuns(db, ids, onForget)
  return {
    after: rows.at(-1)?.id ?? after,
    forgotten: ids.length,
    left: own.length - ids.length,
    finished: rows.length < SLICE,
  }
}

async function removeSlice(db: Db, table: keyof EngineTables, key: readonly string[], org: string): Promise<number> {
  const columns = sql.join(key.map((name) => sql.ref(name)))
  const slice = sql`select ${columns} from ${sql.table(table)} where org = ${org} limit ${sql.lit(SLICE)}`
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where (${columns}) in (${slice})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
