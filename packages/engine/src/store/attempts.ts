import type { Tx } from './tables.ts'

/** One attempt that did not succeed. */
export interface FailedAttempt {
  readonly run: number
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt: number
  /** JSON of a `StoredError`. */
  readonly error: string
}

/** Keeps what went wrong with each attempt. */
export async function recordAttempts(tx: Tx, attempts: readonly FailedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const rows = attempts.map(({ run, attempt, startedAt, endedAt, error }) => {
    return { run, attempt, started_at: startedAt, ended_at: endedAt, error }
  })
  await tx
    .insertInto('engine_attempt')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
