import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'

/**
 * Until this transaction ends, others that take the same lock wait: what is read within it and decided upon stays true. `what` names
 * the thing, such as `views of main`. SQLite's writer is alone anyway. Whoever takes two takes them in the order of their names.
 */
export async function lockFor<DB>({ dialect }: Database, tx: Kysely<DB>, what: string): Promise<void> {
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(tx)
}
