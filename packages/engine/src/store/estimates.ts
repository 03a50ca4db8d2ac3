import { sql } from 'kysely'
import type { Db } from './tables.ts'

// The mean forgets: the runs before count as much as this many of the new ones.
const MEMORY = 50

/** Adds to each job's moving mean. */
export async function saveEstimates(
  db: Db,
  sums: readonly { readonly job: string; readonly runs: number; readonly totalMs: number }[],
  now: number,
): Promise<void> {
  await db
    .insertInto('engine_estimate')
    .values(sums.map(({ job, runs, totalMs }) => ({ job, runs, mean_ms: totalMs / runs, updated_at: now })))
    .onConflict((conflict) =>
      conflict.column('job').doUpdateSet((eb) => ({
        runs: sql<number>`engine_estimate.runs + excluded.runs`,
        mean_ms: sql<number>`(engine_estimate.mean_ms * ${MEMORY} + excluded.mean_ms * excluded.runs) / (${MEMORY} + excluded.runs)`,
        updated_at: eb.ref('excluded.updated_at'),
      })),
    )
    .execute()
}
