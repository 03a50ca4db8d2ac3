import { type RawBuilder, sql } from 'kysely'
import { isPostgres, type Tx } from './tables.ts'

/** One attempt that did not succeed. */
export interface FailedAttempt {
  readonly run: number
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt: number
  /** JSON of a `StoredError`. */
  readonly error: string
  /** Of the error; absent of what says nothing about the job. */
  readonly fingerprint?: string
}

/**
 * Keeps what went wrong with each attempt. Each ends after the one before it, whatever the clock of its machine says: this
 * is the order in which people read them, as numbers begin again when a run is replayed.
 */
export async function recordAttempts(tx: Tx, attempts: readonly FailedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const rows = attempts.map(({ run, attempt, startedAt, endedAt, error, fingerprint = null }) => {
    return { run, attempt, started_at: startedAt, ended_at: afterTheLast(tx, run, endedAt), error, fingerprint }
  })
  await tx.insertInto('engine_attempt').values(rows).execute()
}

function afterTheLast(tx: Tx, run: number, endedAt: number): RawBuilder<number> {
  const next = sql`coalesce((select max(ended_at) + 1 from engine_attempt where run = ${run}), 0)`
  return isPostgres(tx) ? sql`greatest(${endedAt}::bigint, ${next})` : sql`max(${endedAt}, ${next})`
}
