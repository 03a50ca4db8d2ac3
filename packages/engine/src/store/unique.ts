import { sql } from 'kysely'
import { lockReady } from './ready.ts'
import { startersWith } from './schema.ts'
import { isPostgres, parseOptions, type Tx } from './tables.ts'

/** Takes a unique key. Undefined when it is free now and ours; otherwise the run that holds it. */
export async function takeKey(tx: Tx, key: string, until: number | null, now: number): Promise<number | undefined> {
  await tx
    .deleteFrom('engine_unique')
    .where('key', '=', key)
    .where('until', 'is not', null)
    .where('until', '<=', now)
    .execute()
  const taken = await tx
    .insertInto('engine_unique')
    .values({ key, run: 0, until })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (taken !== undefined) return undefined
  const holder = await tx.selectFrom('engine_unique').select('run').where('key', '=', key).executeTakeFirst()
  // Given back between the two statements: it is free now.
  return holder === undefined ? takeKey(tx, key, until, now) : holder.run
}

/** Writes down which runs hold the keys taken for them. */
export async function holdKeys(tx: Tx, keys: readonly { readonly key: string; readonly run: number }[]): Promise<void> {
  if (keys.length === 0) return
  const list = JSON.stringify(keys)
  await (isPostgres(tx)
    ? sql`update engine_unique u set run = (r ->> 'run')::bigint from jsonb_array_elements(${list}::jsonb) as r where u.key = r ->> 'key'`
    : sql`update engine_unique set run = json_extract(r.value, '$.run') from json_each(${list}) as r where engine_unique.key = json_extract(r.value, '$.key')`
  ).execute(tx)
}

/** Whoever is answered a run that was there already is one of those it was started for. */
export async function addStarters(tx: Tx, run: number, starters: readonly string[]): Promise<void> {
  const row = await tx
    .selectFrom('engine_body')
    .select('options')
    .where('id', '=', run)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .executeTakeFirst()
  const { by = [], ...kept } = parseOptions(row?.options ?? null)
  if (row === undefined || starters.every((starter) => by.includes(starter))) return
  const options = JSON.stringify({ ...kept, by: startersWith(by, starters) })
  await tx.updateTable('engine_body').set({ options }).where('id', '=', run).execute()
}

/** Gives back the keys that are held only until the run starts. */
export async function releaseAtStart(tx: Tx, runs: readonly number[]): Promise<void> {
  await tx.deleteFrom('engine_unique').where('run', 'in', runs).where('until', 'is', null).execute()
}

/** Ends the time in which the inputs of these runs may be replaced, and answers them as they are now. */
export async function settleInputs(tx: Tx, runs: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await tx
    .updateTable('engine_body')
    // In place: somebody may have been added to those it was started for since it was claimed. It never stands first, `u` does.
    .set({ options: sql<string>`replace(options, ',"ur":true', '')` })
    .where('id', 'in', runs)
    .returning(['id', 'payload'])
    .execute()
  return new Map(rows.map(({ id, payload }) => [id, payload]))
}

/** Gives a run that has not started, or waits for its retry, a new input. False when it is too late. */
export async function replaceInput(tx: Tx, id: number, payload: string): Promise<boolean> {
  if (!(await isWaiting(tx, id)) && !(await isClaimedOnly(tx, id))) return false
  await tx.updateTable('engine_body').set({ payload }).where('id', '=', id).execute()
  return true
}

/** Moves the start of a delayed run, but not beyond `maxMs` after it was enqueued. False when it is not delayed any more. */
export async function postpone(tx: Tx, id: number, due: number, maxMs: number | null): Promise<boolean> {
  const latest = sql<number>`(select created_at + ${maxMs ?? 0} from engine_body where id = ${id})`
  const row = await tx
    .updateTable('engine_timer')
    .set({ due: maxMs === null ? due : sql<number>`case when ${latest} < ${due} then ${latest} else ${due} end` })
    .where('id', '=', id)
    .where('kind', '=', 'run')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** True while a run has not been claimed; on PostgreSQL it cannot be until the transaction ends. */
async function isWaiting(tx: Tx, id: number): Promise<boolean> {
  // In the order in which a run moves, and waiting for whoever is moving it: it is then found at the next place.
  for (const table of ['engine_timer', 'engine_blocked'] as const) {
    const row = await tx
      .selectFrom(table)
      .select('id')
      .where('id', '=', id)
      .$if(isPostgres(tx), (query) => query.forUpdate())
      .executeTakeFirst()
    if (row !== undefined) return true
  }
  return (await lockReady(tx, [id])).length > 0
}

/** True for a run that a worker has but did not start, and will ask for its input before it does. */
async function isClaimedOnly(tx: Tx, id: number): Promise<boolean> {
  const row = await tx
    .selectFrom('engine_body as b')
    .select('b.options')
    .where('b.id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('engine_done as d').select('d.id').whereRef('d.id', '=', 'b.id'))),
    )
    .$if(isPostgres(tx), (query) => query.forUpdate('b'))
    .executeTakeFirst()
  return row !== undefined && parseOptions(row.options).ur === true
}
