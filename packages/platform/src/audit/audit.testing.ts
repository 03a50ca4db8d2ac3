import { type RawBuilder, sql } from 'kysely'
import type { Platform } from '../app/platform.ts'
import type { AuditTables } from './store/entries.ts'

/** Somebody with the database in their hands: switches the triggers off, and runs a statement. */
export async function tamper({ database }: Platform, ...statements: readonly RawBuilder<unknown>[]): Promise<void> {
  const db = database.kysely()
  const triggers =
    database.dialect === 'sqlite'
      ? ['drop trigger if exists platform_audit_update', 'drop trigger if exists platform_audit_delete']
      : ['alter table platform_audit disable trigger all']
  for (const statement of triggers) await sql.raw(statement).execute(db)
  for (const statement of statements) await statement.execute(db)
}

/** The entries as they lie there, in the order of the chain, those without a seal last. */
export function rowsOf({ database }: Platform) {
  return database
    .kysely<AuditTables>()
    .selectFrom('platform_audit')
    .selectAll()
    .orderBy(sql`case when seq is null then 1 else 0 end`)
    .orderBy('seq')
    .orderBy('id')
    .execute()
}

/** Somebody has an account, whatever the log says of it. */
export async function addUser({ database }: Platform): Promise<void> {
  await sql`insert into platform_user (id, name, email, email_verified, created_at, updated_at)
    values ('u1', 'Jeanne', 'jeanne@example.org', 1, 0, 0)`.execute(database.kysely())
}

/** Adds sealed entries. */
export async function addEntries({ audit }: Platform, count: number, org = 'main'): Promise<void> {
  const actor = { kind: 'user', id: 'u1', name: 'Jeanne' } as const
  for (let number = 1; number <= count; number++) {
    await audit.record(undefined, {
      org,
      actor,
      action: 'test.change',
      object: { type: 'thing', id: `t${number}` },
      after: { number },
    })
    await audit.seal()
  }
}
