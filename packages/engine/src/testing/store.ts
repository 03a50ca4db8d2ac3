import { sql } from 'kysely'
import type { Database } from '../store/database.ts'

/** How many workers are registered, and how many connections of the engine the server sees besides this one. */
export async function readLeftovers(
  database: Database,
): Promise<{ readonly workers: number; readonly connections: number }> {
  const db = database.kysely()
  const { rows } = await sql<{ workers: number }>`select count(*) as workers from engine_worker`.execute(db)
  const workers = Number(rows[0]?.workers)
  if (database.dialect === 'sqlite') return { workers, connections: 0 }
  const seen = await sql<{ connections: number }>`
    select count(*) as connections from pg_stat_activity
    where datname = current_database() and application_name like 'regie%' and pid <> pg_backend_pid()`.execute(db)
  return { workers, connections: Number(seen.rows[0]?.connections) }
}
