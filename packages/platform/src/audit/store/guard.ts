import type { Database } from '@regie/engine'
import { sql } from 'kysely'

/** Whether the triggers that make the log append-only are there and switched on. */
export async function isGuarded(database: Database): Promise<boolean> {
  const names =
    database.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'trigger' and tbl_name = 'platform_audit'`
      : sql<{ name: string }>`select tgname as name from pg_trigger
          where tgrelid = 'platform_audit'::regclass and tgenabled in ('O', 'A')`
  const { rows } = await names.execute(database.kysely())
  const there = new Set(rows.map(({ name }) => name))
  const wanted = database.dialect === 'sqlite' ? ['update', 'delete'] : ['change', 'truncate']
  return wanted.every((name) => there.has(`platform_audit_${name}`))
}
