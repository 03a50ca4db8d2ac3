import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { ALLOWED, isPostgres, REFUSAL } from './0020-audit.ts'

/**
 * Where the audit log was cut off at its begin, because entries were kept long enough. Entries may be removed up to a cut; a
 * cut that nobody with the key has signed is found by `regie audit verify`.
 */
export const auditCut: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_audit_cut')
      .addColumn('seq', 'bigint', (column) => column.primaryKey())
      .addColumn('seal', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('kept_from', 'bigint', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .execute()
    await allowDeletes(db, 'old.seq is not null and old.seq <= (select max(seq) from platform_audit_cut)')
  },
  async down(db) {
    await allowDeletes(db, 'false')
    await db.schema.dropTable('platform_audit_cut').execute()
  },
}

/** Replaces what refuses to remove entries: they may go where `allowed` holds of `old`. */
async function allowDeletes(db: Kysely<unknown>, allowed: string): Promise<void> {
  if (isPostgres(db)) {
    await sql
      .raw(`create or replace function platform_audit_guard() returns trigger language plpgsql as $$ begin
      if tg_op = 'UPDATE' then
        if ${ALLOWED} then return new; end if;
      end if;
      if tg_op = 'DELETE' then
        if ${allowed} then return old; end if;
      end if;
      raise exception '${REFUSAL}';
    end $$`)
      .execute(db)
    return
  }
  await sql`drop trigger platform_audit_delete`.execute(db)
  await sql
    .raw(
      `create trigger platform_audit_delete before delete on platform_audit when (${allowed}) is not true
        begin select raise(abort, '${REFUSAL}'); end`,
    )
    .execute(db)
}
