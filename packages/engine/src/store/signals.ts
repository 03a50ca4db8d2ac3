import { sql } from 'kysely'
import { chunks, type Db, isPostgres, type Tx } from './tables.ts'

/** Where a signal goes: an organisation, the signal's name, a key. */
export interface Address {
  readonly org: string
  readonly name: string
  readonly key: string
}

/** The key of signals sent to a run instead of a key of the application. */
export function keyOfRun(run: number): string {
  return `\u001frun:${run}`
}

/** The run of such a key; undefined for a key of the application. */
export function runOfKey(key: string): number | undefined {
  return key.startsWith('\u001frun:') ? Number(key.slice(5)) : undefined
}

/**
 * Makes who sends and who begins to wait at an address wait for each other: otherwise, on PostgreSQL, each could miss
 * what the other is just writing. In one order, so that nobody waits in a circle.
 */
export async function lockAddresses(tx: Tx, addresses: readonly Address[]): Promise<void> {
  if (addresses.length === 0 || !isPostgres(tx)) return
  const words = [...new Set(addresses.map(({ org, name, key }) => `${org}\u001f${name}\u001f${key}`))].toSorted()
  for (const slice of chunks(words))
    await sql`
      select pg_advisory_xact_lock(h) from (
        select distinct hashtextextended(w, 7420) as h from jsonb_array_elements_text(${JSON.stringify(slice)}::jsonb) as w order by 1
      ) as hashes`.execute(tx)
}

/** Keeps a signal until somebody waits for it. */
export async function keepSignal(tx: Tx, { org, name, key }: Address, payload: string, now: number): Promise<void> {
  await tx.insertInto('engine_signal').values({ org, name, key, payload, sent_at: now }).execute()
}

/** Takes the run that has waited longest at an address, with the step it waits in; undefined when nobody waits. */
export async function takeWaiter(
  tx: Tx,
  { org, name, key }: Address,
): Promise<{ readonly run: number; readonly step: string } | undefined> {
  const waiter = await tx
    .selectFrom('engine_wait as w')
    .innerJoin('engine_step as s', (join) => join.onRef('s.run', '=', 'w.run').onRef('s.name', '=', 'w.step'))
    .select(['w.run', 'w.step'])
    .where('w.org', '=', org)
    .where('w.name', '=', name)
    .where('w.key', '=', key)
    .orderBy('s.started_at')
    .orderBy('w.run')
    .orderBy('s.seq')
    .limit(1)
    .$if(isPostgres(tx), (query) => query.forUpdate('w'))
    .executeTakeFirst()
  if (waiter === undefined) return undefined
  return (await dropWait(tx, waiter.run, waiter.step)) ? waiter : undefined
}

/** Ends the waiting of a step; false when it has ended already. */
export async function dropWait(tx: Tx, run: number, step: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('engine_wait')
    .where('run', '=', run)
    .where('step', '=', step)
    .returning('run')
    .executeTakeFirst()
  return gone !== undefined
}

/** Closes a waiting step with what came; null for nothing in time. */
export async function closeWait(tx: Tx, run: number, step: string, payload: string | null, now: number): Promise<void> {
  await tx
    .updateTable('engine_step')
    .set({ state: 'done', result: payload, ended_at: now })
    .where('run', '=', run)
    .where('name', '=', step)
    .where('state', '=', 'pending')
    .execute()
}

/** Signals kept for nobody since before this instant. */
export async function forgetSignals(db: Db, before: number): Promise<void> {
  await db.deleteFrom('engine_signal').where('sent_at', '<', before).execute()
}

/** Signals that wait for somebody, newest first, from before an id. */
export function listSignals(
  db: Db,
  { org, name, run }: { readonly org?: string; readonly name?: string; readonly run?: number },
  { below, limit }: { readonly below: number | undefined; readonly limit: number },
) {
  return db
    .selectFrom('engine_signal')
    .selectAll()
    .$if(org !== undefined, (query) => query.where('org', '=', org ?? ''))
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .$if(run !== undefined, (query) => query.where('key', '=', keyOfRun(run ?? 0)))
    .$if(below !== undefined, (query) => query.where('id', '<', below ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Takes back a signal that waits for somebody; undefined when there is none, or of another organisation. */
export function dropSignal(db: Db, id: number, org: string | undefined) {
  return db
    .deleteFrom('engine_signal')
    .where('id', '=', id)
    .$if(org !== undefined, (query) => query.where('org', '=', org ?? ''))
    .returningAll()
    .executeTakeFirst()
}
