import { type Db, isPostgres, type Tx } from './tables.ts'

// Small enough not to hold SQLite's only writer for long: about 10 ms.
const SLICE = 500

/**
 * Forgets runs that ended before these instants, oldest first, at most `SLICE`; answers how many. The newest run is always
 * kept, because SQLite would give its number again.
 */
export async function forgetEnded(db: Db, endedBefore: number, failedBefore: number): Promise<number> {
  const newest = await db
    .selectFrom('engine_body')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  const rows = await db
    .selectFrom('engine_done')
    .select('id')
    .where('id', '<', newest?.id ?? 0)
    .where((eb) =>
      eb.or([eb('at', '<', failedBefore), eb.and([eb('at', '<', endedBefore), eb('state', '<>', 'failed')])]),
    )
    .orderBy('id')
    .limit(SLICE)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return 0
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('engine_done').where('id', 'in', ids).execute()
    await tx.deleteFrom('engine_attempt').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_progress').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_tag').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_blob').where('run', 'in', ids).execute()
    await tx.deleteFrom('engine_body').where('id', 'in', ids).execute()
  })
  return ids.length
}

/** Forgets slots handled, batches finished and unique periods over before these instants. */
export async function forgetBeside(db: Db, before: number, now: number): Promise<void> {
  await db.deleteFrom('engine_slot').where('handled_at', '<', before).execute()
  await db.deleteFrom('engine_batch').where('finished_at', '<', before).execute()
  await db.deleteFrom('engine_unique').where('until', '<=', now).execute()
  await db.transaction().execute((tx) => forgetGates(tx, now))
}

/** Gates that nobody holds, waits at or has reserved: a limit by customer would otherwise leave one for each for ever. */
async function forgetGates(tx: Tx, now: number): Promise<void> {
  const idle = await tx
    .selectFrom('engine_gate')
    .select('key')
    .where('arrival', '<', now)
    .limit(SLICE)
    .$if(isPostgres(tx), (query) => query.forUpdate().skipLocked())
    .execute()
  if (idle.length === 0) return
  await tx
    .deleteFrom('engine_gate')
    .where(
      'key',
      'in',
      idle.map(({ key }) => key),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('engine_hold as h').select('h.run').whereRef('h.key', '=', 'engine_gate.key'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('engine_blocked as b').select('b.id').whereRef('b.gate', '=', 'engine_gate.key'))),
    )
    .execute()
}
