import { sql } from 'kysely'

/** Runs that failed and wait for their next try, as a table with alias `t`. It has an index of its own. */
export const RETRIES = "engine_timer t where t.kind = 'run' and t.attempt > 1"

/** What went wrong last with each of them: its `id`, `fingerprint`, `at` (milliseconds UTC) and `error`. */
export const retries = sql`
  select t.id, a.fingerprint, a.ended_at as at, a.error from engine_timer t join engine_attempt a on a.run = t.id
    and a.ended_at = (select max(l.ended_at) from engine_attempt l where l.run = t.id)
  where t.kind = 'run' and t.attempt > 1`
